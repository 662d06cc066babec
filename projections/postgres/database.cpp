#include "projections/postgres/database.hpp"

#include <libpq-fe.h>
#include <poll.h>

#include <cstring>
#include <utility>

#include "core/base/digest.hpp"
#include "projections/postgres/errors.hpp"

namespace shop::postgres {
namespace {

// Of a Postgres that listens and says nothing.
constexpr Duration kConnectMax = seconds(5);
constexpr Duration kLook = milliseconds(250);  // between two looks whether to give up

constexpr std::size_t kCopyChunkBytes = 1 << 20;

std::vector<const char*> pointers_to(const Parameters& parameters) {
    std::vector<const char*> values;
    values.reserve(parameters.size());
    for (const auto& parameter : parameters)
        values.push_back(parameter ? parameter->c_str() : nullptr);
    return values;
}

Status without_rows(const Result<Rows>& rows) {
    if (!rows) return std::unexpected(rows.error());
    return {};
}

}  // namespace

void Database::Finish::operator()(pg_conn* connection) const {
    PQfinish(connection);
}

Database::Database(pg_conn* connection, GiveUp give_up)
    : connection_(connection), give_up_(std::move(give_up)) {}

Result<Database> Database::connect(const std::string& conninfo, GiveUp give_up) {
    Database database(PQconnectStart(conninfo.c_str()), std::move(give_up));
    if (!database.finish_connecting()) return std::unexpected(database.lost());
    PQsetNoticeProcessor(database.connection_.get(), [](void*, const char*) {}, nullptr);
    // An error's details quote the row. A dead letter keeps what it is told, and must not keep what
    // the row said of a person who is erased later.
    PQsetErrorVerbosity(database.connection_.get(), PQERRORS_TERSE);
    SHOP_TRY_STATUS(database.execute("SET synchronous_commit = off; SET client_encoding = 'UTF8'"));
    return database;
}

bool Database::finish_connecting() {
    const GiveUp give_up = [this](Duration silent) {
        return silent > kConnectMax || (give_up_ && give_up_(silent));
    };
    PGconn* connection = connection_.get();
    if (PQstatus(connection) == CONNECTION_BAD) return false;
    for (auto next = PGRES_POLLING_WRITING; next != PGRES_POLLING_OK;
         next = PQconnectPoll(connection)) {
        if (next == PGRES_POLLING_FAILED) return false;
        if (!wait(next == PGRES_POLLING_READING ? POLLIN : POLLOUT, give_up)) return false;
    }
    return PQsetnonblocking(connection, 1) == 0;  // what waits is wait()
}

// False once the connection was given up.
bool Database::wait(short events, const GiveUp& give_up) {
    pollfd socket{.fd = PQsocket(connection_.get()), .events = events};
    Duration silent;
    while (::poll(&socket, 1, static_cast<int>(kLook.us / 1'000)) == 0) {
        silent = silent + kLook;
        if (!give_up || !give_up(silent)) continue;
        connection_.reset();
        return false;
    }
    return true;  // ready, or broken, as libpq will find
}

// False if the connection is lost. Reads meanwhile, for the server may have to be rid of something
// before it takes more.
bool Database::flush() {
    for (;;) {
        const int left = PQflush(connection_.get());
        if (left <= 0) return left == 0;
        if (!wait(POLLIN | POLLOUT, give_up_) || PQconsumeInput(connection_.get()) != 1)
            return false;
    }
}

// The last result of what was sent, or the start of a COPY.
Result<Rows> Database::answer_to(int sent) {
    if (sent != 1 || !flush()) return std::unexpected(lost());
    PGconn* connection = connection_.get();
    Result<Rows> answer;
    for (;;) {
        while (PQisBusy(connection) != 0)
            if (!wait(POLLIN, give_up_) || PQconsumeInput(connection) != 1)
                return std::unexpected(lost());
        pg_result* result = PQgetResult(connection);
        if (result == nullptr) return answer;
        const bool copies = PQresultStatus(result) == PGRES_COPY_IN;
        answer = checked(result);
        if (copies) return answer;
    }
}

Error Database::lost() const {
    if (!connection_) return error_of({}, "The database does not answer; it was given up.");
    return error_of({}, PQerrorMessage(connection_.get()));
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
    if (PQstatus(connection_.get()) != CONNECTION_OK) return std::unexpected(lost());
    const char* state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    return std::unexpected(error_of(state == nullptr ? "" : state, PQresultErrorMessage(result)));
}

Result<Rows> Database::run(std::string_view sql) {
    return answer_to(PQsendQuery(connection_.get(), std::string(sql).c_str()));
}

Status Database::execute(std::string_view sql) {
    return without_rows(run(sql));
}

Status Database::execute(std::string_view sql, const Parameters& parameters) {
    return without_rows(query(sql, parameters));
}

Result<Rows> Database::query(std::string_view sql, const Parameters& parameters) {
    const auto values = pointers_to(parameters);
    return answer_to(PQsendQueryParams(connection_.get(), std::string(sql).c_str(),
                                       static_cast<int>(values.size()), nullptr, values.data(),
                                       nullptr, nullptr, 0));
}

Result<Rows> Database::query(const Statement& statement, const Parameters& parameters) {
    return query_prepared(std::string(statement.name), std::string(statement.sql), parameters);
}

Result<Rows> Database::query_prepared(const std::string& name, const std::string& sql,
                                      const Parameters& parameters) {
    if (!prepared_.contains(name)) {
        auto prepared =
            answer_to(PQsendPrepare(connection_.get(), name.c_str(), sql.c_str(), 0, nullptr));
        if (!prepared) return prepared;
        prepared_.insert(name);
    }
    const auto values = pointers_to(parameters);
    return answer_to(PQsendQueryPrepared(connection_.get(), name.c_str(),
                                         static_cast<int>(values.size()), values.data(), nullptr,
                                         nullptr, 0));
}

Status Database::copy_in(const std::string& command, std::string_view lines) {
    if (auto started = run(command); !started) return std::unexpected(started.error());
    while (!lines.empty()) {
        const auto chunk = lines.substr(0, kCopyChunkBytes);
        const int taken =
            PQputCopyData(connection_.get(), chunk.data(), static_cast<int>(chunk.size()));
        if (taken < 0 || !flush()) return std::unexpected(lost());
        if (taken == 1) lines.remove_prefix(chunk.size());  // else there was no room
    }
    return without_rows(answer_to(PQputCopyEnd(connection_.get(), nullptr)));
}

Result<std::vector<std::string>> Database::notifications(int timeout_ms) {
    PGconn* connection = connection_.get();
    std::vector<std::string> told;
    for (int turn = 0; turn < 2 && told.empty(); ++turn) {
        pollfd readable{.fd = PQsocket(connection), .events = POLLIN};
        if (turn == 1 && poll(&readable, 1, timeout_ms) <= 0) return told;
        if (PQconsumeInput(connection) != 1) return std::unexpected(lost());
        while (PGnotify* notice = PQnotifies(connection)) {
            told.emplace_back(notice->extra);
            PQfreemem(notice);
        }
    }
    return told;
}

std::int64_t lock_key(std::initializer_list<std::string_view> name) {
    const Digest digest = sha256_of_parts(name);
    std::int64_t key = 0;
    std::memcpy(&key, digest.data(), sizeof key);
    return key;
}

Result<Transaction> Transaction::begin(Database& database, std::string_view first) {
    Transaction transaction(database);
    std::string sql = "BEGIN ISOLATION LEVEL READ COMMITTED";
    if (!first.empty()) sql.append("; ").append(first);
    SHOP_TRY_STATUS(database.execute(sql));
    return transaction;
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
