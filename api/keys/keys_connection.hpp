// One connection to the database of keys. It is used by one thread at a time, and once it is lost
// by nobody until it is connected again.
#pragma once

#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "core/base/result.hpp"
#include "projections/postgres/database.hpp"

namespace shop::api {

// Thread-safe. Errors of all calls but connect(): kUnavailable "keys-away".
class KeysConnection {
  public:
    // `setup` is run on each new connection.
    KeysConnection(std::string conninfo, std::string setup)
        : conninfo_(std::move(conninfo)), setup_(std::move(setup)) {}

    // If it is not connected. True if it is newly so. A server that says nothing for two seconds is
    // given up from then on.
    Result<bool> connect();

    template <class Work>
    auto with(Work work) -> decltype(work(std::declval<postgres::Database&>())) {
        const std::lock_guard lock(mutex_);
        if (!database_) return std::unexpected(lost());
        auto done = work(*database_);
        if (done) return done;
        return std::unexpected(failed(done.error()));
    }

    Result<postgres::Rows> query(const postgres::Statement& statement,
                                 const postgres::Parameters& parameters);
    // Durable when it returns, and so is whatever was committed before.
    Result<postgres::Rows> query_durably(std::string_view sql,
                                         const postgres::Parameters& parameters);

  private:
    static Error lost();
    Error failed(const Error& error);

    const std::string conninfo_;
    const std::string setup_;
    std::mutex mutex_;
    std::optional<postgres::Database> database_;  // guarded by mutex_
};

}  // namespace shop::api
