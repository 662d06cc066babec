// The part of a credit note that an order does not take is settled by staff.
#include "core/credit_note/credit_note.hpp"
#include "core/effect.hpp"
#include "tests/api/endpoints/history_shop.hpp"

namespace shop::api {

void add_credit_note_part_routes(http::Routes& routes, Services& services);

namespace {

using namespace tests;

const OrderId kSold = history::order_id_of("erp", "1001");
const CreditNoteId kNote = CreditNoteId::derive({"over several orders"});

// Of an order of one mug, two are credited.
struct RefusedPart : HistoryShop {
    RefusedPart()
        : HistoryShop([](http::Routes& routes, Services& services) {
              add_import_routes(routes, services);
              add_credit_note_part_routes(routes, services);
          }) {
        history::Order order = sale_of("1001", 1);
        order.customer.reset();
        REQUIRE(send({mug(), receipt_of("R1", 1), order}).accepted == 3);
        credit_note::Request request{.note = kNote};
        request.terms = {.currency = kEuro, .exponent = 2, .prices_include_tax = true};
        credit_note::Wanted& wanted = request.lines.emplace_back();
        wanted.order_id = kSold;
        wanted.order_line_id = checkout::line_of(kSold, "1");
        wanted.sold.quantity = 2;
        wanted.sold.gross = wanted.sold.net = {2'500, kEuro};
        record(request);
    }
    http::Response settle(const OrderId& order, const std::string& query = {}) {
        return call(http::Method::kPost,
                    "/api/v1/admin/credit-notes/" + kNote.to_string() + "/orders/" +
                        order.to_string() + "/settle",
                    R"({"by":"store_credit","reason":{"code":"voucher"}})", query);
    }
    credit_note::State note() { return state<credit_note::State>(kNote); }
};

TEST_CASE("staff settles the part of a note that an order does not take") {
    RefusedPart shop;
    REQUIRE(credit_note::is_open(shop.note()));
    const http::Response tried = shop.settle(kSold, "dry_run=1");
    CHECK(tried.status == 200);
    CHECK(tried.body.find("order.credit_settled") != std::string::npos);
    REQUIRE(credit_note::is_open(shop.note()));
    const http::Response settled = shop.settle(kSold);
    INFO(settled.body);
    CHECK(settled.status == 200);
    CHECK(settled.body.find(R"("status":"settled")") != std::string::npos);
    CHECK_FALSE(credit_note::is_open(shop.note()));
    CHECK(shop.note().status == credit_note::Status::kSettled);
    CHECK(shop.order("1001").credit_notes.empty());
    CHECK(shop.settle(kSold).status == 200);  // nothing is settled twice
    CHECK(shop.note().settled == Money{2'500, kEuro});
}

TEST_CASE("only a part of the note can be settled") {
    RefusedPart shop;
    CHECK(shop.settle(OrderId::derive({"?"})).status == 404);
}

}  // namespace
}  // namespace shop::api
