// Strong ids. An id is a prefix, an underscore and 20 characters of lower-case Crockford base 32
// ("crt_0h7k…"). The first two characters are the slot (10 bits) that places the id's stream on a
// partition; the other 18 are 90 bits, derived or random. Ids are names, never secrets: they reach
// logs, providers and proofs.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/result.hpp"

namespace shop {

inline constexpr std::size_t kIdBodyChars = 20;
inline constexpr std::uint16_t kSlotCount = 1024;

using IdBody = std::array<char, kIdBodyChars>;

// One of 1,024 slots; a fixed map assigns slots to partitions (events/slot_map.hpp).
struct Slot {
    std::uint16_t value = 0;  // < kSlotCount
    auto operator<=>(const Slot&) const = default;
};

// The slot in the first two characters of a body.
Slot slot_of(const IdBody& body);

// True if all characters are of the alphabet.
bool is_id_body(std::string_view body);

// Body from a hash of `parts` (each length-prefixed, so that their borders count). The same parts
// give the same id for ever. With `slot` the id is placed there, else its slot comes from the hash.
IdBody derive_body(std::initializer_list<std::string_view> parts);
IdBody derive_body(Slot slot, std::initializer_list<std::string_view> parts);

// A prefix of three letters, as template argument.
struct IdPrefix {
    std::array<char, 3> text{};
    consteval IdPrefix(const char (&literal)[4]) : text{literal[0], literal[1], literal[2]} {}
    constexpr std::string_view view() const { return {text.data(), text.size()}; }
    auto operator<=>(const IdPrefix&) const = default;
};

// An id of one kind. Default-constructed it is empty: no id, and never written.
template <IdPrefix P>
struct Id {
    static constexpr IdPrefix kPrefix = P;

    IdBody body{};

    auto operator<=>(const Id&) const = default;

    bool is_empty() const { return body[0] == '\0'; }
    Slot slot() const { return slot_of(body); }

    // Appends "crt_…" to `out`; nothing if the id is empty.
    void append_to(std::string& out) const {
        if (is_empty()) return;
        out.append(P.text.data(), P.text.size());
        out.push_back('_');
        out.append(body.data(), body.size());
    }
    std::string to_string() const {
        std::string text;
        append_to(text);
        return text;
    }

    // The id written as `text`, or nothing.
    static std::optional<Id> parse(std::string_view text) {
        if (text.size() != kIdBodyChars + 4 || text.substr(0, 3) != P.view() || text[3] != '_' ||
            !is_id_body(text.substr(4)))
            return std::nullopt;
        Id id;
        std::memcpy(id.body.data(), text.data() + 4, kIdBodyChars);
        return id;
    }
    static Id derive(std::initializer_list<std::string_view> parts) { return {derive_body(parts)}; }
    static Id derive(Slot slot, std::initializer_list<std::string_view> parts) {
        return {derive_body(slot, parts)};
    }
};

// Streams.
using ProductId = Id<"prd">;
using CategoryId = Id<"cat">;
using KeyId = Id<"key">;
using StockId = Id<"stk">;
using CartId = Id<"crt">;
using CheckoutId = Id<"chk">;
using OrderId = Id<"ord">;
using PaymentId = Id<"pay">;
using FulfillmentId = Id<"ful">;
using CreditNoteId = Id<"crn">;
using ReturnId = Id<"ret">;
using SeriesId = Id<"num">;
using CustomerId = Id<"cus">;
using SettingsId = Id<"set">;

// Things inside streams.
using VariantId = Id<"var">;
using LineId = Id<"lin">;
using CommandId = Id<"cmd">;
using EffectId = Id<"eff">;
using CaptureId = Id<"cap">;
using RefundId = Id<"rfd">;

// The order is stored nowhere; names are (enum_name never is: the prefix is what is stored).
enum class StreamKind : std::uint8_t {
    kProduct,
    kCategory,
    kKey,
    kStock,
    kCart,
    kCheckout,
    kOrder,
    kPayment,
    kFulfillment,
    kCreditNote,
    kReturn,
    kSeries,
    kCustomer,
    kSettings,
};

inline constexpr std::array<IdPrefix, 14> kStreamPrefixes = {
    "prd", "cat", "key", "stk", "crt", "chk", "ord",
    "pay", "ful", "crn", "ret", "num", "cus", "set",
};

// The id of any stream: a kind and a body.
struct StreamId {
    StreamKind kind = StreamKind::kCart;
    IdBody body{};

    StreamId() = default;
    StreamId(StreamKind k, const IdBody& b) : kind(k), body(b) {}
    template <IdPrefix P>
    StreamId(const Id<P>& id) : kind(kind_of(P)), body(id.body) {}

    auto operator<=>(const StreamId&) const = default;
    bool is_empty() const { return body[0] == '\0'; }
    Slot slot() const { return slot_of(body); }
    void append_to(std::string& out) const;
    std::string to_string() const;
    static std::optional<StreamId> parse(std::string_view text);

    // The same stream as a typed id; the kinds must agree (asserted).
    template <class IdT>
    IdT as() const {
        IdT id;
        id.body = body;
        return id;
    }

  private:
    static consteval StreamKind kind_of(IdPrefix prefix) {
        for (std::size_t i = 0; i < kStreamPrefixes.size(); ++i)
            if (kStreamPrefixes[i].text == prefix.text) return static_cast<StreamKind>(i);
        throw "not the prefix of a stream";
    }
};

// The last 8 characters are hash bits for every kind of id.
inline std::size_t hash_body(const IdBody& body) {
    std::size_t bits = 0;
    std::memcpy(&bits, body.data() + kIdBodyChars - sizeof bits, sizeof bits);
    return bits * 0x9E3779B97F4A7C15ULL;
}

}  // namespace shop

template <shop::IdPrefix P>
struct std::hash<shop::Id<P>> {
    std::size_t operator()(const shop::Id<P>& id) const { return shop::hash_body(id.body); }
};
template <>
struct std::hash<shop::StreamId> {
    std::size_t operator()(const shop::StreamId& id) const {
        return shop::hash_body(id.body) + static_cast<std::size_t>(id.kind);
    }
};
