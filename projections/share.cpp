#include "projections/share.hpp"

#include <algorithm>
#include <chrono>
#include <condition_variable>

#include "projections/postgres/errors.hpp"
#include "projections/view_store.hpp"

namespace shop::projections {
namespace {

constexpr auto kLook = std::chrono::milliseconds(50);
constexpr auto kPause = std::chrono::seconds(1);  // after a failure
constexpr Duration kTurnEvery = seconds(1);

// For a Postgres that says nothing: of a thread that is to end, and of one that goes on.
constexpr Duration kLastWait = seconds(2);
constexpr Duration kSilenceMax = seconds(30);

constexpr std::string_view kLease = "SET idle_session_timeout = '5s'";

std::vector<std::int64_t> keys_of(const std::map<std::int64_t, Partition>& partitions) {
    std::vector<std::int64_t> keys;
    for (const auto& [key, partition] : partitions) keys.push_back(key);
    return keys;
}

std::string list_of(const std::vector<std::int64_t>& keys) {
    std::vector<std::string> texts;
    for (const std::int64_t key : keys) texts.push_back(std::to_string(key));
    return postgres::array_of(texts);
}

}  // namespace

std::int64_t feeder_lock(std::string_view view, int code_version, const Partition& partition) {
    return postgres::lock_key(
        {"feeder", view, std::to_string(code_version), partition.to_string()});
}

// The key of such a lock is told in two halves.
Result<std::multimap<std::int64_t, LockHolder>> load_lock_holders(
    postgres::Database& database, const std::vector<std::int64_t>& keys) {
    constexpr postgres::Statement kHolders{
        "lock_holders",
        "SELECT l.key, l.pid, coalesce(a.application_name, ''), l.pid = pg_backend_pid() FROM "
        "(SELECT (classid::bigint << 32) | objid::bigint AS key, pid FROM pg_locks "
        "WHERE locktype = 'advisory' AND objsubid = 1 AND granted AND database = "
        "(SELECT oid FROM pg_database WHERE datname = current_database())) l "
        "LEFT JOIN pg_stat_activity a ON a.pid = l.pid WHERE l.key = ANY($1::bigint[])"};
    SHOP_TRY(rows, database.query(kHolders, {list_of(keys)}));
    std::multimap<std::int64_t, LockHolder> holders;
    for (std::size_t i = 0; i < rows.size(); ++i)
        holders.emplace(rows.integer(i, 0),
                        LockHolder{.session = static_cast<int>(rows.integer(i, 1)),
                                   .name = std::string(rows.text(i, 2)),
                                   .is_this = rows.boolean(i, 3)});
    return std::move(holders);
}

Share::Share(Projector& projector)
    : projector_(projector),
      feeds_(projector.options_.feeding == Feeding::kShared),
      presence_(postgres::lock_key({"feeders", projector.projection_.name(),
                                    std::to_string(projector.projection_.code_version())})) {
    const Projection& projection = projector.projection_;
    for (const auto& [partition, beginning] : beginnings(projector.log_, projection))
        partitions_.emplace(feeder_lock(projection.name(), projection.code_version(), partition),
                            partition);
}

Share::~Share() {
    stops_ = true;
    thread_ = {};
    forget_session();
}

Status Share::start() {
    SHOP_TRY_STATUS(step());
    thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
    return {};
}

Status Share::trouble() const {
    const std::lock_guard lock(mutex_);
    return trouble_;
}

void Share::run(const std::stop_token& stop) {
    std::mutex mutex;
    std::condition_variable_any woken;  // by nobody but `stop`
    std::unique_lock lock(mutex);
    while (!stop.stop_requested()) {
        const Status done = step();
        Status before;
        {
            const std::lock_guard guard(mutex_);
            before = std::exchange(trouble_, done);
        }
        const bool is_news = !done && (before || before.error().message != done.error().message);
        if (is_news && !postgres::is_transient(done.error()))
            projector_.options_.alarm(projector_.projection_.name(), done.error());
        const auto pause = done ? kLook : kPause;
        woken.wait_for(lock, stop, pause, [] { return false; });
    }
}

// What failed is begun anew, with another session.
Status Share::step() {
    Status done = database_ ? Status{} : begin_session();
    if (done) done = look();
    const Duration now = projector_.options_.clock.steady();
    if (done && feeds_ && now >= turn_due_) {
        done = take_turn();
        turn_due_ = now + kTurnEvery;
    }
    if (!done) forget_session();
    return done;
}

Status Share::begin_session() {
    const Projection& projection = projector_.projection_;
    SHOP_TRY(database,
             postgres::Database::connect(projector_.options_.conninfo, [this](Duration silent) {
                 return silent > (stops_ ? kLastWait : kSilenceMax);
             }));
    SHOP_TRY_STATUS(database.execute("SELECT set_config('application_name', $1, false)",
                                     {projector_.options_.name}));
    SHOP_TRY_STATUS(database.execute(kLease));
    SHOP_TRY(versions, load_versions(database, projection.name()));
    // Whoever only reads is content with what there is.
    if (feeds_ || versions.empty())
        SHOP_TRY_STATUS(ensure_version(database, projection.name(), projection.code_version()));
    if (feeds_)
        SHOP_TRY_STATUS(
            database.execute("SELECT pg_advisory_lock_shared($1)", {std::to_string(presence_)}));
    database_ = std::move(database);
    turn_due_ = {};
    return {};
}

void Share::forget_session() {
    held_.clear();
    projector_.feed_only({});
    database_.reset();
}

Status Share::look() {
    SHOP_TRY(versions, projector_.look(*database_));
    return feeds_ ? projector_.keep_workers(*database_, versions) : Status{};
}

Status Share::take_turn() {
    std::vector<std::int64_t> keys = keys_of(partitions_);
    keys.push_back(presence_);
    SHOP_TRY(holders, load_lock_holders(*database_, keys));
    Shares seen;
    int self = 0;
    for (const auto& [key, holder] : holders) {
        if (holder.is_this) self = holder.session;
        if (key == presence_)
            seen.feeders.insert(holder.session);
        else
            seen.held.emplace(partitions_.at(key), holder.session);
    }
    std::set<Partition> all;
    for (const auto& [key, partition] : partitions_) all.insert(partition);
    const Turn turn = next_turn(all, seen, self);
    SHOP_TRY_STATUS(release(turn.release));
    return take(turn.take);
}

// The worker ends with them behind its current batch; should the next one be quicker, it waits for
// it.
Status Share::release(const std::vector<Partition>& partitions) {
    if (partitions.empty()) return {};
    for (const Partition& partition : partitions) held_.erase(partition);
    projector_.feed_only(held_);
    for (const auto& [key, partition] : partitions_)
        if (std::ranges::find(partitions, partition) != partitions.end())
            SHOP_TRY_STATUS(
                database_->execute("SELECT pg_advisory_unlock($1)", {std::to_string(key)}));
    return {};
}

Status Share::take(const std::vector<Partition>& partitions) {
    if (partitions.empty()) return {};
    for (const auto& [key, partition] : partitions_) {
        if (std::ranges::find(partitions, partition) == partitions.end()) continue;
        SHOP_TRY(got, database_->query("SELECT pg_try_advisory_lock($1)", {std::to_string(key)}));
        if (got.boolean(0, 0)) held_.insert(partition);
    }
    projector_.feed_only(held_);
    return {};
}

}  // namespace shop::projections
