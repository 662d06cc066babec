#include "tests/support/given.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "core/json/encode.hpp"

namespace shop::tests {
namespace {

std::string_view type_name(const NewEvent& event) {
    return event.data.visit([]<class E>(const E&) { return E::kType; });
}

std::string text_of(const std::vector<NewEvent>& events) {
    std::string text;
    for (const NewEvent& event : events) {
        text += "\n  " + event.stream.to_string() + " " + std::string(type_name(event)) + " ";
        text += event.data.visit(
            [](const auto& data) { return json::to_json(data, json::Defaults::kOmit); });
    }
    return text.empty() ? "\n  nothing" : text;
}

std::string text_of(const Error& error) {
    std::string text = error.type + ": " + error.message;
    for (const FieldError& field : error.fields)
        text += "\n  " + field.pointer + " " + field.detail;
    return text;
}

}  // namespace

CommandId command_id(int n) {
    return CommandId::derive({"test command", std::to_string(n)});
}

void StreamTable::fold(const NewEvent& event, Time time) {
    Entry& entry = entries_[event.stream];
    evolve_any(entry.state, event.data, time);
    ++entry.version;
}

const AnyState* StreamTable::find_any(const StreamId& id) const {
    const auto at = entries_.find(id);
    return at == entries_.end() ? nullptr : &at->second.state;
}

std::uint64_t StreamTable::version_of(const StreamId& id) const {
    const auto at = entries_.find(id);
    return at == entries_.end() ? 0 : at->second.version;
}

Scenario& Scenario::given(const std::vector<NewEvent>& events) {
    for (const NewEvent& event : events) streams_.fold(event, now_);
    return *this;
}

Scenario& Scenario::at(Time now) {
    now_ = now;
    return *this;
}

Scenario& Scenario::with(const Catalog& catalog) {
    catalog_ = &catalog;
    return *this;
}

Scenario& Scenario::by(Actor actor) {
    actor_ = std::move(actor);
    return *this;
}

Scenario& Scenario::local_series(const SeriesId& series) {
    local_series_ = series;
    return *this;
}

Env Scenario::begin_command() {
    return {.now = now_,
            .command = command_id(++commands_),
            .actor = &actor_,
            .catalog = catalog_,
            .local_series = local_series_};
}

Scenario& Scenario::end_command(Result<Decision> result) {
    result_ = std::move(result);
    if (result_)
        for (const NewEvent& event : result_->events) streams_.fold(event, now_);
    return *this;
}

Scenario& Scenario::expect(const std::vector<NewEvent>& events) {
    INFO("expected:" << text_of(events));
    if (!result_) FAIL("but it was refused: " << text_of(result_.error()));
    INFO("made:" << text_of(result_->events));
    CHECK(result_->events == events);
    return *this;
}

Scenario& Scenario::then_types(const std::vector<std::string_view>& types) {
    if (!result_) FAIL("it was refused: " << text_of(result_.error()));
    INFO("made:" << text_of(result_->events));
    std::vector<std::string_view> made;
    for (const NewEvent& event : result_->events) made.push_back(type_name(event));
    CHECK(made == types);
    return *this;
}

Scenario& Scenario::then_nothing() {
    return expect({});
}

Scenario& Scenario::then_refused(std::string_view type, std::string_view pointer) {
    if (result_) FAIL("it was accepted, and made:" << text_of(result_->events));
    const Error& error = result_.error();
    INFO("refused: " << text_of(error));
    CHECK(error.type == type);
    if (pointer.empty()) return *this;
    std::vector<std::string> pointers;
    for (const FieldError& field : error.fields) pointers.push_back(field.pointer);
    CHECK_THAT(pointers, Catch::Matchers::VectorContains(std::string(pointer)));
    return *this;
}

Scenario& Scenario::then_refused(ErrorCode code) {
    if (result_) FAIL("it was accepted, and made:" << text_of(result_->events));
    INFO("refused: " << text_of(result_.error()));
    CHECK(result_.error().code == code);
    return *this;
}

}  // namespace shop::tests
