#include "projections/dead_letters.hpp"

#include "projections/postgres/database.hpp"
#include "projections/row_set.hpp"

namespace shop::projections {
namespace {

using postgres::Database;

constexpr std::string_view kStreamMember = "\"stream\":\"";
constexpr std::size_t kIdChars = kIdBodyChars + 4;

constexpr postgres::Column kInputs[] = {
    {"view", "text"},   {"version", "integer"}, {"partition", "text"}, {"record_offset", "bigint"},
    {"behind", "text"}, {"error", "text"},      {"streams", "text"},   {"record", "text"}};
constexpr postgres::SetStatement kSave{
    "save_dead_letters", kInputs,
    "INSERT INTO public.dead_letter "
    "(view, version, partition, record_offset, behind, error, streams, record) "
    "SELECT u.view, u.version, u.partition, u.record_offset, u.behind, u.error, "
    "u.streams::text[], u.record FROM {rows}"};

std::vector<std::string> texts_of(const std::vector<StreamId>& streams) {
    std::vector<std::string> texts;
    for (const StreamId& stream : streams) texts.push_back(stream.to_string());
    return texts;
}

// Postgres stores no U+0000, and a damaged record may be no UTF-8 at all.
std::string storable(std::string_view text) {
    std::string plain;
    for (const char c : text) plain += c == '\0' || static_cast<unsigned char>(c) > 0x7f ? '?' : c;
    return plain;
}

}  // namespace

// A string that holds the member's text has its quotes escaped, so that it does not match; a value
// of the event's own named "stream" at most parks one stream more.
std::vector<StreamId> streams_in(std::string_view entry) {
    std::vector<StreamId> streams;
    for (auto at = entry.find(kStreamMember); at != std::string_view::npos;
         at = entry.find(kStreamMember, at + 1)) {
        const auto id = StreamId::parse(entry.substr(at + kStreamMember.size(), kIdChars));
        if (id && std::ranges::find(streams, *id) == streams.end()) streams.push_back(*id);
    }
    return streams;
}

Result<DeadLetters> DeadLetters::load(Database& database, std::string_view view, int version) {
    SHOP_TRY(rows,
             database.query("SELECT partition, record_offset, streams FROM public.dead_letter "
                            "WHERE view = $1 AND version = $2 ORDER BY at",
                            {std::string(view), std::to_string(version)}));
    DeadLetters letters;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const auto partition = Partition::parse(rows.text(i, 0));
        if (!partition) continue;
        std::vector<StreamId> streams;
        for (const std::string_view text : rows.list(i, 2))
            if (const auto id = StreamId::parse(text)) streams.push_back(*id);
        letters.park({*partition, rows.integer(i, 1)}, streams);
    }
    return letters;
}

Result<std::size_t> DeadLetters::count(Database& database, std::string_view view, int version) {
    SHOP_TRY(rows, database.query("SELECT count(*) FROM public.dead_letter "
                                  "WHERE view = $1 AND version = $2",
                                  {std::string(view), std::to_string(version)}));
    return static_cast<std::size_t>(rows.integer(0, 0));
}

std::optional<Position> DeadLetters::find_parked(std::string_view entry) const {
    if (is_empty()) return std::nullopt;
    for (const StreamId& stream : streams_in(entry))
        if (const auto at = parked_.find(stream); at != parked_.end()) return at->second;
    return std::nullopt;
}

void DeadLetters::add(const DeadLetter& letter) {
    park(letter.position, letter.streams);
}

void DeadLetters::park(const Position& position, const std::vector<StreamId>& streams) {
    positions_.insert(position);
    for (const StreamId& stream : streams) parked_.try_emplace(stream, position);
}

Status DeadLetters::save(Database& database, std::string_view view, int version,
                         const std::vector<DeadLetter>& letters) {
    postgres::RowSet rows(kSave, postgres::WriteMode::kTail);
    for (const DeadLetter& letter : letters) {
        rows.text(view).integer(version).text(letter.position.partition.to_string());
        rows.integer(letter.position.offset);
        if (letter.behind)
            rows.text(letter.behind->to_string());
        else
            rows.null();
        rows.text(storable(letter.error)).text(postgres::array_of(texts_of(letter.streams)));
        rows.text(storable(letter.record));
    }
    SHOP_TRY(done, rows.run(database));
    (void)done;
    return {};
}

}  // namespace shop::projections
