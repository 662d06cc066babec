// A database of its own for one test, in the Postgres that SHOPVERSE_TEST_POSTGRES names (a libpq
// conninfo of a user who may create databases). Without that variable the test is skipped, loudly.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

#include "projections/postgres/database.hpp"

namespace shop::tests {

class TestDatabase {
  public:
    // Nothing if SHOPVERSE_TEST_POSTGRES is not set; says so on standard error.
    static std::optional<TestDatabase> create();
    TestDatabase(TestDatabase&& other) noexcept;
    TestDatabase& operator=(TestDatabase&&) = delete;
    ~TestDatabase();

    const std::string& conninfo() const { return conninfo_; }
    postgres::Database connect() const;
    // The rows of a query as text: fields joined by '|', rows ended by '\n'.
    std::string rows(const std::string& sql) const;

  private:
    TestDatabase(std::string server, std::string name);
    std::string server_;
    std::string name_;  // empty once moved from
    std::string conninfo_;
};

// A process that does nothing for as long as this lives.
class Frozen {
  public:
    explicit Frozen(pid_t pid);
    ~Frozen();
    Frozen(const Frozen&) = delete;
    Frozen& operator=(const Frozen&) = delete;

  private:
    const pid_t pid_;
};

}  // namespace shop::tests

// TEST_CASE("…") { SHOP_WITH_POSTGRES(postgres); … }
#define SHOP_WITH_POSTGRES(name)                                 \
    auto name##_created = ::shop::tests::TestDatabase::create(); \
    if (!name##_created) return;                                 \
    auto& name = *name##_created
