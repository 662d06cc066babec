#include "tests/support/postgres.hpp"

#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <iostream>
#include <utility>

namespace shop::tests {
namespace {

postgres::Database connect_to(const std::string& conninfo) {
    auto database = postgres::Database::connect(conninfo);
    if (!database) FAIL(database.error().message);
    return std::move(*database);
}

void run(postgres::Database& database, const std::string& sql) {
    const auto done = database.run(sql);
    if (!done) FAIL(done.error().message << " in: " << sql);
}

}  // namespace

std::optional<TestDatabase> TestDatabase::create() {
    const char* server = std::getenv("SHOPVERSE_TEST_POSTGRES");
    if (server == nullptr) {
        std::cerr << "SKIPPED: \"" << Catch::getResultCapture().getCurrentTestName()
                  << "\" needs Postgres; set SHOPVERSE_TEST_POSTGRES (./test does)\n";
        return std::nullopt;
    }
    static std::atomic<int> next = 0;
    return TestDatabase(server,
                        "shop_test_" + std::to_string(getpid()) + "_" + std::to_string(++next));
}

TestDatabase::TestDatabase(std::string server, std::string name)
    : server_(std::move(server)), name_(std::move(name)), conninfo_(server_ + " dbname=" + name_) {
    auto database = connect_to(server_ + " dbname=postgres");
    run(database, "DROP DATABASE IF EXISTS " + name_ + " WITH (FORCE)");
    run(database, "CREATE DATABASE " + name_);
}

TestDatabase::TestDatabase(TestDatabase&& other) noexcept
    : server_(other.server_), name_(std::exchange(other.name_, {})), conninfo_(other.conninfo_) {}

TestDatabase::~TestDatabase() {
    if (name_.empty()) return;
    auto database = postgres::Database::connect(server_ + " dbname=postgres");
    if (database) (void)database->run("DROP DATABASE IF EXISTS " + name_ + " WITH (FORCE)");
}

postgres::Database TestDatabase::connect() const {
    return connect_to(conninfo_);
}

std::string TestDatabase::rows(const std::string& sql) const {
    auto database = connect();
    const auto rows = database.run(sql);
    if (!rows) FAIL(rows.error().message << " in: " << sql);
    std::string text;
    for (std::size_t i = 0; i < rows->size(); ++i) {
        for (int column = 0; column < rows->columns(); ++column) {
            if (column > 0) text += '|';
            text += rows->text(i, column);
        }
        text += '\n';
    }
    return text;
}

Frozen::Frozen(pid_t pid) : pid_(pid) {
    REQUIRE(pid > 1);
    REQUIRE(::kill(pid, SIGSTOP) == 0);
}

Frozen::~Frozen() {
    ::kill(pid_, SIGCONT);
}

}  // namespace shop::tests
