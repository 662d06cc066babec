#include "events/rocksdb/state_layout.hpp"

#include "events/state_codec.hpp"

namespace shop::rocks {
namespace {

constexpr std::size_t kKindKeyBytes = kPartitionKeyBytes + 3;
constexpr std::size_t kStreamKeyBytes = kKindKeyBytes + kIdBodyChars;
constexpr std::size_t kTimeBytes = 8;
constexpr std::size_t kStreamHeadBytes = 17 + kTimeBytes;
constexpr std::size_t kCommandHeadBytes = 24;

}  // namespace

void append_number(std::string& key, std::uint64_t value, int bytes) {
    for (int i = bytes - 1; i >= 0; --i) key.push_back(static_cast<char>(value >> (8 * i)));
}

std::uint64_t read_number(std::string_view bytes) {
    std::uint64_t value = 0;
    for (const char c : bytes) value = (value << 8) | static_cast<unsigned char>(c);
    return value;
}

std::string key_of(char what, Partition partition) {
    std::string key(1, what);
    append_number(key, static_cast<std::uint64_t>(partition.topic), 1);
    append_number(key, partition.number, 2);
    return key;
}

std::string key_of(char what, Partition partition, StreamKind kind) {
    std::string key = key_of(what, partition);
    key += kStreamPrefixes[static_cast<std::size_t>(kind)].view();
    return key;
}

std::string key_of(char what, Partition partition, StreamId id) {
    std::string key = key_of(what, partition, id.kind);
    key.append(id.body.data(), id.body.size());
    return key;
}

std::string command_key(Partition partition, CommandId id) {
    std::string key = key_of('c', partition);
    key.append(id.body.data(), id.body.size());
    return key;
}

std::string due_key(Partition partition, Time due, StreamId id) {
    std::string key = key_of('e', partition, id.kind);
    append_number(key, static_cast<std::uint64_t>(due.us), kTimeBytes);
    key.append(id.body.data(), id.body.size());
    return key;
}

std::optional<StreamId> stream_in(std::string_view key) {
    if (key.size() < kStreamKeyBytes) return std::nullopt;
    return StreamId::parse(std::string(key.substr(kPartitionKeyBytes, 3)) + "_" +
                           std::string(key.substr(kKindKeyBytes, kIdBodyChars)));
}

Time due_in(std::string_view key) {
    return {static_cast<std::int64_t>(read_number(key.substr(kKindKeyBytes, kTimeBytes)))};
}

std::optional<StreamId> due_stream_in(std::string_view key) {
    if (key.size() < kStreamKeyBytes + kTimeBytes) return std::nullopt;
    return stream_in(std::string(key.substr(0, kKindKeyBytes)) +
                     std::string(key.substr(kKindKeyBytes + kTimeBytes)));
}

// The first key behind all that begin with `prefix`.
std::string behind(std::string prefix) {
    while (!prefix.empty() && static_cast<unsigned char>(prefix.back()) == 0xff) prefix.pop_back();
    if (!prefix.empty()) prefix.back() = static_cast<char>(prefix.back() + 1);
    return prefix;
}

// ---- Values -------------------------------------------------------------------------------------

void append_stream(std::string& out, const StoredStream& stream) {
    append_number(out, stream.version, 8);
    append_number(out, static_cast<std::uint64_t>(stream.offset), 8);
    append_number(out, stream.open ? 1 : 0, 1);
    append_number(out, static_cast<std::uint64_t>(stream.due.us), kTimeBytes);
    append_state(out, *stream.state);
}

std::optional<StoredStream> read_stream(StreamId id, std::string_view value) {
    if (value.size() < kStreamHeadBytes) return std::nullopt;
    auto state = read_state(id.kind, value.substr(kStreamHeadBytes));
    if (!state) return std::nullopt;
    return StoredStream{.id = id,
                        .state = std::make_shared<const AnyState>(std::move(*state)),
                        .version = read_number(value.substr(0, 8)),
                        .offset = static_cast<Offset>(read_number(value.substr(8, 8))),
                        .open = value[16] != 0,
                        .due = {static_cast<std::int64_t>(read_number(value.substr(17, 8)))}};
}

std::string command_value(const StoredCommand& command) {
    std::string value;
    append_number(value, static_cast<std::uint64_t>(command.time.us), 8);
    append_number(value, static_cast<std::uint64_t>(command.offset), 8);
    append_number(value, command.term, 8);
    return value + command.fingerprint;
}

std::optional<Time> time_of_command(std::string_view value) {
    if (value.size() < kCommandHeadBytes) return std::nullopt;
    return Time{static_cast<std::int64_t>(read_number(value.substr(0, 8)))};
}

std::optional<StoredCommand> read_command(CommandId id, std::string_view value) {
    const auto time = time_of_command(value);
    if (!time) return std::nullopt;
    return StoredCommand{id, std::string(value.substr(kCommandHeadBytes)),
                         static_cast<Offset>(read_number(value.substr(8, 8))), *time,
                         read_number(value.substr(16, 8))};
}

}  // namespace shop::rocks
