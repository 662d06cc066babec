#include "api/staff_gate.hpp"
#include "core/base/text.hpp"

#include <algorithm>

namespace shop::api {
namespace {

// The role of the key under which the call is allowed, if there is one.
std::optional<Role> role_for(const StaffKey& key, http::Access access) {
    const auto has = [&](Role role) {
        return std::ranges::find(key.roles, role) != key.roles.end();
    };
    const auto only = [&](Role role) { return has(role) ? std::optional(role) : std::nullopt; };
    switch (access) {
        case http::Access::kStaff:
            return only(Role::kStaff);
        case http::Access::kOperator:
            return only(Role::kOperator);
        case http::Access::kAuditor:
            return only(Role::kAuditor);
        case http::Access::kPublic:
        case http::Access::kAnyStaff:
            return key.roles.empty() ? std::nullopt : std::optional(key.roles.front());
    }
    return std::nullopt;
}

// The token of "Bearer <token>"; the scheme's case does not matter (RFC 9110 §11.1).
std::string_view bearer_of(std::string_view header) {
    constexpr std::string_view kScheme = "bearer ";
    const bool is_bearer = equals_ignoring_case(header.substr(0, kScheme.size()), kScheme);
    return is_bearer ? header.substr(kScheme.size()) : std::string_view();
}

}  // namespace

StaffGate::StaffGate(StaffKeys& keys, const Clock& clock, std::int64_t guesses_a_minute)
    : keys_(keys),
      guesses_(clock, static_cast<double>(guesses_a_minute),
               static_cast<double>(guesses_a_minute) / 60) {}

Status StaffGate::admit(http::Request& request, const http::Route& route) {
    const std::string_view header = request.header("authorization");
    if (header.empty() && route.access == http::Access::kPublic) return {};
    const auto key = keys_.find(bearer_of(header));
    if (!key && !header.empty() && !guesses_.take(request.remote))
        return fail(ErrorCode::kUnavailable, "too-many-requests",
                    "Too many wrong keys from this address; wait a minute.");
    if (!key)
        return fail(ErrorCode::kInvalid, "unauthorized",
                    "Send a staff key: Authorization: Bearer <key>.");
    const auto role = role_for(*key, route.access);
    if (!role)
        return fail(ErrorCode::kInvalid, "forbidden", "The role of this key does not allow this.");
    if (route.access == http::Access::kPublic && !route.staff_may_look) return {};
    request.caller.actor.kind = ActorKind::kStaff;
    request.caller.actor.id = key->id;
    request.caller.actor.credential = key->id;
    request.caller.actor.role = enum_name(*role);
    return {};
}

}  // namespace shop::api
