#include "tests/support/views.hpp"

#include <catch2/catch.hpp>

#include "projections/migrate.hpp"
#include "projections/view_store.hpp"

namespace shop::tests {

using projections::Projection;
using projections::RunnerOptions;

void Observed::on_commit(int, const projections::Offsets& now, const projections::Touched& names,
                         const std::set<Position>& letters) {
    read = now;
    touched = names;
    dead_letters = letters;
}

void Observed::on_alarm(int, const Error& error) {
    alarms.push_back(error);
}

int make_version(const TestDatabase& postgres, const Projection& projection) {
    auto database = postgres.connect();
    const auto migrated = projections::migrate(database);
    if (!migrated) FAIL(migrated.error().message);
    const auto version =
        projections::create_version(database, projection.name(), projection.code_version());
    if (!version) FAIL(version.error().message);
    return *version;
}

namespace {

RunnerOptions with(RunnerOptions options, const TestDatabase& postgres, int version) {
    options.conninfo = postgres.conninfo();
    options.version = version;
    return options;
}

}  // namespace

const projections::storefront::Storefront TestRunner::kStorefront;

TestRunner::TestRunner(const Log& log, const TestDatabase& postgres, int version,
                       const Projection& projection, RunnerOptions options)
    : runner(log, projection, with(std::move(options), postgres, version), observed) {}

void TestRunner::catch_up() {
    for (;;) {
        const auto read = runner.step();
        if (!read) FAIL(read.error().type << ": " << read.error().message);
        if (*read == 0) break;
    }
    const auto saved = runner.save_idle();
    if (!saved) FAIL(saved.error().message);
}

std::string all_rows(const TestDatabase& postgres, std::string_view view, int version) {
    const std::string schema = projections::schema_of(view, version);
    auto database = postgres.connect();
    const auto tables = database.query(
        "SELECT tablename FROM pg_tables WHERE schemaname = $1 ORDER BY 1", {schema});
    REQUIRE(tables);
    std::string text;
    for (std::size_t i = 0; i < tables->size(); ++i) {
        const std::string table(tables->text(i, 0));
        text += "--- " + table + "\n";
        // Sets that no listing has any more are kept or not, as batches happened to fall.
        const std::string in_use =
            table == "facet_set" ? " WHERE facets IN (SELECT facets FROM " + schema + ".listing)"
                                 : "";
        text += postgres.rows("SELECT t::text FROM " + schema + "." + table + " t" + in_use +
                              " ORDER BY 1");
    }
    return text;
}

}  // namespace shop::tests
