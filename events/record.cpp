#include "events/record.hpp"

#include "core/base/assert.hpp"
#include "events/event_codec.hpp"
#include "events/schema_level.hpp"
#include "events/stored_types.hpp"

namespace shop {

template class NamedTypes<AnyEvent>;

namespace {

using Codec = EventCodec<AnyEvent>;

constexpr std::array<std::string_view, 6> kEventMembers = {"type",    "schema",       "stream",
                                                           "version", "effective_at", "data"};

// The member of an event's envelope, or an error if it is not there.
std::optional<json::Value> require(const json::Value& event, std::string_view name, json::Type type,
                                   json::Decoding& decoding) {
    const json::Decoding::Step step(decoding, name);
    const auto member = event.find(name);
    if (member && member->type() == type) return member;
    decoding.wrong("must be " + std::string(json::name_of(type)));
    return std::nullopt;
}

void refuse_unknown_members(const json::Value& event, json::Decoding& decoding) {
    event.for_each_member([&](std::string_view name, const json::Value&) {
        if (std::ranges::find(kEventMembers, name) != kEventMembers.end()) return;
        const json::Decoding::Step step(decoding, name);
        decoding.wrong("is not a member of an event");
    });
}

template <class T>
void decode_member(const json::Value& event, std::string_view name, T& out,
                   json::Decoding& decoding) {
    const auto member = event.find(name);
    if (!member) return;
    const json::Decoding::Step step(decoding, name);
    json::decode(*member, out, decoding);
}

Error unreadable(const Error& error) {
    return {ErrorCode::kCorrupt, "unreadable-record",
            "The entry is no readable record: " + json::first_wrong(error) + ".", error.fields};
}

}  // namespace

void RecordedEvent::write_json(json::Writer& w) const {
    w.begin_object();
    w.key("type");
    w.plain_string([&](std::string& out) { out.append(type_of(data)); });
    w.key("schema");
    w.integer(schema_of(data));
    w.key("stream");
    w.plain_string([&](std::string& out) { stream.append_to(out); });
    w.key("version");
    w.integer(static_cast<std::int64_t>(version));
    if (effective_at) {
        w.key("effective_at");
        w.plain_string([&](std::string& out) { append_rfc3339(out, *effective_at); });
    }
    w.key("data");
    Codec::encode(w, data);
    w.end_object();
}

void RecordedEvent::read_json(const json::Value& value, json::Decoding& decoding) {
    if (!value.is_object()) return decoding.wrong_type("an object", value);
    refuse_unknown_members(value, decoding);
    decode_member(value, "stream", stream, decoding);
    decode_member(value, "version", version, decoding);
    decode_member(value, "effective_at", effective_at, decoding);
    const auto type = require(value, "type", json::Type::kString, decoding);
    const auto schema = require(value, "schema", json::Type::kInteger, decoding);
    const auto stored = require(value, "data", json::Type::kObject, decoding);
    if (!type || !schema || !stored) return;
    const json::Decoding::Step step(decoding, "data");
    Codec::decode(type->string(), schema->integer(), *stored, data, upcasters(), decoding);
}

void append_record(std::string& out, const Record& record) {
    SHOP_ASSERT(record.term.number > 0 && record.seq > 0 && record.time.us > 0);
    SHOP_ASSERT(!record.events.empty());
    json::Writer writer(out);
    json::encode(writer, record, json::Defaults::kOmit);
}

Result<Record> RecordReader::read(std::string_view entry) {
    const auto value = document_.parse(entry);
    if (!value) return std::unexpected(unreadable(value.error()));
    auto record = json::from_value<Record>(*value, json::Missing::kIsDefault);
    if (!record) return std::unexpected(unreadable(record.error()));
    return std::move(*record);
}

Result<Record> read_record(std::string_view entry) {
    return RecordReader().read(entry);
}

std::int64_t schema_level() {
    return kSchemaLevelOf<AnyEvent>;
}

std::string_view type_of(const AnyEvent& event) {
    return Codec::name_of(event);
}

int schema_of(const AnyEvent& event) {
    return Codec::schema_of(event);
}

}  // namespace shop
