// One blocking connection to Postgres, for what runs on threads of its own: projectors, migrations,
// staff reports. Reads of the storefront go through pipeline.hpp instead.
//
// One thread at a time. Errors are those of errors.hpp; after a lost connection every call fails
// until a new Database is connected.
#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.hpp"
#include "core/base/time.hpp"
#include "projections/postgres/rows.hpp"

struct pg_conn;  // libpq's PGconn

namespace shop::postgres {

// Whether to give a connection up whose server has said nothing for that long in this call. Asked
// several times a second, on the thread that waits. A server that is frozen closes no connection.
using GiveUp = std::function<bool(Duration silent)>;

class Database {
  public:
    // `conninfo` as libpq takes it ("host=/run/shop dbname=shop"). Commits do not wait for the
    // disk (synchronous_commit=off): whatever views hold can be built again from the log.
    // Gives up after five seconds in any case; every later call waits as `give_up` says, else as
    // long as it takes.
    static Result<Database> connect(const std::string& conninfo, GiveUp give_up = {});

    // One or several statements without parameters; the rows are those of the last.
    Result<Rows> run(std::string_view sql);
    // The same where no rows are wanted.
    Status execute(std::string_view sql);
    Status execute(std::string_view sql, const Parameters& parameters);
    Result<Rows> query(std::string_view sql, const Parameters& parameters = {});
    Result<Rows> query(const Statement& statement, const Parameters& parameters = {});
    // The same for statements whose text is made at run time; `name` identifies it.
    Result<Rows> query_prepared(const std::string& name, const std::string& sql,
                                const Parameters& parameters);

    // `command` is a COPY … FROM STDIN; `lines` its text format, each line ended by '\n'.
    Status copy_in(const std::string& command, std::string_view lines);

    // What was notified on the channels this connection listens to, waiting up to `timeout_ms` if
    // there is nothing yet.
    Result<std::vector<std::string>> notifications(int timeout_ms);

  private:
    struct Finish {
        void operator()(pg_conn* connection) const;
    };
    Database(pg_conn* connection, GiveUp give_up);
    bool finish_connecting();
    bool wait(short events, const GiveUp& give_up);
    bool flush();
    Result<Rows> answer_to(int sent);
    Result<Rows> checked(pg_result* result);
    Error lost() const;

    std::unique_ptr<pg_conn, Finish> connection_;  // nullptr once given up
    GiveUp give_up_;
    std::set<std::string, std::less<>> prepared_;
};

// The key of an advisory lock: the same in every process and program. Two locks of one key, which
// is as likely as two equal numbers of 64 bits, are one.
std::int64_t lock_key(std::initializer_list<std::string_view> name);

// BEGIN now, ROLLBACK at the end of its life unless committed. Each statement sees what others have
// committed before it (READ COMMITTED), whatever the database's own default is.
class Transaction {
  public:
    // `first` is run in the same round trip.
    static Result<Transaction> begin(Database& database, std::string_view first = {});
    Transaction(Transaction&& other) noexcept;
    Transaction& operator=(Transaction&&) = delete;
    ~Transaction();
    Status commit();

  private:
    explicit Transaction(Database& database) : database_(&database) {}
    Database* database_;  // nullptr once ended
};

// Appends one field of a COPY line; the caller writes tabs and line ends.
void append_copy_field(std::string& line, std::string_view value);

}  // namespace shop::postgres
