#include "projections/runner.hpp"

#include <fmt/format.h>

#include "projections/postgres/errors.hpp"

namespace shop::projections {
namespace {

using postgres::Transaction;

constexpr int kRetriesMax = 10;

// A process that is frozen within a transaction must not keep others from its partitions for ever.
constexpr std::string_view kLease = "SET idle_in_transaction_session_timeout = '10s'";

// Sizes of tables and the most frequent values, from a sample of a few thousand rows; the
// database's own look, which comes later, is more thorough.
constexpr std::size_t kStatisticsFirst = 1'000;
constexpr int kQuickTarget = 20;
constexpr int kThoroughTarget = 100;

// Errors of the log itself that do not pass: what was built belongs to another history, or to a
// newer program.
bool is_final(const Error& error) {
    return error.code == ErrorCode::kConflict || error.code == ErrorCode::kCorrupt;
}

}  // namespace

Runner::Runner(const Log& log, const Projection& projection, RunnerOptions options,
               RunnerObserver& observer)
    : log_(log), projection_(projection), options_(std::move(options)), observer_(observer) {
    for (const auto& [partition, beginning] : beginnings(log, projection))
        partitions_.insert(partition);
}

// What was read of the others is forgotten with what was read of these.
void Runner::take(std::set<Partition> partitions) {
    if (partitions == partitions_) return;
    (void)save_idle();
    close();
    partitions_ = std::move(partitions);
}

void Runner::close() {
    batches_.reset();
    database_.reset();
    read_.clear();
    saved_.clear();
    unsaved_.clear();
}

Status Runner::open() {
    if (database_) return {};
    SHOP_TRY(database, postgres::Database::connect(options_.conninfo, options_.give_up));
    const std::string_view view = projection_.name();
    SHOP_TRY(version, load_version(database, view, options_.version));
    if (!version.stopped.empty())
        return fail(ErrorCode::kConflict, "view-stopped",
                    fmt::format("View {} has stopped: {}", view, version.stopped));
    SHOP_TRY_STATUS(database.execute(
        fmt::format("{}; SET search_path = {}, public", kLease, schema_of(view, version.version))));
    SHOP_TRY(letters, DeadLetters::load(database, view, version.version));
    SHOP_TRY_STATUS(begin_reading(database, version));
    version_ = std::move(version);
    dead_letters_ = std::move(letters);
    database_ = std::move(database);
    (void)learn_size();
    observer_.on_commit(version_.version, read_, {}, dead_letters_.positions());
    return {};
}

// At the checkpoints of its partitions; one that has none gets one.
Status Runner::begin_reading(postgres::Database& database, const ViewVersion& version) {
    SHOP_TRY(checkpoints, load_checkpoints(database, version.view, version.version));
    Checkpoints from;
    Checkpoints missing;
    for (const Partition& partition : partitions_) {
        const auto at = checkpoints.find(partition);
        if (at == checkpoints.end()) missing.emplace(partition, Checkpoint{});
        from.emplace(partition, at == checkpoints.end() ? Checkpoint{} : at->second);
    }
    SHOP_TRY_STATUS(begin_checkpoints(database, version, missing));
    for (const auto& [partition, checkpoint] : from) read_[partition] = checkpoint.offset;
    saved_ = read_;
    batches_.emplace(log_, projection_, from);
    return {};
}

// Written down so that the view stays stopped over restarts.
Status Runner::stop(const Error& error) {
    observer_.on_alarm(options_.version, error);
    const std::string reason = fmt::format("{}: {}", error.type, error.message);
    if (database_) (void)set_stopped(*database_, projection_.name(), options_.version, reason);
    close();
    return fail(ErrorCode::kConflict, "view-stopped",
                fmt::format("View {} has stopped: {}", projection_.name(), reason));
}

Result<std::size_t> Runner::step() {
    if (partitions_.empty()) return 0;
    SHOP_TRY_STATUS(open());
    SHOP_TRY(read, read_batch());
    const std::size_t size = read.size;
    if (size == 0) return 0;
    Batch batch = sort(std::move(read));
    if (batch.records.empty() && batch.letters.empty()) {
        passed(batch.checkpoints);
        for (auto& [partition, checkpoint] : batch.checkpoints)
            unsaved_.insert_or_assign(partition, std::move(checkpoint));
        observer_.on_commit(version_.version, read_, {}, dead_letters_.positions());
        return size;
    }
    SHOP_TRY_STATUS(commit(batch));
    follow_growth(batch.records.size());
    return size;
}

Result<LogBatch> Runner::read_batch() {
    const std::size_t entries_max = is_building() ? options_.build_entries : options_.tail_entries;
    auto batch = batches_->next(entries_max);
    if (batch) {
        if (is_building() && batch->size > 0) batches_->read_ahead(entries_max);
        return batch;
    }
    if (is_final(batch.error())) return std::unexpected(stop(batch.error()).error());
    close();
    return batch;
}

// Prepared statements were planned for tables as small as they were. Statistics are taken anew, and
// the plans with them, each time the view may have doubled; autovacuum comes minutes too late.
void Runner::follow_growth(std::size_t records) {
    records_since_ += records;
    if (is_building() || records_since_ < statistics_after_) return;
    records_since_ = 0;
    // Without them it is slow, not wrong.
    if (take_statistics(kQuickTarget)) (void)learn_size();
}

// What doubling would be, as the last look at the tables has it; also after a restart.
Status Runner::learn_size() {
    SHOP_TRY(rows, database_->query("SELECT max(reltuples)::bigint FROM pg_class "
                                    "WHERE relnamespace = to_regnamespace($1) AND relkind = 'r'",
                                    {schema_of(projection_.name(), options_.version)}));
    const auto largest = static_cast<std::size_t>(std::max<std::int64_t>(0, rows.integer(0, 0)));
    statistics_after_ = std::max(kStatisticsFirst, 2 * largest);
    return {};
}

// What waits behind a dead letter is known only now that the batch before has been committed.
Runner::Batch Runner::sort(LogBatch read) {
    Batch batch;
    batch.checkpoints = std::move(read.checkpoints);
    for (BatchEntry& entry : read.entries) sort(std::move(entry), batch);
    return batch;
}

// A record that cannot even be decoded is put aside like one that cannot be applied.
void Runner::sort(BatchEntry entry, Batch& batch) {
    const auto put_aside = [&](std::optional<Position> behind, std::string error) {
        DeadLetter letter{entry.position, behind, std::move(error), streams_in(entry.bytes),
                          std::move(entry.bytes)};
        dead_letters_.add(letter);
        batch.letters.push_back(std::move(letter));
    };
    if (const auto behind = dead_letters_.find_parked(entry.bytes)) {
        put_aside(behind, "waits behind a record that could not be applied");
        if (entry.record) batch.waiting.push_back(std::move(*entry.record));
        return;
    }
    if (!entry.record) {
        put_aside(std::nullopt, entry.record.error().message);
        observer_.on_alarm(options_.version, entry.record.error());
        return;
    }
    batch.records.push_back({entry.position, std::move(*entry.record)});
    batch.entries.push_back(std::move(entry.bytes));
}

void Runner::passed(const Checkpoints& checkpoints) {
    for (const auto& [partition, checkpoint] : checkpoints) read_[partition] = checkpoint.offset;
}

// A checkpoint moved without us. That may have been ourselves, if the answer to a commit was lost;
// or another runner, which then moves it again.
Status Runner::fenced() {
    const bool before = std::exchange(has_rival_, true);
    close();
    SHOP_TRY_STATUS(open());
    if (!before) return {};
    return fail(ErrorCode::kUnavailable, "another-runner",
                fmt::format("Another process builds view {}; stepping aside.", projection_.name()));
}

// Of all partitions of the view, whoever reads them.
Status Runner::stop_if_too_many(const Batch& batch) {
    if (batch.letters.empty()) return {};
    SHOP_TRY(count, DeadLetters::count(*database_, projection_.name(), version_.version));
    if (count <= DeadLetters::kMax) return {};
    return stop({ErrorCode::kConflict, "too-many-dead-letters",
                 "More than 100 records could not be applied."});
}

Status Runner::commit(Batch& batch) {
    Touched touched;
    bool one_by_one = false;
    // A batch that is rolled back takes with it what it put aside.
    const DeadLetters letters_before = dead_letters_;
    const std::size_t letter_count = batch.letters.size();
    for (int tries = 0; tries < kRetriesMax; ++tries) {
        touched.clear();
        dead_letters_ = letters_before;
        batch.letters.resize(letter_count);
        auto done = try_commit(batch, one_by_one, touched);
        if (done) {
            SHOP_TRY_STATUS(stop_if_too_many(batch));
            passed(batch.checkpoints);
            observer_.on_commit(version_.version, read_, touched, dead_letters_.positions());
            return {};
        }
        const Error& error = done.error();
        if (error.type == "fenced") return fenced();
        if (postgres::is_retry_at_once(error)) continue;
        if (error.code == ErrorCode::kUnavailable || one_by_one) {
            close();
            return std::unexpected(Error{ErrorCode::kUnavailable, error.type, error.message});
        }
        one_by_one = true;
    }
    close();
    return fail(ErrorCode::kUnavailable, "view-contended",
                "The batch was rolled back again and again. Trying later.");
}

Status Runner::try_commit(Batch& batch, bool one_by_one, Touched& touched) {
    postgres::Database& database = *database_;
    const std::string_view view = projection_.name();
    for (const auto& unsaved : unsaved_) batch.checkpoints.insert(unsaved);
    SHOP_TRY(transaction, begin_batch(database, version_));
    SHOP_TRY(ours, move_checkpoints(database, version_, saved_, batch.checkpoints));
    if (!ours) return fail(ErrorCode::kConflict, "fenced", "A checkpoint moved without us.");
    if (one_by_one)
        SHOP_TRY_STATUS(apply_one_by_one(batch, touched));
    else if (!batch.records.empty())
        SHOP_TRY_STATUS(projection_.apply(database, batch.records, options_.mode, touched));
    for (const Record& record : batch.waiting) SHOP_TRY_STATUS(forget(record));
    SHOP_TRY_STATUS(DeadLetters::save(database, view, version_.version, batch.letters));
    SHOP_TRY_STATUS(transaction.commit());
    for (const auto& [partition, checkpoint] : batch.checkpoints)
        saved_[partition] = checkpoint.offset;
    has_rival_ = false;
    unsaved_.clear();
    return {};
}

// What the work writes, or nothing of it, inside the transaction. Its own status; or that of the
// database, if that is not there.
template <class Work>
Result<Status> Runner::try_alone(const Work& work) {
    SHOP_TRY_STATUS(database_->execute("SAVEPOINT one"));
    Status done = work();
    if (!done && done.error().code == ErrorCode::kUnavailable) return std::unexpected(done.error());
    SHOP_TRY_STATUS(database_->execute(done ? "RELEASE one" : "ROLLBACK TO one"));
    return done;
}

Status Runner::forget(const Record& record) {
    SHOP_TRY(done, try_alone([&] { return projection_.forget(*database_, record); }));
    if (!done) observer_.on_alarm(options_.version, done.error());
    return {};
}

// Each record alone; one that fails for good becomes a dead letter in this same transaction, and
// what waits behind it too.
Status Runner::apply_one_by_one(Batch& batch, Touched& touched) {
    for (std::size_t i = 0; i < batch.records.size(); ++i) {
        const ViewRecord& record = batch.records[i];
        std::string why;
        const auto behind = dead_letters_.find_parked(batch.entries[i]);
        if (!behind) {
            SHOP_TRY(done, try_alone([&] {
                         return projection_.apply(*database_, {&record, 1}, options_.mode, touched);
                     }));
            if (done) continue;
            why = done.error().message;
            observer_.on_alarm(options_.version, done.error());
        }
        SHOP_TRY_STATUS(forget(record.record));
        DeadLetter letter{record.position, behind, behind ? "waits behind a dead letter" : why,
                          streams_in(batch.entries[i]), std::string(batch.entries[i])};
        dead_letters_.add(letter);
        batch.letters.push_back(std::move(letter));
    }
    return {};
}

Status Runner::refresh(Time now) {
    for (;;) {
        if (partitions_.empty()) return {};
        SHOP_TRY_STATUS(open());
        const auto stale = projection_.is_stale(*database_, now);
        if (stale && !*stale) return {};
        Touched touched;
        const Status done =
            stale ? try_refresh(now, touched) : Status(std::unexpected(stale.error()));
        if (done) {
            observer_.on_commit(version_.version, read_, touched, dead_letters_.positions());
            continue;
        }
        if (done.error().type == "fenced") return fenced();
        close();
        return std::unexpected(
            Error{ErrorCode::kUnavailable, done.error().type, done.error().message});
    }
}

Status Runner::try_refresh(Time now, Touched& touched) {
    SHOP_TRY(transaction, begin_batch(*database_, version_));
    SHOP_TRY(same, goes_on(*database_, version_));
    if (!same) return fail(ErrorCode::kConflict, "fenced", "The version is there no more.");
    SHOP_TRY_STATUS(projection_.refresh(*database_, now, options_.mode, touched));
    return transaction.commit();
}

Status Runner::save_idle() {
    if (unsaved_.empty() || !database_) return {};
    Batch batch;  // try_commit() adds the checkpoints
    return commit(batch);
}

Status Runner::end_build() {
    SHOP_TRY_STATUS(save_idle());
    options_.mode = postgres::WriteMode::kTail;
    // Without statistics the first searches would be planned blindly.
    return take_statistics(kThoroughTarget);
}

// `target` as default_statistics_target.
Status Runner::take_statistics(int target) {
    if (!database_) return {};
    SHOP_TRY(tables, database_->query("SELECT string_agg(format('%I.%I', schemaname, tablename), "
                                      "', ') FROM pg_tables WHERE schemaname = $1",
                                      {schema_of(projection_.name(), options_.version)}));
    if (tables.is_empty() || tables.is_null(0, 0)) return {};
    return database_->execute(
        fmt::format("SET default_statistics_target = {}; ANALYZE {}; "
                    "RESET default_statistics_target",
                    target, tables.text(0, 0)));
}

}  // namespace shop::projections
