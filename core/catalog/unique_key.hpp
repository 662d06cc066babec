// A unique value: a slug, a SKU, an external id. Its stream's id is a hash of scope and normalized
// value, so that two owners meet in one stream, and only one can claim it.
//
// Claims come as effects and may arrive late or twice: each carries the number of its owner's
// request, and a claim of a request that was released is refused.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>

#include "core/base/describe.hpp"
#include "core/base/ids.hpp"
#include "core/base/result.hpp"
#include "core/base/time.hpp"

namespace shop {
struct Decision;
struct Env;
class Streams;
}  // namespace shop

namespace shop::unique_key {

enum class Scope { kSlug, kSku, kOrderExternal, kEmail, kCode };
SHOP_DESCRIBE_ENUM(Scope, kSlug, kSku, kOrderExternal, kEmail, kCode)

struct Key {
    Scope scope = Scope::kSlug;
    std::string value;  // normalized
    auto operator<=>(const Key&) const = default;
};
SHOP_DESCRIBE(Key, scope, value)

struct Claimed {
    static constexpr std::string_view kType = "key.claimed";
    static constexpr int kSchema = 1;
    Scope scope = Scope::kSlug;
    std::string value;
    StreamId owner;
    std::int32_t request = 0;  // of the owner's
    bool operator==(const Claimed&) const = default;
};
SHOP_DESCRIBE(Claimed, scope, value, owner, request)

// Recorded even if the owner held nothing: a late claim of that request must not succeed.
struct Released {
    static constexpr std::string_view kType = "key.released";
    static constexpr int kSchema = 1;
    Scope scope = Scope::kSlug;
    std::string value;
    StreamId owner;
    std::int32_t request = 0;
    bool operator==(const Released&) const = default;
};
SHOP_DESCRIBE(Released, scope, value, owner, request)

using Event = std::variant<Claimed, Released>;

struct State {
    Key key;
    StreamId owner;  // empty: free
    std::int32_t request = 0;
    std::map<std::string, std::int32_t> released;  // last request of each owner that let go
    bool operator==(const State&) const = default;
};
SHOP_DESCRIBE(State, key, owner, request, released)

void evolve(State&, const Claimed&, Time);
void evolve(State&, const Released&, Time);

struct Claim {
    static constexpr std::string_view kType = "ClaimKey";
    Key key;
    StreamId owner;
    std::int32_t request = 0;
    StreamId target() const;
    bool operator==(const Claim&) const = default;
};
SHOP_DESCRIBE(Claim, key, owner, request)

struct Release {
    static constexpr std::string_view kType = "ReleaseKey";
    Key key;
    StreamId owner;
    std::int32_t request = 0;
    StreamId target() const;
    bool operator==(const Release&) const = default;
};
SHOP_DESCRIBE(Release, key, owner, request)

using Command = std::variant<Claim, Release>;

// A claim of a key that another owns is accepted and changes nothing: its outcome says so.
Result<Decision> decide(const Claim&, const Streams&, const Env&);
Result<Decision> decide(const Release&, const Streams&, const Env&);

enum class OutcomeKind { kClaimed, kInUse, kReleased };
SHOP_DESCRIBE_ENUM(OutcomeKind, kClaimed, kInUse, kReleased)

struct Outcome {
    OutcomeKind kind = OutcomeKind::kInUse;
    StreamId owner;  // who has it
    bool operator==(const Outcome&) const = default;
};
SHOP_DESCRIBE(Outcome, kind, owner)

// What the state says after the command; nothing if it was not decided here.
std::optional<Outcome> find_outcome(const State& state, const Claim& call);
std::optional<Outcome> find_outcome(const State& state, const Release& call);

KeyId key_of(const Key& key);

}  // namespace shop::unique_key
