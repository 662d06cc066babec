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

// The storefront, but for what a test does otherwise when it applies a batch.
class AlteredStorefront : public projections::Projection {
  public:
    std::string_view name() const override { return projections::storefront::kViewName; }
    int code_version() const override { return 1; }
    bool reads(Topic topic) const override { return storefront_.reads(topic); }
    bool wants(std::string_view entry) const override { return storefront_.wants(entry); }
    Status apply(postgres::Database& database, std::span<const projections::ViewRecord> batch,
                 postgres::WriteMode mode, projections::Touched& touched) const override {
        return storefront_.apply(database, batch, mode, touched);
    }

  private:
    const projections::storefront::Storefront storefront_;
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
