#include "events/rocksdb/state_layout.hpp"

#include <algorithm>

#include "events/state_codec.hpp"

namespace shop::rocks {
namespace {

constexpr std::size_t kKindKeyBytes = kPartitionKeyBytes + 3;
constexpr std::size_t kStreamKeyBytes = kKindKeyBytes + kIdBodyChars;
constexpr std::size_t kTimeBytes = 8;
constexpr std::size_t kStreamHeadBytes = 17 + kTimeBytes;
constexpr std::size_t kCommandHeadBytes = 24;
constexpr int kSizeBytes = 4;

}  // namespace

void append_number(std::string& out, std::uint64_t value, int bytes) {
    for (int i = bytes - 1; i >= 0; --i) out.push_back(static_cast<char>(value >> (8 * i)));
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

std::string record_key(Partition partition, StreamId id, Offset offset) {
    std::string key = key_of('r', partition, id);
    append_number(key, static_cast<std::uint64_t>(offset), 8);
    return key;
}

std::optional<CommandId> command_in(std::string_view key) {
    if (key.size() != kPartitionKeyBytes + kIdBodyChars) return std::nullopt;
    return CommandId::parse(std::string(CommandId::kPrefix.view()) + "_" +
                            std::string(key.substr(kPartitionKeyBytes)));
}

Offset offset_in(std::string_view key) {
    return static_cast<Offset>(read_number(key.substr(std::min(key.size(), kStreamKeyBytes))));
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

// ---- Images -------------------------------------------------------------------------------------

void append_entry(std::string& out, std::string_view key, std::string_view value) {
    append_number(out, key.size(), kSizeBytes);
    append_number(out, value.size(), kSizeBytes);
    out += key;
    out += value;
}

std::optional<Entry> take_entry(std::string_view& bytes) {
    constexpr std::size_t kHead = 2 * kSizeBytes;
    if (bytes.size() < kHead) return std::nullopt;
    const std::size_t key = read_number(bytes.substr(0, kSizeBytes));
    const std::size_t value = read_number(bytes.substr(kSizeBytes, kSizeBytes));
    if (bytes.size() < kHead + key + value) return std::nullopt;
    const Entry entry{bytes.substr(kHead, key), bytes.substr(kHead + key, value)};
    bytes.remove_prefix(kHead + key + value);
    return entry;
}

bool is_of(std::string_view key, Partition partition) {
    return !key.empty() && kLetters.find(key.front()) != std::string_view::npos &&
           key.starts_with(key_of(key.front(), partition));
}

std::unexpected<Error> bad_image(std::string_view why) {
    return fail(ErrorCode::kCorrupt, "bad-image", "The image of a partition " + std::string(why));
}

}  // namespace shop::rocks
