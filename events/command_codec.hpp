// Commands as bytes, for the way to the process that decides them:
//
//   {"type":"AddLine","data":{"cart":"crt_…","sku":"MUG","quantity":2}}
//
// JSON of the described struct, as states and events are written; members at their default are left
// out. Nothing of it is stored.
//
// While one program replaces another, both ends may differ. A member that one of them has added
// does no harm as long as it is at its default; one that says something is refused by whoever does
// not know it, and never passed over.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "core/any_command.hpp"
#include "core/base/result.hpp"
#include "core/json/decode.hpp"
#include "core/json/encode.hpp"

namespace shop {

// Twice what a record can hold (record.hpp), and as much as a line of an imported history.
inline constexpr std::size_t kCommandBytesMax = 2 << 20;

// kInvalid "command-too-large".
std::unexpected<Error> command_too_large();

// The same, with `out` as it was.
Status append_command(std::string& out, const AnyCommand& command);

// kInvalid "unreadable-command" if the bytes are no command of this program, or one that names no
// stream: the message says where. Whether the command makes sense is left to its decision.
Result<AnyCommand> read_command(std::string_view bytes);

}  // namespace shop

// For a command within something larger.
namespace shop::json {

void encode(Writer& writer, const AnyCommand& command, Defaults);
void decode(const Value& value, AnyCommand& out, Decoding& decoding);

}  // namespace shop::json
