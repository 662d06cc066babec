#include "api/payments/sandbox_webhook.hpp"

#include <charconv>
#include <optional>

#include "api/payments/sandbox_answer.hpp"
#include "core/base/digest.hpp"
#include "core/json/decode.hpp"

namespace shop::payments {
namespace {

std::string signature_of(std::string_view body, std::string_view secret, std::int64_t at) {
    std::string text = std::to_string(at);
    text += '.';
    text += body;
    return to_hex(hmac_sha256_of_bytes(secret, text));
}

struct Signature {
    std::int64_t at = 0;  // unix seconds
    std::string_view hex;
};

std::optional<Signature> parse_signature(std::string_view header) {
    const std::size_t comma = header.find(",v1=");
    if (!header.starts_with("t=") || comma == std::string_view::npos) return std::nullopt;
    Signature signature;
    const char* end = header.data() + comma;
    const auto [at, error] = std::from_chars(header.data() + 2, end, signature.at);
    if (error != std::errc() || at != end) return std::nullopt;
    signature.hex = header.substr(comma + 4);
    return signature;
}

}  // namespace

SandboxEvent sandbox_event(const sandbox::Answer& answer) {
    const std::string_view status = enum_name(answer.status);
    const Digest digest =
        sha256_of_parts({answer.reference, answer.effect_id, status, std::to_string(answer.at.us)});
    return {"evt_" + to_hex(std::span(digest).first(12)), "payment." + std::string(status), answer};
}

std::string sign_sandbox_webhook(std::string_view body, std::string_view secret, Time now) {
    const std::int64_t at = now.us / 1'000'000;
    return "t=" + std::to_string(at) + ",v1=" + signature_of(body, secret, at);
}

Result<payment::RecordProviderResult> read_sandbox_webhook(std::string_view header,
                                                           std::string_view body,
                                                           std::string_view secret, Time now) {
    const auto signature = parse_signature(header);
    const auto age_s = signature ? now.us / 1'000'000 - signature->at : 0;
    const std::int64_t life_s = kSandboxSignatureLife.us / 1'000'000;
    if (!signature || age_s > life_s || age_s < -life_s ||
        !equal_secrets(signature->hex, signature_of(body, secret, signature->at)))
        return fail(ErrorCode::kRejected, "bad-signature",
                    "The webhook is not signed with this shop's secret, or too old.");
    SHOP_TRY(event, json::from_json<SandboxEvent>(body, json::Missing::kIsDefault));
    payment::RecordProviderResult command;
    command.payment = PaymentId::parse(event.data.payment).value_or(PaymentId{});
    command.provider = "sandbox";
    command.result = result_of(event.data, {payment::SeenBy::kWebhook, event.id});
    return command;
}

}  // namespace shop::payments
