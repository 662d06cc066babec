#include "tests/simulation/fold.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/json/writer.hpp"
#include "events/log_reader.hpp"

namespace shop::simulation {
namespace {

const AnyState kNoState;

// Nothing oversold, at any moment: a reservation never takes what is not there.
void check_stock(const RecordedEvent& event, const AnyState& state, Folded& folded) {
    if (event.data.get_if<stock::Reserved>() == nullptr) return;
    if (std::get<stock::State>(state).available() >= 0) return;
    folded.broken.push_back(event.stream.to_string() + " is oversold");
}

void check_key(const RecordedEvent& event, const AnyState& before, Folded& folded) {
    const auto* claimed = event.data.get_if<unique_key::Claimed>();
    const auto* key = std::get_if<unique_key::State>(&before);
    if (claimed == nullptr || key == nullptr || key->owner.is_empty()) return;
    if (key->owner == claimed->owner) return;
    folded.broken.push_back(event.stream.to_string() + " has two owners");
}

// A count may find fewer than were sold, but never fewer than none.
void check_shelf(const RecordedEvent& event, const AnyState& state, Folded& folded) {
    const auto* stock = std::get_if<stock::State>(&state);
    if (stock == nullptr || stock->on_hand >= 0) return;
    folded.broken.push_back(event.stream.to_string() + " has less than nothing on the shelf");
}

const category::State* find_category(const Folded& folded, const CategoryId& id) {
    const auto at = folded.streams.find(id);
    return at == folded.streams.end() ? nullptr : std::get_if<category::State>(&at->second.last());
}

void check_category(const RecordedEvent& event, Folded& folded) {
    const auto* assigned = event.data.get_if<product::CategoryAssigned>();
    if (assigned == nullptr) return;
    const category::State* category = find_category(folded, assigned->category_id);
    if (category != nullptr && category->status == category::Status::kActive) return;
    folded.broken.push_back(event.stream.to_string() + " is put where no category is");
}

void check_tree(const RecordedEvent& event, Folded& folded) {
    const category::State* above = find_category(folded, event.stream.as<CategoryId>());
    for (std::size_t depth = 0; above != nullptr; ++depth) {
        if (depth > folded.streams.size()) {
            folded.broken.push_back(event.stream.to_string() + " stands below itself");
            return;
        }
        above = find_category(folded, above->parent);
    }
}

void take_event(const RecordedEvent& event, const Record& record, Folded& folded) {
    FoldedStream& stream = folded.streams[event.stream];
    if (event.version != stream.versions.size() + 1)
        folded.broken.push_back(event.stream.to_string() + " has a version out of order");
    const AnyState before = stream.versions.empty() ? kNoState : stream.versions.back();
    AnyState after = before;
    evolve_any(after, event.data, record.time);
    check_key(event, before, folded);
    check_stock(event, after, folded);
    check_shelf(event, after, folded);
    check_category(event, folded);
    const bool is_category = std::holds_alternative<category::State>(after);
    stream.versions.push_back(std::move(after));
    stream.times.push_back(record.time);
    if (is_category) check_tree(event, folded);
}

void fold_partition(const Log& log, Partition partition, Folded& folded) {
    LogReader reader(log, partition);
    Time last;
    for (auto entries = reader.read(); entries && !entries->empty(); entries = reader.read()) {
        for (const LogEntry& entry : *entries) {
            const Record record = reader.decode(entry).value();
            if (record.time < last) folded.broken.push_back("recorded time falls");
            last = record.time;
            for (const RecordedEvent& event : record.events) take_event(event, record, folded);
            folded.records.push_back({{partition, entry.offset}, record});
        }
    }
}

}  // namespace

Folded fold(const Log& log) {
    Folded folded;
    for (const Partition& partition : log.partitions().all())
        if (partition.topic != Topic::kClicks) fold_partition(log, partition, folded);
    return folded;
}

const AnyState* LastStates::find_any(const StreamId& id) const {
    const auto at = folded_.streams.find(id);
    return at == folded_.streams.end() ? nullptr : &at->second.last();
}

std::uint64_t LastStates::version_of(const StreamId& id) const {
    const auto at = folded_.streams.find(id);
    return at == folded_.streams.end() ? 0 : at->second.versions.size();
}

std::string tell(const Folded& folded) {
    std::vector<const FoldedRecord*> records;
    for (const FoldedRecord& each : folded.records) records.push_back(&each);
    std::ranges::sort(
        records, {}, [](const auto* each) { return std::pair(each->record.time, each->position); });
    std::string told;
    for (const FoldedRecord* each : records) {
        told += fmt::format("{} {} {}", to_rfc3339(each->record.time), each->position.to_string(),
                            each->record.command.type);
        for (const RecordedEvent& event : each->record.events) {
            std::string text;
            json::Writer writer(text);
            event.write_json(writer);
            told += fmt::format("\n    {} {:.500}", event.stream.to_string(), text);
        }
        told += '\n';
    }
    return told;
}

}  // namespace shop::simulation
