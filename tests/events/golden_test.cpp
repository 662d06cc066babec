// Events on disk are for ever: for each version of each event a file in tests/golden/ holds one as
// it was first written, with every member set, and must be read by every later program. A version
// that learnt to say more since then has a further file for each time it did.
#include <catch2/catch.hpp>
#include <filesystem>

#include "events/record.hpp"
#include "events/stored_types.hpp"
#include "tests/events/events_page.hpp"
#include "tests/support/golden.hpp"
#include "tests/support/samples.hpp"
#include "tests/support/source_folder.hpp"

namespace shop {
namespace {

using tests::golden_folder;
using tests::read_file;
using Events = NamedTypes<AnyEvent>;

// The n-th of a version, from 1: stock.received.v1.json, stock.received.v1-2.json, …
std::filesystem::path golden_file(std::string_view type, int schema, int n = 1) {
    const std::string more = n == 1 ? "" : "-" + std::to_string(n);
    return golden_folder() / (std::string(type) + ".v" + std::to_string(schema) + more + ".json");
}

std::string json_of(const RecordedEvent& event) {
    std::string text;
    json::Writer writer(text);
    event.write_json(writer);
    return text;
}

Result<RecordedEvent> event_in(std::string_view text) {
    return json::from_json<RecordedEvent>(text, json::Missing::kIsDefault);
}

// An event of that type with every member set.
RecordedEvent sample_event(const Events::Type& type) {
    return {CartId::derive({"golden"}), 7, parse_rfc3339("2026-11-24T01:54:10Z"),
            tests::sample_of(type)};
}

TEST_CASE("the sample of an event leaves no member at its default", "[golden]") {
    for (const auto& type : Events::types()) {
        INFO(type.name);
        CHECK(tests::find_default_member(sample_event(type).data) == "");
    }
}

TEST_CASE("every event survives the log with every member set", "[golden]") {
    for (const auto& type : Events::types()) {
        const RecordedEvent event = sample_event(type);
        INFO(json_of(event));
        CHECK(event_in(json_of(event)) == event);
    }
}

// Whether a file of the newest version says all that it can say.
bool is_golden(const Events::Type& type, std::string_view text) {
    for (int n = 1;; ++n) {
        const auto path = golden_file(type.name, type.schema, n);
        if (!std::filesystem::exists(path)) return false;
        if (read_file(path) == text) return true;
    }
}

TEST_CASE("all that each version of each event can say is in a golden file", "[golden]") {
    for (const auto& type : Events::types()) {
        for (int schema = 1; schema < type.schema; ++schema) {
            INFO("the golden file of an older version is gone; take it from the history");
            CHECK(std::filesystem::exists(golden_file(type.name, schema)));
        }
        const std::string text = json_of(sample_event(type));
        if (is_golden(type, text)) continue;
        int n = 1;
        while (std::filesystem::exists(golden_file(type.name, type.schema, n))) ++n;
        const auto path = golden_file(type.name, type.schema, n);
        tests::record_golden(path, text, "look at it, commit it and never change it");
    }
}

TEST_CASE("every golden file is read, and the newest versions say the same when written again",
          "[golden]") {
    for (const auto& file : std::filesystem::directory_iterator(golden_folder())) {
        if (file.path().extension() != ".json") continue;
        INFO(file.path());
        const std::string text = read_file(file.path());
        const auto event = event_in(text);
        REQUIRE(event);
        const std::string newest = golden_file(type_of(event->data), schema_of(event->data)).stem();
        const std::string name = file.path().stem();
        if (name == newest || name.starts_with(newest + "-")) CHECK(json_of(*event) == text);
    }
}

// ---- What is told of them -----------------------------------------------------------------------

std::filesystem::path docs_folder() {
    return tests::source_folder() / "docs";
}

TEST_CASE("docs/events.md tells every event with every field", "[golden]") {
    const auto path = docs_folder() / "events.md";
    std::string page = tests::events_page();
    page.pop_back();  // its end of line
    if (read_file(path) != page) tests::record_golden(path, page);
}

// "**Stock** `opened`, `policy_set`, …": what docs/domain.md says of one kind of stream.
std::string told_of(std::string kind) {
    const std::string text = read_file(docs_folder() / "domain.md");
    kind[0] = static_cast<char>(kind[0] - 'a' + 'A');
    std::ranges::replace(kind, '_', ' ');
    const std::size_t from = text.find("**" + kind + "** `");
    if (from == text.npos) return "";
    return text.substr(from, text.find("**", from + kind.size() + 4) - from);
}

TEST_CASE("docs/domain.md names every event beside its stream", "[golden]") {
    for (const auto& type : Events::types()) {
        INFO(type.name);
        const std::size_t dot = type.name.find('.');
        const std::string name(type.name.substr(dot + 1));
        if (name == "effect_answered") continue;  // told once, for all kinds
        const std::string told = told_of(std::string(type.name.substr(0, dot)));
        CHECK(told.find("`" + name + "`") != told.npos);
    }
}

}  // namespace
}  // namespace shop
