// How the state store lays out its keys and values. Every key begins with what it is and whose
// partition it belongs to, so that a partition can be forgotten as a few ranges:
//
//   k<partition>                       the checkpoint, as JSON
//   s<partition><kind><body>           a stream: version, offset, open, due, and its state as JSON
//   o<partition><kind><body>           the stream is open (empty)
//   e<partition><kind><due><body>      the stream is due then (empty)
//   c<partition><body>                 a command: time, offset, term, fingerprint
//   r<partition><kind><body><offset>   that record holds events of the stream (empty)
//
// <partition> is the topic and the number, 3 bytes; <kind> the stream's prefix. Numbers are
// big-endian, so that keys sort like what they name.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "events/state_store.hpp"

namespace shop::rocks {

inline constexpr std::size_t kPartitionKeyBytes = 4;  // with the letter before it

void append_number(std::string& out, std::uint64_t value, int bytes);
std::uint64_t read_number(std::string_view bytes);

std::string key_of(char what, Partition partition);
std::string key_of(char what, Partition partition, StreamKind kind);
std::string key_of(char what, Partition partition, StreamId id);
std::string command_key(Partition partition, CommandId id);
std::string due_key(Partition partition, Time due, StreamId id);
std::string record_key(Partition partition, StreamId id, Offset offset);
// The stream in a key of 's', 'o' or 'r'.
std::optional<StreamId> stream_in(std::string_view key);
// The command in a key of 'c', the offset in one of 'r'.
std::optional<CommandId> command_in(std::string_view key);
Offset offset_in(std::string_view key);
// What a key of 'e' says.
Time due_in(std::string_view key);
std::optional<StreamId> due_stream_in(std::string_view key);
// The first key behind all that begin with `prefix`.
std::string behind(std::string prefix);

// Values; reading gives nothing if the bytes are none.
void append_stream(std::string& out, const StoredStream& stream);
std::optional<StoredStream> read_stream(StreamId id, std::string_view value);
std::string command_value(const StoredCommand& command);
std::optional<StoredCommand> read_command(CommandId id, std::string_view value);
std::optional<Time> time_of_command(std::string_view value);

// ---- Images -------------------------------------------------------------------------------------

// What keys begin with, in the order of an image.
inline constexpr std::string_view kLetters = "cekors";

// An entry of an image: the sizes of key and value, 4 bytes each, then both.
void append_entry(std::string& out, std::string_view key, std::string_view value);

struct Entry {
    std::string_view key;
    std::string_view value;
};
// Takes the first entry off `bytes`. Nothing if they do not begin with a whole one.
std::optional<Entry> take_entry(std::string_view& bytes);
// Whether a key is one of that partition.
bool is_of(std::string_view key, Partition partition);
std::unexpected<Error> bad_image(std::string_view why);

}  // namespace shop::rocks
