// Helpers for tests of views: a database with the storefront's first version, runners over it, and
// all its rows as text.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "projections/runner.hpp"
#include "projections/storefront/storefront.hpp"
#include "tests/support/postgres.hpp"

namespace shop::tests {

// Remembers what a runner tells.
class Observed final : public projections::RunnerObserver {
  public:
    void on_commit(int version, const projections::Offsets& read,
                   const projections::Touched& touched,
                   const std::set<Position>& dead_letters) override;
    void on_alarm(int version, const Error& error) override;

    projections::Offsets read;
    projections::Touched touched;  // of the last commit
    std::set<Position> dead_letters;
    std::vector<Error> alarms;
};

// Migrates the database and makes the next version of the view; its number.
int make_version(const TestDatabase& postgres, const projections::Projection& projection);

// A runner of the storefront, or of another projection.
struct TestRunner {
    TestRunner(const Log& log, const TestDatabase& postgres, int version,
               const projections::Projection& projection = kStorefront,
               projections::RunnerOptions options = {});
    // Steps until nothing is new.
    void catch_up();

    static const projections::storefront::Storefront kStorefront;
    Observed observed;
    projections::Runner runner;
};

// Every table of the version with all its rows, in order.
std::string all_rows(const TestDatabase& postgres, std::string_view view, int version);

}  // namespace shop::tests
