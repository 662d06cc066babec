// Refunds at the sandbox (api/sandbox/refunds).
#include <catch2/catch.hpp>

#include "core/json/decode.hpp"
#include "tests/api/sandbox/paper_desk.hpp"

namespace shop::sandbox {
namespace {

PaperDesk captured(const std::string& token) {
    PaperDesk desk;
    desk.authorize("eff_1", token);
    desk.capture("eff_2", "sbx_1", 1000);
    return desk;
}

TEST_CASE("a refund gives money back once, however often it is asked for") {
    PaperDesk desk = captured("tok_ok");
    for (int i = 0; i < 3; ++i) desk.refund("eff_3", 400);
    CHECK(desk.given_back() == 400);
    const Answer answer = desk.answer("eff_3");
    CHECK(answer.status == AnswerStatus::kRefunded);
    CHECK(answer.amount == pounds(400));
    CHECK(answer.operation == "rfd_eff_3");
    const RefundRequest other{"eff_3", "sbx_1", "rfd_eff_3", pounds(401)};
    CHECK(refund(desk.book, other, kStart, {}).error().type == "idempotency-conflict");
    const RefundRequest unknown{"eff_9", "sbx_9", "rfd_9", pounds(1)};
    CHECK(refund(desk.book, unknown, kStart, {}).error().code == ErrorCode::kNotFound);
}

TEST_CASE("a payment says how much of it was taken, and how much was given back") {
    PaperDesk desk = captured("tok_ok");
    CHECK_FALSE(find_payment_answer(desk.book, "sbx_1")->refunded.has_value());
    desk.refund("eff_3", 400);
    desk.refund("eff_4", 1);
    const auto answer = find_payment_answer(desk.book, "sbx_1");
    CHECK(answer->status == AnswerStatus::kCaptured);
    CHECK(answer->amount == pounds(1000));
    CHECK(answer->refunded == pounds(401));
}

struct Refusal {
    const char* why;
    std::int64_t captured;
    std::int64_t refunded;
    std::int64_t asked;
    const char* code;
};

TEST_CASE("never more is given back than was taken") {
    const Refusal cases[] = {
        {"nothing was taken", 0, 0, 1, "not_captured"},
        {"more than was taken", 700, 0, 701, "amount_exceeds_capture"},
        {"the rest is less", 700, 600, 101, "amount_exceeds_capture"},
        {"nothing is asked for", 700, 0, 0, "amount_exceeds_capture"},
        {"control: the rest", 700, 600, 100, ""},
    };
    for (const Refusal& c : cases) {
        INFO(c.why);
        PaperDesk desk;
        desk.authorize("eff_1", "tok_ok");
        if (c.captured > 0) desk.capture("eff_2", "sbx_1", c.captured);
        if (c.refunded > 0) desk.refund("eff_3", c.refunded);
        desk.refund("eff_4", c.asked);
        CHECK(desk.answer("eff_4").code == c.code);
        CHECK(desk.given_back() == c.refunded + (*c.code == 0 ? c.asked : 0));
    }
}

TEST_CASE("a card whose refunds fail keeps its money, and says so again") {
    PaperDesk desk = captured("tok_refund_fails");
    for (int i = 0; i < 2; ++i) desk.refund("eff_3", 400);
    CHECK(desk.answer("eff_3").status == AnswerStatus::kRefundFailed);
    CHECK(desk.answer("eff_3").code == "refund_refused");
    CHECK(desk.answer("eff_3").amount == pounds(0));
    CHECK(desk.given_back() == 0);
}

TEST_CASE("a slow refund is pending, counts at once, and is told when it is done") {
    PaperDesk desk = captured("tok_refund_pending");
    desk.refund("eff_3", 700);
    CHECK(desk.answer("eff_3").status == AnswerStatus::kRefundPending);
    CHECK(desk.answer("eff_3").amount == pounds(0));
    CHECK(desk.given_back() == 0);
    desk.refund("eff_4", 301);
    CHECK(desk.answer("eff_4").code == "amount_exceeds_capture");
    CHECK_FALSE(desk.book.is_untold("eff_3"));
    desk.pass(hours(1));
    CHECK(desk.answer("eff_3").status == AnswerStatus::kRefunded);
    CHECK(desk.given_back() == 700);
    CHECK(desk.book.is_untold("eff_3"));
    CHECK_FALSE(desk.book.next_due().has_value());
}

TEST_CASE("a refund that comes back from the bank is told, and may be made again") {
    PaperDesk desk = captured("tok_refund_fails_late");
    desk.refund("eff_3", 1000);
    CHECK(desk.answer("eff_3").status == AnswerStatus::kRefunded);
    CHECK(settle_refund(*desk.book.find_refund("eff_3"), desk.now).webhook_copies == 1);
    desk.pass(hours(1));
    CHECK(desk.answer("eff_3").status == AnswerStatus::kRefundFailed);
    CHECK(desk.answer("eff_3").code == "refund_returned");
    CHECK(desk.book.is_untold("eff_3"));
    CHECK(desk.given_back() == 0);
    desk.refund("eff_4", 1000);
    CHECK(desk.answer("eff_4").status == AnswerStatus::kRefunded);
}

// Written before there were refunds: what was told had no key.
TEST_CASE("a journal from before there were refunds is read") {
    const char* old[] = {
        R"({"kind":"opened","reference":"sbx_1","key":"eff_1","order":"ord_1","payment":"pay_1",)"
        R"("token":"tok_slow","amount":{"minor_units":5,"currency":"GBP"}})",
        R"({"kind":"scheduled","reference":"sbx_1","key":"eff_1",)"
        R"("amount":{"minor_units":0,"currency":"GBP"},"due_at":"1970-01-01T00:00:02.000000Z"})",
        R"({"kind":"authorized","reference":"sbx_1",)"
        R"("amount":{"minor_units":5,"currency":"GBP"},"at":"1970-01-01T00:00:02.000000Z"})",
        R"({"kind":"told","reference":"sbx_1","at":"1970-01-01T00:00:02.000000Z"})"};
    Book book;
    for (std::size_t i = 0; i < std::size(old); ++i) {
        const auto entry = json::from_json<Entry>(old[i], json::Missing::kIsDefault);
        REQUIRE(entry.has_value());
        book.apply(*entry);
        CHECK(book.is_untold("eff_1") == (i == 2));
    }
    CHECK(find_answer(book, "eff_1")->status == AnswerStatus::kAuthorized);
}

}  // namespace
}  // namespace shop::sandbox
