// Webhooks of the sandbox (api/payments/sandbox_webhook).
#include "api/payments/sandbox_webhook.hpp"

#include <catch2/catch.hpp>

#include "core/json/encode.hpp"

namespace shop::payments {
namespace {

constexpr Time kNow{1'700'000'000'000'000};
constexpr std::string_view kSecret = "a secret of the shop and its sandbox";

sandbox::Answer authorized() {
    sandbox::Answer answer;
    answer.effect_id = "eff_1";
    answer.reference = "sbx_1";
    answer.payment = PaymentId::derive({"payment"}).to_string();
    answer.status = sandbox::AnswerStatus::kAuthorized;
    answer.amount = {500, *Currency::parse("GBP")};
    answer.at = kNow;
    return answer;
}

std::string body_of(const sandbox::Answer& answer) {
    return json::to_json(sandbox_event(answer), json::Defaults::kWrite);
}

TEST_CASE("a signed webhook becomes an observation of the payment it names") {
    const std::string body = body_of(authorized());
    const auto command =
        read_sandbox_webhook(sign_sandbox_webhook(body, kSecret, kNow), body, kSecret, kNow);
    REQUIRE(command.has_value());
    CHECK(command->payment == PaymentId::derive({"payment"}));
    CHECK(command->provider == "sandbox");
    CHECK(command->result.seen.by == payment::SeenBy::kWebhook);
    CHECK(command->result.seen.provider_event_id.starts_with("evt_"));
    const auto* of = std::get_if<payment::ResultAuthorized>(&command->result.of);
    REQUIRE(of != nullptr);
    CHECK(of->amount == Money{500, *Currency::parse("GBP")});
}

TEST_CASE("a forged, changed or old webhook is refused") {
    const std::string body = body_of(authorized());
    const std::string good = sign_sandbox_webhook(body, kSecret, kNow);
    const auto type_of = [&](std::string_view header, std::string_view text, Time now) {
        const auto read = read_sandbox_webhook(header, text, kSecret, now);
        return read ? std::string("accepted") : read.error().type;
    };
    CHECK(type_of(good, body, kNow) == "accepted");  // control: the same, untouched
    CHECK(type_of(good, body + " ", kNow) == "bad-signature");
    CHECK(type_of(sign_sandbox_webhook(body, "another secret", kNow), body, kNow) ==
          "bad-signature");
    CHECK(type_of(good, body, kNow + minutes(6)) == "bad-signature");
    CHECK(type_of(good, body, kNow - minutes(6)) == "bad-signature");
    CHECK(type_of("t=18" + good.substr(4), body, kNow) == "bad-signature");
    for (const char* header : {"", "t=", "v1=", "t=1700000000", "t=x,v1=00", "t=1700000000,v1="})
        CHECK(type_of(header, body, kNow) == "bad-signature");
}

TEST_CASE("each copy of a webhook has the same id, another fact another") {
    sandbox::Answer voided = authorized();
    voided.status = sandbox::AnswerStatus::kVoided;
    CHECK(sandbox_event(authorized()).id == sandbox_event(authorized()).id);
    CHECK(sandbox_event(authorized()).id != sandbox_event(voided).id);
}

TEST_CASE("a webhook about money of an unknown payment is kept, not dropped") {
    sandbox::Answer answer = authorized();
    answer.payment = "something else";
    const std::string body = body_of(answer);
    const auto command =
        read_sandbox_webhook(sign_sandbox_webhook(body, kSecret, kNow), body, kSecret, kNow);
    REQUIRE(command.has_value());
    CHECK(command->payment.is_empty());
    CHECK(payment::reference_of(command->result) == "sbx_1");
}

}  // namespace
}  // namespace shop::payments
