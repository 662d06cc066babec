#include "events/entry.hpp"

#include <algorithm>
#include <charconv>

#include "core/json/decode.hpp"
#include "core/json/encode.hpp"

namespace shop {
namespace {

constexpr std::size_t kNumberDigitsMax = 15;
constexpr std::size_t kNonceCharsMax = 32;
constexpr std::string_view kRecordStart = R"({"term":")";
constexpr std::string_view kClaimStart = R"({"claim":")";

// A positive number without sign or leading zeros, so that each has one text only.
std::optional<std::uint64_t> parse_counter(std::string_view text, std::size_t digits_max) {
    if (text.empty() || text.size() > digits_max || text[0] == '0') return std::nullopt;
    std::uint64_t value = 0;
    for (const char c : text) {
        if (c < '0' || c > '9') return std::nullopt;
        value = value * 10 + static_cast<std::uint64_t>(c - '0');
    }
    return value;
}

bool is_nonce_char(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

// Takes text off the front of an entry.
class Scanner {
  public:
    explicit Scanner(std::string_view text) : text_(text) {}
    bool take(std::string_view literal) {
        if (!text_.starts_with(literal)) return false;
        text_.remove_prefix(literal.size());
        return true;
    }
    // What stands before the next `end`, which is taken too.
    std::optional<std::string_view> take_until(char end) {
        const std::size_t at = text_.find(end);
        if (at == std::string_view::npos) return std::nullopt;
        const std::string_view taken = text_.substr(0, at);
        text_.remove_prefix(at + 1);
        return taken;
    }

  private:
    std::string_view text_;
};

std::optional<EntryHead> read_record_head(std::string_view entry) {
    Scanner scan(entry);
    if (!entry.ends_with('}') || !scan.take(kRecordStart)) return std::nullopt;
    const auto term_text = scan.take_until('"');
    const auto term = term_text ? Term::parse(*term_text) : std::nullopt;
    if (!term || !scan.take(R"(,"seq":)")) return std::nullopt;
    const auto seq_text = scan.take_until(',');
    const auto seq = seq_text ? parse_counter(*seq_text, 18) : std::nullopt;
    if (!seq || !scan.take(R"("time":")")) return std::nullopt;
    const auto time_text = scan.take_until('"');
    const auto time = time_text ? parse_rfc3339(*time_text) : std::nullopt;
    if (!time) return std::nullopt;
    return EntryHead{.kind = EntryKind::kRecord, .term = *term, .seq = *seq, .time = *time};
}

std::optional<std::string> text_of(const json::Value& object, std::string_view name) {
    const auto member = object.find(name);
    if (!member || member->type() != json::Type::kString) return std::nullopt;
    return std::string(member->string());
}

std::optional<std::int64_t> integer_of(const json::Value& object, std::string_view name,
                                       std::int64_t max) {
    const auto member = object.find(name);
    if (!member || member->type() != json::Type::kInteger) return std::nullopt;
    if (member->integer() < 0 || member->integer() > max) return std::nullopt;
    return member->integer();
}

std::optional<LogIdentity> read_identity(const json::Value& claim) {
    const auto log = claim.find("log");
    if (!log || !log->is_object()) return std::nullopt;
    const auto id_text = text_of(*log, "id");
    const auto id = id_text ? LogId::parse(*id_text) : std::nullopt;
    const auto slot_map = text_of(*log, "slot_map");
    const auto catalog = integer_of(*log, "catalog", kSlotCount);
    const auto commerce = integer_of(*log, "commerce", kSlotCount);
    const auto clicks = integer_of(*log, "clicks", kSlotCount);
    if (!id || !slot_map || !catalog || !commerce || !clicks) return std::nullopt;
    return LogIdentity{*id,
                       {static_cast<std::uint16_t>(*catalog), static_cast<std::uint16_t>(*commerce),
                        static_cast<std::uint16_t>(*clicks)},
                       *slot_map};
}

std::optional<Claim> try_read_claim(std::string_view entry) {
    if (!entry.starts_with(kClaimStart)) return std::nullopt;
    json::Document document;
    const auto root = document.parse(entry);
    if (!root || !root->is_object()) return std::nullopt;
    const auto term_text = text_of(*root, "claim");
    const auto term = term_text ? Term::parse(*term_text) : std::nullopt;
    const auto time_text = text_of(*root, "time");
    const auto time = time_text ? parse_rfc3339(*time_text) : std::nullopt;
    const auto address = text_of(*root, "address");
    const auto schema = integer_of(*root, "schema", INT32_MAX);
    auto log = read_identity(*root);
    if (!term || !time || !address || !schema || !log) return std::nullopt;
    return Claim{*term, *time, *address, *schema, std::move(*log)};
}

}  // namespace

void Term::append_to(std::string& out) const {
    std::array<char, 20> digits;
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
    out.append(digits.data(), static_cast<std::size_t>(end - digits.data()));
    out.push_back('-');
    out.append(nonce);
}

std::string Term::to_string() const {
    std::string text;
    append_to(text);
    return text;
}

std::optional<Term> Term::parse(std::string_view text) {
    const std::size_t dash = text.find('-');
    if (dash == std::string_view::npos) return std::nullopt;
    const auto number = parse_counter(text.substr(0, dash), kNumberDigitsMax);
    const std::string_view nonce = text.substr(dash + 1);
    if (!number || nonce.empty() || nonce.size() > kNonceCharsMax ||
        !std::ranges::all_of(nonce, is_nonce_char))
        return std::nullopt;
    return Term{*number, std::string(nonce)};
}

void Term::write_json(json::Writer& writer) const {
    if (number == 0) return writer.null();
    writer.plain_string([&](std::string& out) { append_to(out); });
}

void Term::read_json(const json::Value& value, json::Decoding& decoding) {
    if (value.is_null()) return;
    if (value.type() != json::Type::kString) return decoding.wrong_type("a string", value);
    if (auto term = parse(value.string()))
        *this = std::move(*term);
    else
        decoding.wrong("is not a term, a number and a nonce");
}

std::string nonce_of(std::string_view random) {
    const IdBody body = derive_body({random});
    return std::string(body.data(), 12);
}

void append_claim(std::string& out, const Claim& claim) {
    json::Writer w(out);
    w.begin_object();
    w.key("claim");
    w.plain_string([&](std::string& text) { claim.term.append_to(text); });
    w.key("time");
    w.plain_string([&](std::string& text) { append_rfc3339(text, claim.time); });
    w.key("address");
    w.string(claim.address);
    w.key("schema");
    w.integer(claim.schema_level);
    w.key("log");
    w.begin_object();
    w.key("id");
    w.plain_string([&](std::string& text) { claim.log.id.append_to(text); });
    w.key("catalog");
    w.integer(claim.log.partitions.catalog);
    w.key("commerce");
    w.integer(claim.log.partitions.commerce);
    w.key("clicks");
    w.integer(claim.log.partitions.clicks);
    w.key("slot_map");
    w.string(claim.log.slot_map);
    w.end_object();
    w.end_object();
}

Result<Claim> read_claim(std::string_view entry) {
    auto claim = try_read_claim(entry);
    if (!claim)
        return fail(ErrorCode::kCorrupt, "unreadable-claim", "The entry of the log is no claim.");
    return std::move(*claim);
}

EntryHead read_head(std::string_view entry) {
    if (auto record = read_record_head(entry)) return std::move(*record);
    if (auto claim = try_read_claim(entry))
        return {.kind = EntryKind::kClaim,
                .term = std::move(claim->term),
                .time = claim->time,
                .log = claim->log.id,
                .schema_level = claim->schema_level};
    return {};
}

}  // namespace shop
