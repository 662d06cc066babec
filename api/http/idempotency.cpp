#include "api/http/idempotency.hpp"

#include "api/http/position.hpp"
#include "core/base/digest.hpp"
#include "events/keys/secrets.hpp"

namespace shop::http {
namespace {

std::string_view text_of(const Digest& digest) {
    return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

// The key as the client means it: a bare token, or a quoted string (RFC 8941). Empty if none was
// sent.
Result<std::string_view> key_of(const Request& request) {
    const auto field = std::ranges::find(request.headers, "idempotency-key", &Field::name);
    if (field == request.headers.end()) return std::string_view();
    std::string_view key = field->value;
    if (key.size() >= 2 && key.front() == '"' && key.back() == '"')
        key = key.substr(1, key.size() - 2);
    const bool printable = std::ranges::all_of(key, [](char c) { return c > ' ' && c <= '~'; });
    if (!printable || key.empty() || std::ssize(key) > kKeyCharsMax)
        return fail_field("Idempotency-Key", "must be 1 to 200 printable ASCII characters");
    if (std::ssize(key) < kGuestKeyCharsMin && !request.caller.has_credentials())
        return fail_field("Idempotency-Key",
                          "must have 22 characters or more, for anybody could guess a shorter one");
    return key;
}

// Who the key belongs to: staff by their key, a shopper by the cart's token.
std::string_view owner_of(const Caller& caller) {
    return caller.actor.id.empty() ? std::string_view(caller.shop_token)
                                   : std::string_view(caller.actor.id);
}

}  // namespace

Result<Submission> submission_of(const Request& request, std::string_view pattern,
                                 const Secrets& secrets) {
    SHOP_TRY(key, key_of(request));
    Submission submission;
    submission.actor = request.caller.actor;
    submission.correlation = request.id;
    submission.trace = request.trace;
    if (key.empty()) {
        const std::string chance = random_bytes(32);
        submission.id = CommandId::derive({chance});
        submission.id_is_new = true;
        return submission;
    }
    const Digest id = hmac_sha256(
        secrets.command_ids,
        {"command", owner_of(request.caller), name_of(request.method), pattern, request.path, key});
    submission.id = CommandId::derive({text_of(id)});
    const Digest print = hmac_sha256(secrets.command_ids, {"fingerprint", request.body});
    submission.fingerprint = to_base64url(text_of(print));
    return submission;
}

void tell_receipt(Response& response, const Receipt& receipt) {
    response.with("Shop-Position", receipt.position.to_string());
    if (receipt.replayed) response.with("Idempotent-Replayed", "true");
}

}  // namespace shop::http
