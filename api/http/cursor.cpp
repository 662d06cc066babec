#include "api/http/cursor.hpp"

#include "api/http/target.hpp"
#include "core/base/digest.hpp"
#include "core/json/decode.hpp"
#include "core/json/encode.hpp"
#include "events/keys/secrets.hpp"

namespace shop::http {
namespace {

constexpr std::size_t kMacBytes = 12;
constexpr std::size_t kCursorCharsMax = 2'000;

std::string mac_of(const Secrets& secrets, std::string_view list, std::string_view keys) {
    const Digest digest = hmac_sha256(secrets.signing, {"cursor", list, keys});
    return {reinterpret_cast<const char*>(digest.data()), kMacBytes};
}

std::unexpected<Error> not_ours() {
    return fail_field("cursor", "is not a cursor of this list; start without one");
}

}  // namespace

std::string make_cursor(const Secrets& secrets, std::string_view list,
                        const std::vector<std::string>& keys) {
    const std::string text = json::to_json(keys, json::Defaults::kWrite);
    return to_base64url(mac_of(secrets, list, text) + text);
}

Result<std::vector<std::string>> read_cursor(const Secrets& secrets, std::string_view list,
                                             std::string_view cursor) {
    if (cursor.size() > kCursorCharsMax) return not_ours();
    const auto bytes = from_base64url(cursor);
    if (!bytes || bytes->size() <= kMacBytes) return not_ours();
    const std::string_view text = std::string_view(*bytes).substr(kMacBytes);
    if (!equal_secrets(std::string_view(*bytes).substr(0, kMacBytes), mac_of(secrets, list, text)))
        return not_ours();
    return json::from_json<std::vector<std::string>>(text, json::Missing::kIsError);
}

void link_next(Response& response, const Request& request, std::string_view cursor) {
    std::string link = "<" + request.path + "?";
    for (const Argument& argument : request.arguments) {
        if (argument.name == "cursor" || argument.name == "t") continue;
        link +=
            encode_uri_component(argument.name) + "=" + encode_uri_component(argument.value) + "&";
    }
    response.with("Link", link + "cursor=" + std::string(cursor) + ">; rel=\"next\"");
}

}  // namespace shop::http
