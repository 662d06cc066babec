// What is made of an error of Postgres: tried again, or a fault that somebody must look at.
#include "projections/postgres/errors.hpp"

#include <array>
#include <catch2/catch.hpp>
#include <string>

using namespace shop;
using namespace shop::postgres;

namespace {

// Codes that Postgres really gives, class by class, and whether they pass by themselves. Of what
// does not, a view puts the record aside.
struct Sqlstate {
    std::string_view code;
    bool passes;
    std::string_view what;
};

constexpr std::array kSqlstates = {
    Sqlstate{"", true, "the connection broke without a word"},
    Sqlstate{"08001", true, "no connection could be made"},
    Sqlstate{"08006", true, "the connection broke"},
    Sqlstate{"40001", true, "serialization failure"},
    Sqlstate{"40P01", true, "deadlock"},
    Sqlstate{"53100", true, "disk full"},
    Sqlstate{"53200", true, "out of memory"},
    Sqlstate{"53300", true, "too many connections"},
    Sqlstate{"55006", true, "object in use"},
    Sqlstate{"55P03", true, "lock not available"},
    Sqlstate{"57014", true, "canceled, or too slow"},
    Sqlstate{"57P01", true, "shut down by an operator"},
    Sqlstate{"57P02", true, "crashed"},
    Sqlstate{"57P03", true, "starting up"},
    Sqlstate{"0A000", false, "not supported"},
    Sqlstate{"21000", false, "one row twice"},
    Sqlstate{"22001", false, "text too long"},
    Sqlstate{"22003", false, "number out of range"},
    Sqlstate{"22021", false, "not a character"},
    Sqlstate{"22P05", false, "U+0000 in JSON"},
    Sqlstate{"23502", false, "not null"},
    Sqlstate{"23505", false, "unique"},
    Sqlstate{"23514", false, "check"},
    Sqlstate{"25P02", false, "the transaction has failed before"},
    Sqlstate{"28P01", false, "wrong password"},
    Sqlstate{"3D000", false, "no such database"},
    Sqlstate{"42501", false, "not allowed"},
    Sqlstate{"42703", false, "no such column"},
    Sqlstate{"42P01", false, "no such table"},
    Sqlstate{"54000", false, "too complex"},
    Sqlstate{"58030", false, "input or output failed"},
    Sqlstate{"P0001", false, "raised by a function"},
    Sqlstate{"XX001", false, "data corrupted"},
};

}  // namespace

TEST_CASE("what failed for want of room, a lock or a server is tried again, and nothing else is") {
    for (const auto& [code, passes, what] : kSqlstates) {
        CAPTURE(code, what);
        const Error error = error_of(code, std::string(what) + "\n");
        CHECK(is_transient(error) == passes);
        CHECK((error.code == ErrorCode::kUnavailable) == passes);
        CHECK(sqlstate_of(error) == (code.empty() ? "08006" : code));
        CHECK(error.message == what);
    }
    for (const std::string type : {"in-doubt", "40001", "postgres", ""})
        CHECK_FALSE(is_transient({ErrorCode::kUnavailable, type, "not one of Postgres"}));
}

TEST_CASE("who lost against another goes on at once, and who lost the connection makes a new one") {
    for (const auto& [code, passes, what] : kSqlstates) {
        CAPTURE(code, what);
        const Error error = error_of(code, what);
        CHECK(is_retry_at_once(error) == (code == "40001" || code == "40P01"));
        const bool is_lost = code.empty() || code.starts_with("08") || code.starts_with("57P");
        CHECK(is_connection_lost(error) == is_lost);
    }
}
