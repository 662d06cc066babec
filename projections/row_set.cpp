#include "projections/row_set.hpp"

#include <fmt/format.h>

#include "core/base/assert.hpp"
#include "projections/postgres/database.hpp"

namespace shop::postgres {
namespace {

constexpr std::string_view kRows = "{rows}";

std::string with_rows(std::string_view sql, std::string_view rows) {
    std::string text(sql);
    const auto at = text.find(kRows);
    SHOP_ASSERT(at != std::string::npos);
    return text.replace(at, kRows.size(), rows);
}

// unnest($1::text[], $2::bigint[]) AS u(id, amount)
std::string unnest_of(const SetStatement& statement) {
    std::string parameters;
    std::string names;
    for (std::size_t i = 0; i < statement.inputs.size(); ++i) {
        const Column& column = statement.inputs[i];
        const char* comma = i == 0 ? "" : ", ";
        parameters += fmt::format("{}${}::{}[]", comma, i + 1, column.type);
        names += fmt::format("{}{}", comma, column.name);
    }
    return fmt::format("unnest({}) AS u({})", parameters, names);
}

std::string stage_of(const SetStatement& statement) {
    return fmt::format("stage_{}", statement.name);
}

std::string create_stage(const SetStatement& statement) {
    std::string columns;
    for (const Column& column : statement.inputs)
        columns += fmt::format("{}{} {}", columns.empty() ? "" : ", ", column.name, column.type);
    return fmt::format("CREATE TEMP TABLE IF NOT EXISTS {} ({}) ON COMMIT DELETE ROWS",
                       stage_of(statement), columns);
}

}  // namespace

RowSet::RowSet(const SetStatement& statement, WriteMode mode) : statement_(statement), mode_(mode) {
    if (mode_ == WriteMode::kTail) arrays_.assign(statement.inputs.size(), "{");
}

void RowSet::begin_value() {
    const std::size_t column = values_ % statement_.inputs.size();
    if (mode_ == WriteMode::kBuild && column > 0) lines_.push_back('\t');
}

void RowSet::end_value() {
    ++values_;
    if (mode_ == WriteMode::kBuild && values_ % statement_.inputs.size() == 0)
        lines_.push_back('\n');
}

RowSet& RowSet::text(std::string_view value) {
    begin_value();
    if (mode_ == WriteMode::kBuild)
        append_copy_field(lines_, value);
    else
        append_array_element(arrays_[values_ % arrays_.size()], value);
    end_value();
    return *this;
}

RowSet& RowSet::integer(std::int64_t value) {
    begin_value();
    if (mode_ == WriteMode::kBuild) {
        fmt::format_to(std::back_inserter(lines_), "{}", value);
    } else {
        std::string& array = arrays_[values_ % arrays_.size()];
        fmt::format_to(std::back_inserter(array), "{}{}", array.size() > 1 ? "," : "", value);
    }
    end_value();
    return *this;
}

RowSet& RowSet::boolean(bool value) {
    return text(value ? "t" : "f");
}

RowSet& RowSet::null() {
    begin_value();
    if (mode_ == WriteMode::kBuild)
        lines_.append("\\N");
    else
        append_array_null(arrays_[values_ % arrays_.size()]);
    end_value();
    return *this;
}

Result<Rows> RowSet::run(Database& database) {
    if (is_empty()) return Rows();
    SHOP_ASSERT(values_ % statement_.inputs.size() == 0);
    return mode_ == WriteMode::kBuild ? run_copy(database) : run_arrays(database);
}

Result<Rows> RowSet::run_arrays(Database& database) {
    Parameters parameters;
    for (std::string& array : arrays_) {
        close_array(array);
        parameters.emplace_back(std::move(array));
    }
    return database.query_prepared(std::string(statement_.name),
                                   with_rows(statement_.sql, unnest_of(statement_)), parameters);
}

// The stage is emptied first: a batch may run the same statement twice, or run again after a
// savepoint.
Result<Rows> RowSet::run_copy(Database& database) {
    const std::string stage = stage_of(statement_);
    SHOP_TRY_STATUS(database.execute(create_stage(statement_) + "; DELETE FROM " + stage));
    SHOP_TRY_STATUS(database.copy_in("COPY " + stage + " FROM STDIN", lines_));
    return database.run(with_rows(statement_.sql, stage + " AS u"));
}

}  // namespace shop::postgres
