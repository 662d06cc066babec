// The format (RocksDB wiki, "Write Ahead Log File Format"): blocks of 32 KiB; in each, records of a
// header (CRC-32C over type and payload, masked, 4 bytes; length, 2 bytes; type, 1 byte; all
// little-endian) and a payload. A write is one FULL record, or FIRST, MIDDLE …, LAST. Less than a
// header's room at the end of a block is filled with zeros, and so may be what follows the last
// write (zero_ahead.hpp).
#include "events/rocksdb/wal_tail.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <fstream>
#include <iterator>
#include <string>

#include "events/folder.hpp"

namespace shop::rocks {
namespace {

constexpr std::size_t kBlock = 32 << 10;
constexpr std::size_t kHeader = 7;
enum RecordType : unsigned char { kZero = 0, kFull = 1, kFirst = 2, kMiddle = 3, kLast = 4 };

constexpr std::array<std::uint32_t, 256> kCrcTable = [] {
    std::array<std::uint32_t, 256> table{};
    for (std::uint32_t i = 0; i < 256; ++i) {
        std::uint32_t crc = i;
        for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0x82f63b78U : 0);
        table[i] = crc;
    }
    return table;
}();

std::uint32_t masked_crc32c(std::string_view bytes) {
    std::uint32_t crc = 0xffffffffU;
    for (const char c : bytes)
        crc = kCrcTable[(crc ^ static_cast<unsigned char>(c)) & 0xff] ^ (crc >> 8);
    crc ^= 0xffffffffU;
    return ((crc >> 15) | (crc << 17)) + 0xa282ead8U;
}

std::uint32_t little_endian(std::string_view bytes) {
    std::uint32_t value = 0;
    for (std::size_t i = bytes.size(); i-- > 0;)
        value = (value << 8) | static_cast<unsigned char>(bytes[i]);
    return value;
}

struct Piece {
    RecordType type;
    std::size_t size;  // with its header
};

// The record at `at`, if it is whole.
std::optional<Piece> piece_at(std::string_view log, std::size_t at) {
    if (at + kHeader > log.size()) return std::nullopt;
    const std::size_t length = little_endian(log.substr(at + 4, 2));
    const auto type = static_cast<unsigned char>(log[at + 6]);
    const std::size_t room = kBlock - at % kBlock;
    if (type < kFull || type > kLast || kHeader + length > room ||
        at + kHeader + length > log.size())
        return std::nullopt;
    if (little_endian(log.substr(at, 4)) != masked_crc32c(log.substr(at + 6, length + 1)))
        return std::nullopt;
    return Piece{static_cast<RecordType>(type), kHeader + length};
}

// Whether a write begins anywhere behind `at`. Looks at every byte: what is wrong may be a length.
bool write_begins_behind(std::string_view log, std::size_t at) {
    for (++at; at + kHeader <= log.size(); ++at) {
        const auto type = static_cast<unsigned char>(log[at + 6]);
        if (type != kFull && type != kFirst) continue;
        if (piece_at(log, at)) return true;
    }
    return false;
}

}  // namespace

std::optional<std::uint64_t> find_torn_tail(std::string_view log) {
    std::size_t write_begin = 0;  // of the write the current record belongs to
    for (std::size_t at = 0; at < log.size();) {
        const std::size_t room = kBlock - at % kBlock;
        if (room < kHeader) {
            if (write_begin == at) write_begin += room;
            at += room;
            continue;
        }
        const auto piece = piece_at(log, at);
        const bool begins = !piece || piece->type == kFull || piece->type == kFirst;
        const bool inside = write_begin < at;
        if (!piece) {
            const bool is_end = !inside && log.find_first_not_of('\0', at) == log.npos;
            if (is_end || write_begins_behind(log, at)) return std::nullopt;
            return inside ? write_begin : at;
        }
        if (begins) write_begin = at;
        at += piece->size;
        if (piece->type == kFull || piece->type == kLast) write_begin = at;
    }
    return std::nullopt;
}

namespace {

bool is_unwritten(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    using Bytes = std::istreambuf_iterator<char>;
    return std::all_of(Bytes(in), Bytes(), [](char byte) { return byte == '\0'; });
}

// The newest that was written to: one may be made before it is known that it is needed.
std::optional<std::filesystem::path> newest_log(const std::filesystem::path& folder) {
    std::optional<std::filesystem::path> newest;
    std::uint64_t highest = 0;
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
        if (entry.path().extension() != ".log") continue;
        const std::string stem = entry.path().stem().string();
        std::uint64_t number = 0;
        std::from_chars(stem.data(), stem.data() + stem.size(), number);
        if (number < highest || is_unwritten(entry.path())) continue;
        highest = number;
        newest = entry.path();
    }
    return newest;
}

}  // namespace

Result<bool> cut_torn_tail(const std::filesystem::path& folder) {
    const auto path = newest_log(folder);
    if (!path) return false;
    std::ifstream in(*path, std::ios::binary);
    const std::string log{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    const auto tail = find_torn_tail(log);
    if (!tail) return false;
    std::error_code error;
    std::filesystem::resize_file(*path, *tail, error);
    if (error)
        return fail(ErrorCode::kUnavailable, "disk-failed",
                    "Cannot cut the torn end off " + path->string() + ": " + error.message() + ".");
    SHOP_TRY_STATUS(sync_tree(folder));
    return true;
}

}  // namespace shop::rocks
