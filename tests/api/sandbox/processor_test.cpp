// What the sandbox decides (api/sandbox/processor).
#include <catch2/catch.hpp>

#include "tests/api/sandbox/paper_desk.hpp"

namespace shop::sandbox {
namespace {

struct TokenCase {
    const char* token;
    Delivery delivery;
    AnswerStatus at_once;
    std::int64_t held_at_once;
    AnswerStatus later;
    std::int64_t held_later;
};

TEST_CASE("each sandbox card does what its name says") {
    using enum AnswerStatus;
    const TokenCase cases[] = {
        {"tok_ok", Delivery::kAnswer, kAuthorized, 1000, kAuthorized, 1000},
        {"tok_declined", Delivery::kAnswer, kDeclined, 0, kDeclined, 0},
        {"tok_needs_action", Delivery::kAnswer, kActionRequired, 0, kDeclined, 0},
        {"tok_slow", Delivery::kHold, kPending, 0, kAuthorized, 1000},
        {"tok_lost_after_charge", Delivery::kLose, kAuthorized, 1000, kAuthorized, 1000},
        {"tok_duplicate", Delivery::kAnswer, kAuthorized, 1000, kAuthorized, 1000},
        {"tok_late_authorization", Delivery::kAnswer, kDeclined, 0, kAuthorized, 1000},
        {"tok_capture_fails", Delivery::kAnswer, kAuthorized, 1000, kAuthorized, 1000},
        {"tok_refund_fails", Delivery::kAnswer, kAuthorized, 1000, kAuthorized, 1000},
        {"tok_refund_pending", Delivery::kAnswer, kAuthorized, 1000, kAuthorized, 1000},
        {"tok_refund_fails_late", Delivery::kAnswer, kAuthorized, 1000, kAuthorized, 1000},
        {"tok_wrong_amount", Delivery::kAnswer, kAuthorized, 999, kAuthorized, 999},
        {"tok_wrong_currency", Delivery::kAnswer, kAuthorized, 1000, kAuthorized, 1000},
        {"tok_partial", Delivery::kAnswer, kAuthorized, 500, kAuthorized, 500},
        {"tok_wrong_capture", Delivery::kAnswer, kAuthorized, 1000, kAuthorized, 1000},
        {"tok_wrong_refund", Delivery::kAnswer, kAuthorized, 1000, kAuthorized, 1000},
        {"tok_captured_at_once", Delivery::kAnswer, kCaptured, 1000, kCaptured, 1000},
        {"tok_captures_once", Delivery::kAnswer, kAuthorized, 1000, kAuthorized, 1000},
        {"4242424242424242", Delivery::kAnswer, kDeclined, 0, kDeclined, 0},
    };
    for (const TokenCase& c : cases) {
        INFO(c.token);
        PaperDesk desk;
        CHECK(desk.authorize("eff_1", c.token).delivery == c.delivery);
        CHECK(desk.answer("eff_1").status == c.at_once);
        CHECK(desk.held() == c.held_at_once);
        desk.pass(hours(1));
        CHECK(desk.answer("eff_1").status == c.later);
        CHECK(desk.held() == c.held_later);
        CHECK_FALSE(desk.book.next_due().has_value());
    }
}

TEST_CASE("a card of the wrong currency holds another one, and lets that go") {
    PaperDesk desk;
    desk.authorize("eff_1", "tok_wrong_currency");
    const Money held{1000, *Currency::parse("EUR")};
    CHECK(desk.answer("eff_1").amount == held);
    desk.void_reference("eff_2", "sbx_1");
    for (const Movement& movement : desk.book.movements("ord_1")) CHECK(movement.amount == held);
    CHECK(desk.held() == 0);
}

TEST_CASE("asking twice with one key charges once") {
    PaperDesk desk;
    for (const char* token : {"tok_ok", "tok_lost_after_charge", "tok_lost_before_charge"}) {
        const std::string key = std::string("eff_") + token;
        const std::int64_t before = desk.held();
        for (int i = 0; i < 3; ++i) desk.authorize(key, token);
        CHECK(desk.held() == before + 1000);
        CHECK(desk.answer(key).status == AnswerStatus::kAuthorized);
    }
    desk.authorize("eff_other", "tok_ok");  // control: another key is another charge
    CHECK(desk.held() == 4000);
}

TEST_CASE("a request that got lost on its way leaves nothing to find") {
    PaperDesk desk;
    CHECK(desk.authorize("eff_1", "tok_lost_before_charge").delivery == Delivery::kLose);
    CHECK_FALSE(find_answer(desk.book, "eff_1"));
    CHECK(desk.authorize("eff_1", "tok_lost_before_charge").delivery == Delivery::kAnswer);
    CHECK(desk.answer("eff_1").status == AnswerStatus::kAuthorized);
}

TEST_CASE("one key cannot be used for two different requests") {
    PaperDesk desk;
    desk.authorize("eff_1", "tok_ok");
    const AuthorizeRequest other{"eff_1", "ord_1", "pay_1", "tok_ok", {}, pounds(1001)};
    CHECK(authorize(desk.book, other, "sbx_9", kStart, Delays{}).error().type ==
          "idempotency-conflict");
    CHECK(capture(desk.book, {"eff_1", "sbx_1", "cap_1", pounds(1)}, kStart).error().type ==
          "idempotency-conflict");
}

TEST_CASE("what is voided is no longer held, once") {
    PaperDesk desk;
    desk.authorize("eff_1", "tok_ok");
    desk.void_reference("eff_2", "sbx_1");
    desk.void_reference("eff_2", "sbx_1");
    desk.void_reference("eff_3", "sbx_1");
    CHECK(desk.held() == 0);
    CHECK(desk.answer("eff_2").status == AnswerStatus::kVoided);
    CHECK(desk.answer("eff_2").amount == pounds(1000));
    CHECK(desk.answer("eff_3").amount == pounds(0));
    CHECK(desk.answer("eff_1").status == AnswerStatus::kVoided);
}

TEST_CASE("a void that overtakes its authorization bars it") {
    PaperDesk desk;
    desk.void_authorization("eff_2", "eff_1");
    desk.authorize("eff_1", "tok_ok");
    CHECK(desk.answer("eff_1").status == AnswerStatus::kVoided);
    CHECK(desk.answer("eff_1").code == "canceled");
    CHECK(desk.held() == 0);
}

TEST_CASE("nothing is authorized late once it is voided") {
    for (const char* token : {"tok_slow", "tok_late_authorization", "tok_needs_action"}) {
        PaperDesk desk;
        desk.authorize("eff_1", token);
        desk.void_authorization("eff_2", "eff_1");
        desk.pass(hours(1));
        CHECK(desk.held() == 0);
        CHECK(desk.answer("eff_1").status == AnswerStatus::kVoided);
    }
}

TEST_CASE("a void that must spare an authorization does, and says so") {
    PaperDesk desk;
    desk.authorize("eff_1", "tok_ok");
    desk.take(void_payment(desk.book, {"eff_2", "sbx_1", {}, true}, desk.now));
    CHECK(desk.answer("eff_2").status == AnswerStatus::kVoidFailed);
    CHECK(desk.answer("eff_2").code == "authorized");
    CHECK(desk.answer("eff_2").amount == pounds(1000));
    CHECK(desk.held() == 1000);
    desk.authorize("eff_3", "tok_needs_action");
    desk.take(void_payment(desk.book, {"eff_4", "sbx_2", {}, true}, desk.now));
    CHECK(desk.answer("eff_4").status == AnswerStatus::kVoided);
    CHECK(desk.answer("eff_3").status == AnswerStatus::kVoided);
}

TEST_CASE("cards that move another amount do so once, and say it") {
    PaperDesk desk;
    desk.authorize("eff_1", "tok_wrong_capture");
    for (int i = 0; i < 2; ++i) desk.capture("eff_2", "sbx_1", 600);
    CHECK(desk.answer("eff_2").amount == pounds(599));
    CHECK(find_payment_answer(desk.book, "sbx_1")->amount == pounds(599));
    desk.authorize("eff_3", "tok_partial");
    CHECK(desk.answer("eff_3").partial);
    CHECK(desk.answer("eff_3").amount == pounds(500));
    CHECK_FALSE(desk.answer("eff_1").partial);
}

TEST_CASE("never more is captured than was authorized") {
    PaperDesk desk;
    desk.authorize("eff_1", "tok_ok");
    desk.capture("eff_2", "sbx_1", 600);
    desk.capture("eff_2", "sbx_1", 600);
    CHECK(desk.answer("eff_2").status == AnswerStatus::kCaptured);
    desk.capture("eff_3", "sbx_1", 600);
    CHECK(desk.answer("eff_3").code == "amount_exceeds_authorization");
    CHECK(desk.answer("eff_3").amount == pounds(0));
    desk.capture("eff_5", "sbx_1", 400);
    desk.void_reference("eff_4", "sbx_1");
    CHECK(desk.answer("eff_4").code == "already_captured");
    CHECK(find_payment_answer(desk.book, "sbx_1")->amount == pounds(1000));
    CHECK(find_payment_answer(desk.book, "sbx_1")->operation.empty());  // of two captures
}

TEST_CASE("what captures leave is let go by a void, or by the last of them") {
    PaperDesk desk;
    desk.authorize("eff_1", "tok_ok");
    desk.capture("eff_2", "sbx_1", 600);
    desk.void_reference("eff_3", "sbx_1");
    desk.void_reference("eff_3", "sbx_1");
    CHECK(desk.answer("eff_3").status == AnswerStatus::kVoided);
    CHECK(desk.answer("eff_3").amount == pounds(400));
    CHECK(desk.held() == 600);
    desk.capture("eff_4", "sbx_1", 1);
    CHECK(desk.answer("eff_4").code == "amount_exceeds_authorization");
    CHECK(find_payment_answer(desk.book, "sbx_1")->status == AnswerStatus::kCaptured);
    desk.authorize("eff_5", "tok_ok");
    desk.capture("eff_6", "sbx_2", 300);
    desk.capture("eff_7", "sbx_2", 300, true);
    CHECK(desk.held() == 1200);
    CHECK(desk.answer("eff_7").amount == pounds(300));
    desk.void_reference("eff_8", "sbx_2");
    CHECK(desk.answer("eff_8").amount == pounds(0));
}

TEST_CASE("a card that is captured once lets go of what the first capture leaves") {
    PaperDesk desk;
    desk.authorize("eff_1", "tok_captures_once");
    for (int i = 0; i < 2; ++i) desk.capture("eff_2", "sbx_1", 600);
    CHECK(desk.answer("eff_2").amount == pounds(600));
    CHECK(desk.held() == 600);
    desk.capture("eff_3", "sbx_1", 100);
    CHECK(desk.answer("eff_3").code == "captured_once");
}

TEST_CASE("money that nobody captures is held for a time") {
    PaperDesk desk;
    desk.delays.authorization = days(7);
    for (const char* key : {"eff_1", "eff_2", "eff_3"}) desk.authorize(key, "tok_ok");
    CHECK(desk.answer("eff_1").expires_at == kStart + days(7));
    desk.capture("eff_4", "sbx_2", 600);
    desk.capture("eff_5", "sbx_3", 600, true);
    desk.pass(days(7));
    CHECK(desk.answer("eff_1").status == AnswerStatus::kExpired);
    CHECK(desk.held() == 1200);
    desk.capture("eff_6", "sbx_1", 1000);
    CHECK(desk.answer("eff_6").code == "not_authorized");
    desk.capture("eff_7", "sbx_2", 400);
    CHECK(desk.answer("eff_7").code == "amount_exceeds_authorization");
    CHECK(desk.book.next_due() == std::nullopt);
}

TEST_CASE("a card whose capture fails keeps its authorization") {
    PaperDesk desk;
    desk.authorize("eff_1", "tok_capture_fails");
    desk.capture("eff_2", "sbx_1", 1000);
    CHECK(desk.answer("eff_2").status == AnswerStatus::kCaptureFailed);
    CHECK(desk.held() == 1000);
}

TEST_CASE("a shopper approves, declines or walks away") {
    PaperDesk desk;
    desk.authorize("eff_1", "tok_needs_action");
    const auto action = desk.answer("eff_1").action;
    REQUIRE(action.has_value());
    CHECK(action->url == "/pay/sbx_1");
    CHECK(action->deadline == kStart + minutes(15));
    desk.take(choose(desk.book, "sbx_1", Choice::kLeave, desk.now, desk.delays));
    CHECK(desk.answer("eff_1").status == AnswerStatus::kActionRequired);
    CHECK(desk.take(choose(desk.book, "sbx_1", Choice::kApprove, desk.now, desk.delays))
              .webhook_copies == 1);
    CHECK(desk.answer("eff_1").status == AnswerStatus::kAuthorized);
    CHECK(choose(desk.book, "sbx_1", Choice::kDecline, desk.now, desk.delays).error().code ==
          ErrorCode::kConflict);
}

}  // namespace
}  // namespace shop::sandbox
