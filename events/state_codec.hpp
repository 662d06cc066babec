// States as bytes of the state store: JSON of the described struct. They are derived, so there are
// no versions of them; a store of another format is built anew.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/any_state.hpp"
#include "core/base/ids.hpp"

namespace shop::json {
class Value;
}

namespace shop {

// Raised when a fold gives the same events another state of the same shape, when such a state is
// due at another time (core/effect.hpp), or a store keeps them in another layout.
inline constexpr int kFoldLevel = 6;

void append_state(std::string& out, const AnyState& state);

// The state of a stream of that kind, or nothing if `bytes` cannot be read as one.
std::optional<AnyState> read_state(StreamKind kind, std::string_view bytes);
std::optional<AnyState> read_state(StreamKind kind, const json::Value& value);

// Differs between programs whose states differ in their members, or in their fold level.
std::string state_format(int fold_level = kFoldLevel);

}  // namespace shop
