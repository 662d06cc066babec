#include "projections/postgres/database.hpp"

#include <libpq-fe.h>
#include <poll.h>

#include <utility>

#include "projections/postgres/errors.hpp"

namespace shop::postgres {
namespace {

// Of a Postgres that listens and says nothing, in seconds. libpq takes the last of several
// settings.
constexpr const char* kConnectTimeout = " connect_timeout=5";

constexpr std::size_t kCopyChunkBytes = 1 << 20;

std::vector<const char*> pointers_to(const Parameters& parameters) {
    std::vector<const char*> values;
    values.reserve(parameters.size());
    for (const auto& parameter : parameters)
        values.push_back(parameter ? parameter->c_str() : nullptr);
    return values;
}

Error connection_error(PGconn* connection) {
    return error_of({}, PQerrorMessage(connection));
}

Status without_rows(const Result<Rows>& rows) {
    if (!rows) return std::unexpected(rows.error());
    return {};
}

}  // namespace

void Database::Finish::operator()(pg_conn* connection) const {
    PQfinish(connection);
}

Database::Database(pg_conn* connection) : connection_(connection) {}

Result<Database> Database::connect(const std::string& conninfo) {
    Database database(PQconnectdb((conninfo + kConnectTimeout).c_str()));
    PGconn* connection = database.connection_.get();
    if (PQstatus(connection) != CONNECTION_OK) return std::unexpected(connection_error(connection));
    PQsetNoticeProcessor(connection, [](void*, const char*) {}, nullptr);
    SHOP_TRY_STATUS(database.execute("SET synchronous_commit = off; SET client_encoding = 'UTF8'"));
    return database;
}

Result<Rows> Database::checked(pg_result* result) {
    Rows rows(result);
    switch (PQresultStatus(result)) {
        case PGRES_COMMAND_OK:
        case PGRES_TUPLES_OK:
        case PGRES_COPY_IN:
            return rows;
        default:
            break;
    }
    if (PQstatus(connection_.get()) != CONNECTION_OK)
        return std::unexpected(connection_error(connection_.get()));
    const char* state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    return std::unexpected(error_of(state == nullptr ? "" : state, PQresultErrorMessage(result)));
}

Result<Rows> Database::run(std::string_view sql) {
    return checked(PQexec(connection_.get(), std::string(sql).c_str()));
}

Status Database::execute(std::string_view sql) {
    return without_rows(run(sql));
}

Status Database::execute(std::string_view sql, const Parameters& parameters) {
    return without_rows(query(sql, parameters));
}

Result<Rows> Database::query(std::string_view sql, const Parameters& parameters) {
    const auto values = pointers_to(parameters);
    return checked(PQexecParams(connection_.get(), std::string(sql).c_str(),
                                static_cast<int>(values.size()), nullptr, values.data(), nullptr,
                                nullptr, 0));
}

Result<Rows> Database::query(const Statement& statement, const Parameters& parameters) {
    return query_prepared(std::string(statement.name), std::string(statement.sql), parameters);
}

Result<Rows> Database::query_prepared(const std::string& name, const std::string& sql,
                                      const Parameters& parameters) {
    if (!prepared_.contains(name)) {
        auto prepared =
            checked(PQprepare(connection_.get(), name.c_str(), sql.c_str(), 0, nullptr));
        if (!prepared) return prepared;
        prepared_.insert(name);
    }
    const auto values = pointers_to(parameters);
    return checked(PQexecPrepared(connection_.get(), name.c_str(), static_cast<int>(values.size()),
                                  values.data(), nullptr, nullptr, 0));
}

Status Database::copy_in(const std::string& command, std::string_view lines) {
    PGconn* connection = connection_.get();
    auto started = checked(PQexec(connection, command.c_str()));
    if (!started) return std::unexpected(started.error());
    while (!lines.empty()) {
        const auto chunk = lines.substr(0, kCopyChunkBytes);
        if (PQputCopyData(connection, chunk.data(), static_cast<int>(chunk.size())) != 1)
            return std::unexpected(connection_error(connection));
        lines.remove_prefix(chunk.size());
    }
    if (PQputCopyEnd(connection, nullptr) != 1)
        return std::unexpected(connection_error(connection));
    Status status;
    while (pg_result* result = PQgetResult(connection)) {
        auto end = checked(result);
        if (!end) status = std::unexpected(end.error());
    }
    return status;
}

Result<bool> Database::wait_notification(int timeout_ms) {
    PGconn* connection = connection_.get();
    for (int turn = 0; turn < 2; ++turn) {
        if (PGnotify* notice = PQnotifies(connection)) {
            PQfreemem(notice);
            return true;
        }
        pollfd readable{.fd = PQsocket(connection), .events = POLLIN};
        if (turn == 0 && poll(&readable, 1, timeout_ms) <= 0) return false;
        if (PQconsumeInput(connection) != 1) return std::unexpected(connection_error(connection));
    }
    return false;
}

Result<Transaction> Transaction::begin(Database& database) {
    SHOP_TRY_STATUS(database.execute("BEGIN"));
    return Transaction(database);
}

Transaction::Transaction(Transaction&& other) noexcept
    : database_(std::exchange(other.database_, nullptr)) {}

Transaction::~Transaction() {
    // A failure here means that the connection is lost, and the transaction with it.
    if (database_ != nullptr) (void)database_->run("ROLLBACK");
}

Status Transaction::commit() {
    return std::exchange(database_, nullptr)->execute("COMMIT");
}

void append_copy_field(std::string& line, std::string_view value) {
    for (const char c : value) {
        switch (c) {
            case '\\':
                line.append("\\\\");
                break;
            case '\t':
                line.append("\\t");
                break;
            case '\n':
                line.append("\\n");
                break;
            case '\r':
                line.append("\\r");
                break;
            default:
                line.push_back(c);
        }
    }
}

}  // namespace shop::postgres
