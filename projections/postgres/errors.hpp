// Postgres's errors as ours. Error::type keeps the SQLSTATE ("postgres-40001"), because the
// runner's rules ask for its class; a lost connection counts as 08006.
#pragma once

#include <string_view>

#include "core/base/result.hpp"

namespace shop::postgres {

// kUnavailable for the classes that pass by themselves (is_transient), else kCorrupt: our own SQL
// or the stored data is wrong, and an operator must look.
Error error_of(std::string_view sqlstate, std::string_view message);

// The five characters, or nothing if the error is not Postgres's.
std::string_view sqlstate_of(const Error& error);

// Classes 08 connection, 40 rolled back, 53 resources, 55 not in the needed state (locks), 57
// operator intervention: the same statement may succeed later. Errors that are not Postgres's are
// not transient.
bool is_transient(const Error& error);

// The connection is of no more use (08…, 57P01–57P03: the server goes away or comes up).
bool is_connection_lost(const Error& error);

// Serialization failure or deadlock: run the transaction again at once.
bool is_retry_at_once(const Error& error);

}  // namespace shop::postgres
