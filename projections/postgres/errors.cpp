#include "projections/postgres/errors.hpp"

#include <string>

namespace shop::postgres {
namespace {

constexpr std::string_view kPrefix = "postgres-";

}  // namespace

Error error_of(std::string_view sqlstate, std::string_view message) {
    while (!message.empty() && message.back() == '\n') message.remove_suffix(1);
    if (sqlstate.empty()) sqlstate = "08006";
    Error error{ErrorCode::kCorrupt, std::string(kPrefix).append(sqlstate), std::string(message)};
    if (is_transient(error)) error.code = ErrorCode::kUnavailable;
    return error;
}

std::string_view sqlstate_of(const Error& error) {
    const std::string_view type = error.type;
    return type.starts_with(kPrefix) ? type.substr(kPrefix.size()) : std::string_view();
}

bool is_transient(const Error& error) {
    const std::string_view kind = sqlstate_of(error).substr(0, 2);
    return kind == "08" || kind == "40" || kind == "53" || kind == "55" || kind == "57";
}

bool is_connection_lost(const Error& error) {
    const std::string_view state = sqlstate_of(error);
    return state.starts_with("08") || state == "57P01" || state == "57P02" || state == "57P03";
}

bool is_retry_at_once(const Error& error) {
    const std::string_view state = sqlstate_of(error);
    return state == "40001" || state == "40P01";
}

}  // namespace shop::postgres
