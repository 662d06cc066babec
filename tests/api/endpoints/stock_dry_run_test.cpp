// What staff would do to a stock, and do not.
#include "api/endpoints/dry_run.hpp"
#include "tests/api/endpoints/history_shop.hpp"

namespace shop::api {
namespace {

using namespace tests;

constexpr const char* kStock = "/api/v1/admin/stock/MUG";

DryRunView tried(HistoryShop& shop, const std::string& verb, const std::string& body) {
    const auto answer = shop.call(http::Method::kPost, kStock + verb, body, "dry_run=1");
    INFO(answer.body);
    REQUIRE(answer.status == 200);
    return json::from_json<DryRunView>(answer.body, json::Missing::kIsError).value();
}

TEST_CASE("goods that would be received or counted are told, and nothing is recorded") {
    HistoryShop shop;
    shop.send({mug(), receipt_of("R1", 5)});
    const Offset before = shop.log_length();
    const DryRunView received = tried(shop, "/receive", R"({"quantity":3,"reason":"purchase"})");
    CHECK(received.stock == std::vector{StockMove{"MUG", StockMoveKind::kReceive, 3}});
    CHECK(received.events == std::vector<std::string>{"stock.received"});
    const DryRunView counted = tried(shop, "/adjust", R"({"on_hand":4,"reason":"count"})");
    CHECK(counted.stock == std::vector{StockMove{"MUG", StockMoveKind::kAdjust, -1}});
    CHECK(shop.log_length() == before);
    const std::string moved = R"({"on_hand":4,"reason":"count","expected":6})";
    CHECK(shop.call(http::Method::kPost, std::string(kStock) + "/adjust", moved, "dry_run=1")
              .status == 409);
}

TEST_CASE("goods of a product that had none yet would be received, and are") {
    HistoryShop shop;
    shop.send({mug()});
    const Offset before = shop.log_length();
    const std::string body = R"({"quantity":3,"reason":"purchase"})";
    const DryRunView received = tried(shop, "/receive", body);
    CHECK(received.stock == std::vector{StockMove{"MUG", StockMoveKind::kReceive, 3}});
    CHECK(received.events == std::vector<std::string>{"stock.opened", "stock.received"});
    CHECK(shop.log_length() == before);
    CHECK(shop.call(http::Method::kPost, std::string(kStock) + "/receive", body).status == 200);
    CHECK(shop.on_hand() == 3);
}

}  // namespace
}  // namespace shop::api
