// Who caused a record. Plain facts only: names and addresses of persons are sealed elsewhere.
#pragma once

#include <optional>
#include <string>

#include "core/base/describe.hpp"

namespace shop {

enum class ActorKind { kShopper, kCustomer, kStaff, kApp, kProvider, kSystem, kImport };
SHOP_DESCRIBE_ENUM(ActorKind, kShopper, kCustomer, kStaff, kApp, kProvider, kSystem, kImport)

struct Actor {
    ActorKind kind = ActorKind::kSystem;
    std::string id;          // customer or staff id, provider name, effect id; empty for a guest
    std::string credential;  // id of the key or session used, never the secret
    std::string role;        // staff, operator or auditor
    std::string on_behalf_of;
    bool operator==(const Actor&) const = default;
};
SHOP_DESCRIBE(Actor, kind, id, credential, role, on_behalf_of)

// Why staff acted on money, stock, price or state.
struct Reason {
    std::string code;
    std::string note;
    bool operator==(const Reason&) const = default;
};
SHOP_DESCRIBE(Reason, code, note)

}  // namespace shop
