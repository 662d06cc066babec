// Many rows in one statement: the rows are collected on our side and reach Postgres as arrays
// (unnest) or by COPY into a temporary table, whichever the mode says; the statement then sees them
// as a table `u`.
//
//   constexpr Column kInputs[] = {{"id", "text"}, {"amount", "bigint"}};
//   constexpr SetStatement kUpsert{"upsert_thing", kInputs,
//       "INSERT INTO thing (id, amount) SELECT id, amount FROM {rows} "
//       "ON CONFLICT (id) DO UPDATE SET amount = excluded.amount"};
//   RowSet rows(kUpsert, mode);
//   rows.text("a").integer(5);
//   SHOP_TRY_STATUS(rows.run(database));
//
// A row's values are given in the order of the inputs. One thread.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.hpp"
#include "projections/postgres/rows.hpp"

namespace shop::postgres {

class Database;

enum class WriteMode : std::uint8_t {
    kTail,   // few rows, soon: arrays
    kBuild,  // many rows: COPY
};

// Types are base types ("text", "bigint", "boolean"); an array column comes in as its text and is
// cast by the statement: "u.tags::text[]".
struct Column {
    std::string_view name;
    std::string_view type;
};

// A constant. `sql` has "{rows}" where the rows come from.
struct SetStatement {
    std::string_view name;
    std::span<const Column> inputs;
    std::string_view sql;
};

class RowSet {
  public:
    RowSet(const SetStatement& statement, WriteMode mode);

    RowSet& text(std::string_view value);
    RowSet& integer(std::int64_t value);
    RowSet& boolean(bool value);
    RowSet& null();

    bool is_empty() const { return values_ == 0; }

    // Runs the statement over the rows, if there are any; the rows it returns.
    Result<Rows> run(Database& database);

  private:
    void begin_value();
    void end_value();
    Result<Rows> run_arrays(Database& database);
    Result<Rows> run_copy(Database& database);

    const SetStatement& statement_;
    const WriteMode mode_;
    std::vector<std::string> arrays_;  // kTail: one per input
    std::string lines_;                // kBuild
    std::size_t values_ = 0;           // of all rows
};

}  // namespace shop::postgres
