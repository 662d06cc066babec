// A record: the whole result of one command, one entry of the log. One JSON document, encoded by
// us in declared field order, so that the same record has the same bytes in every log:
//
//   {"term":"3-k2f9…","seq":17,"time":"…","command":{"id":"cmd_…","type":"AddLine",
//    "fingerprint":"…"},"actor":{…},"correlation":"…","causation":"…","trace":"…",
//    "events":[{"type":"cart.line_added","schema":1,"stream":"crt_…","version":4,
//               "effective_at":"…","data":{…}}]}
//
// Members at their default are left out. The beginning (term, seq, time) is what the reader rules
// look at (entry.hpp). Events of older schemas are brought up to date when they are read
// (upcasters.hpp); what is written is always the newest.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/any_event.hpp"
#include "core/base/actor.hpp"
#include "core/base/describe.hpp"
#include "core/base/ids.hpp"
#include "core/base/result.hpp"
#include "core/base/time.hpp"
#include "core/json/document.hpp"
#include "events/entry.hpp"

namespace shop {

inline constexpr std::size_t kRecordBytesMax = 900'000;

struct RecordedEvent {
    StreamId stream;
    std::uint64_t version = 0;  // of the stream, from 1
    std::optional<Time> effective_at;
    AnyEvent data;
    bool operator==(const RecordedEvent&) const = default;
    void write_json(json::Writer& writer) const;
    void read_json(const json::Value& value, json::Decoding& decoding);
};

struct CommandRef {
    CommandId id;
    std::string type;
    std::string fingerprint;  // HMAC of the request, to tell a reused key from a retry; or empty
    bool operator==(const CommandRef&) const = default;
};
SHOP_DESCRIBE(CommandRef, id, type, fingerprint)

struct Record {
    Term term;
    std::uint64_t seq = 0;
    Time time;
    CommandRef command;
    Actor actor;
    std::string correlation;  // of the request chain
    std::string causation;    // id of the effect or command that caused this one
    std::string trace;        // W3C trace id
    std::vector<RecordedEvent> events;
    bool operator==(const Record&) const = default;

    // When the event happened, as folds take it.
    Time time_of(const RecordedEvent& event) const { return event.effective_at.value_or(time); }
};
SHOP_DESCRIBE(Record, term, seq, time, command, actor, correlation, causation, trace, events)

// Appends the record's document to `out`. It has a term, a seq and at least one event (asserted).
void append_record(std::string& out, const Record& record);

// The record written in `entry`, events brought up to the newest schema. kCorrupt, naming the
// member, if it is no record or holds an event this program does not know.
Result<Record> read_record(std::string_view entry);

// Reads many records one after another, with one parser and its buffers. One thread.
class RecordReader {
  public:
    Result<Record> read(std::string_view entry);

  private:
    json::Document document_;
};

// The stored name of an event: "cart.line_added".
std::string_view type_of(const AnyEvent& event);
int schema_of(const AnyEvent& event);

}  // namespace shop
