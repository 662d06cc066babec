#include "projections/projector.hpp"

#include <fmt/format.h>

#include <chrono>
#include <thread>
#include <utility>

#include "events/give_way.hpp"
#include "projections/lead.hpp"
#include "projections/postgres/errors.hpp"

namespace shop::projections {
namespace {

using postgres::Database;
using postgres::WriteMode;

constexpr Duration kSaveEvery = milliseconds(200);
constexpr Duration kRefreshEvery = seconds(1);
constexpr Duration kBackOffMin = milliseconds(50);
constexpr Duration kBackOffMax = seconds(2);

// For a Postgres that says nothing: of a thread that is to end, and of whoever asked for something.
constexpr Duration kLastWait = seconds(2);
constexpr Duration kOperatorsWait = seconds(30);

// A transaction costs Postgres more than the few entries in it: behind a small batch the next one
// is let grow, unless somebody waits for it.
constexpr std::size_t kSmallBatch = 200;
constexpr Duration kGather = milliseconds(10);

}  // namespace

// The thread of one version.
class Projector::Worker final : public RunnerObserver {
  public:
    Worker(Projector& owner, const ViewVersion& version, bool swap_when_built)
        : owner_(owner),
          version_(version.version),
          swap_is_due_(swap_when_built),
          runner_(owner.log_, owner.projection_,
                  {.conninfo = owner.options_.conninfo,
                   .give_up = [this](Duration silent) { return stop_ && silent > kLastWait; },
                   .version = version.version,
                   .mode = version.generation == 0 ? WriteMode::kBuild : WriteMode::kTail},
                  *this) {
        thread_ = std::thread([this] { run(); });
    }
    ~Worker() override {
        stop_ = true;
        owner_.wake();
        thread_.join();
    }

    void on_commit(int version, const Offsets& read, const Touched& touched,
                   const std::set<Position>& dead_letters) override {
        owner_.take_commit(version, read, touched, dead_letters);
    }
    void on_alarm(int version, const Error& error) override {
        (void)version;
        if (owner_.options_.alarm) owner_.options_.alarm(owner_.projection_.name(), error);
    }

  private:
    void run();
    void refresh_failed(const Error& error);
    void back_off(const Error& error);
    void end_build();
    void swap_in();
    Status try_swap();

    Projector& owner_;
    const int version_;
    bool swap_is_due_;          // once it has caught up, until it is done
    Duration swap_not_before_;  // steady clock
    bool has_ended_build_ = false;
    Runner runner_;
    std::atomic<bool> stop_ = false;
    Duration back_off_ = kBackOffMin;
    std::string complaint_;  // why the last refresh failed
    std::thread thread_;     // last: it uses all above
};

void Projector::Worker::run() {
    give_way();
    const Clock& clock = owner_.options_.clock;
    Duration saved = clock.steady();
    Duration refreshed;
    while (!stop_) {
        const std::uint64_t seen = owner_.wait_announced(0, Duration{}, stop_);
        const auto read = runner_.step();
        if (!read) {
            back_off(read.error());
            continue;
        }
        back_off_ = kBackOffMin;
        owner_.note_stopped(version_, false);
        const bool has_caught_up = runner_.has_caught_up(*read);
        const bool is_built = has_caught_up && runner_.is_building();
        if (is_built || clock.steady() - refreshed >= kRefreshEvery) {
            refreshed = clock.steady();
            if (const Status done = runner_.refresh(clock.now()); !done) {
                refresh_failed(done.error());
                continue;
            }
            complaint_.clear();
        }
        if (is_built) end_build();
        // A build that was interrupted goes on as if it were none, and is swapped in all the same.
        if (has_caught_up && !runner_.is_building()) swap_in();
        if (runner_.has_unsaved() && clock.steady() - saved >= kSaveEvery) {
            (void)runner_.save_idle();
            saved = clock.steady();
        }
        if (*read == 0)
            owner_.wait_announced(seen, runner_.has_unsaved() ? kSaveEvery : kRefreshEvery, stop_);
        else if (*read < kSmallBatch)
            owner_.progress_.wait_for_reader(kGather);
    }
    (void)runner_.save_idle();
}

// What does not pass by itself is told, once.
void Projector::Worker::refresh_failed(const Error& error) {
    const bool passes = postgres::is_transient(error) || error.type == "another-runner";
    if (!passes && std::exchange(complaint_, error.message) != error.message)
        on_alarm(version_, error);
    back_off(error);
}

// A view that stopped is looked at again only when somebody resumes it.
void Projector::Worker::back_off(const Error& error) {
    const bool stopped = error.code == ErrorCode::kConflict;
    owner_.note_stopped(version_, stopped);
    const Duration pause = stopped ? kBackOffMax : back_off_;
    back_off_ = std::min(Duration{back_off_.us * 2}, kBackOffMax);
    std::uint64_t seen = owner_.wait_announced(0, Duration{}, stop_);
    const Duration end = owner_.options_.clock.steady() + pause;
    while (!stop_) {
        const Duration left = end - owner_.options_.clock.steady();
        if (left.us <= 0) return;
        seen = owner_.wait_announced(seen, left, stop_);
    }
}

void Projector::Worker::end_build() {
    const Status done = runner_.end_build();
    has_ended_build_ = done.has_value();
    if (!done) on_alarm(version_, done.error());
}

// What hinders it passes: the database is away, or somebody holds a lock.
void Projector::Worker::swap_in() {
    const Duration now = owner_.options_.clock.steady();
    if (!swap_is_due_ || now < swap_not_before_) return;
    const Status done = try_swap();
    swap_is_due_ = !done;
    swap_not_before_ = now + kBackOffMax;
    if (!done) on_alarm(version_, done.error());
}

// Nothing if an operator has swapped it meanwhile, in or out again.
Status Projector::Worker::try_swap() {
    // Statistics; and what is read: the swap goes by what is written down.
    if (!has_ended_build_) SHOP_TRY_STATUS(runner_.end_build());
    has_ended_build_ = true;
    SHOP_TRY_STATUS(runner_.save_idle());
    SHOP_TRY(database, owner_.connect());
    const std::string_view view = owner_.projection_.name();
    SHOP_TRY(version, load_version(database, view, version_));
    if (version.state != VersionState::kBuilding) return {};
    SHOP_TRY_STATUS(swap_to(database, view, version_));
    owner_.went_live(version_);
    return {};
}

Projector::Projector(const Log& log, const Projection& projection, ProjectorOptions options)
    : log_(log), projection_(projection), options_(std::move(options)), progress_(options_.clock) {}

Projector::~Projector() {
    stop();
}

Status Projector::start() {
    if (!options_.is_one_of_several) return begin_feeding();
    lead_ = std::make_unique<Lead>(*this);
    return lead_->start();
}

Status Projector::begin_feeding() {
    SHOP_TRY(database, connect());
    SHOP_TRY(versions, prepare_versions(database));
    for (const ViewVersion& version : versions) {
        if (version.state == VersionState::kLive) went_live(version.version);
        SHOP_TRY(checkpoints, load_checkpoints(database, projection_.name(), version.version));
        Offsets read;
        for (const auto& [partition, checkpoint] : checkpoints) read[partition] = checkpoint.offset;
        take_commit(version.version, read, {}, {});
    }
    const auto is_ours = [&](const ViewVersion& version) {
        return version.code_version == projection_.code_version();
    };
    const bool live_is_ours = std::ranges::any_of(versions, [&](const ViewVersion& version) {
        return version.state == VersionState::kLive && is_ours(version);
    });
    const std::lock_guard lock(workers_mutex_);
    for (const ViewVersion& version : versions)
        if (is_ours(version)) SHOP_TRY_STATUS(start_worker(version, !live_is_ours));
    return {};
}

Result<Database> Projector::connect() const {
    return Database::connect(options_.conninfo,
                             [](Duration silent) { return silent > kOperatorsWait; });
}

// Tables made by another code version are left as they are: this program cannot feed them.
Result<std::vector<ViewVersion>> Projector::prepare_versions(Database& database) {
    const std::string_view view = projection_.name();
    SHOP_TRY(versions, load_versions(database, view));
    const bool have_ours = std::ranges::any_of(versions, [&](const ViewVersion& version) {
        return version.code_version == projection_.code_version();
    });
    if (have_ours) return versions;
    SHOP_TRY(created, create_version(database, view, projection_.code_version()));
    (void)created;
    return load_versions(database, view);
}

Status Projector::start_worker(const ViewVersion& version, bool swap_when_built) {
    const bool swap = swap_when_built && version.state == VersionState::kBuilding;
    workers_.emplace(version.version, std::make_unique<Worker>(*this, version, swap));
    return {};
}

void Projector::end_feeding() {
    const std::lock_guard lock(workers_mutex_);
    workers_.clear();
}

void Projector::stop() {
    lead_.reset();
    end_feeding();
}

void Projector::wake() {
    {
        const std::lock_guard lock(wake_mutex_);
        ++announced_;
    }
    wake_.notify_all();
}

bool Projector::reads(Partition partition) const {
    const std::vector<Partition> all = log_.partitions().all();
    return projection_.reads(partition.topic) && std::ranges::find(all, partition) != all.end();
}

void Projector::announce(Partition partition, Offset end) {
    if (!projection_.reads(partition.topic)) return;
    progress_.announce(partition, end);
    wake();
}

// How much was announced so far; waits until that is more than `seen`.
std::uint64_t Projector::wait_announced(std::uint64_t seen, Duration limit,
                                        const std::atomic<bool>& stop) {
    std::unique_lock lock(wake_mutex_);
    if (limit.us > 0)
        wake_.wait_for(lock, std::chrono::microseconds(limit.us),
                       [&] { return announced_ > seen || stop.load(); });
    return announced_;
}

void Projector::went_live(int version) {
    const std::lock_guard lock(live_mutex_);
    live_version_ = version;
    progress_.reset(read_[version], dead_letters_[version]);
    generations_.raise_all();
}

void Projector::forget(int version) {
    const std::lock_guard lock(live_mutex_);
    read_.erase(version);
    dead_letters_.erase(version);
    stopped_.erase(version);
}

void Projector::note_stopped(int version, bool is_stopped) {
    const std::lock_guard lock(live_mutex_);
    if (is_stopped)
        stopped_.insert(version);
    else
        stopped_.erase(version);
}

std::size_t Projector::stopped_versions() const {
    const std::lock_guard lock(live_mutex_);
    return stopped_.size();
}

std::size_t Projector::dead_letters() const {
    const std::lock_guard lock(live_mutex_);
    std::size_t count = 0;
    for (const auto& [version, letters] : dead_letters_) count += letters.size();
    return count;
}

void Projector::take_commit(int version, const Offsets& read, const Touched& touched,
                            const std::set<Position>& dead_letters) {
    const std::lock_guard lock(live_mutex_);
    read_[version] = read;
    dead_letters_[version] = dead_letters;
    if (version != live_version_) return;
    // Pages go stale before the position that promises the change is told.
    generations_.raise(touched);
    progress_.advance(read, dead_letters);
}

// With workers_mutex_ held: whoever feeds no more has ended its workers under it.
Status Projector::require_feeding() const {
    if (!lead_ || lead_->leads()) return {};
    return fail(ErrorCode::kConflict, "another-process",
                fmt::format("Another process of the shop feeds view {}; ask that one.",
                            projection_.name()));
}

Result<int> Projector::rebuild() {
    const std::lock_guard lock(workers_mutex_);
    SHOP_TRY_STATUS(require_feeding());
    const std::string_view view = projection_.name();
    SHOP_TRY(database, connect());
    SHOP_TRY(versions, load_versions(database, view));
    for (const ViewVersion& version : versions)
        if (version.state == VersionState::kBuilding)
            return fail(ErrorCode::kConflict, "already-building",
                        fmt::format("Version {} of view {} is being built. Swap to it or drop it.",
                                    version.version, view));
    SHOP_TRY(number, create_version(database, view, projection_.code_version()));
    SHOP_TRY(version, load_version(database, view, number));
    SHOP_TRY_STATUS(start_worker(version, false));
    return number;
}

Status Projector::swap(int version) {
    const std::lock_guard lock(workers_mutex_);
    SHOP_TRY_STATUS(require_feeding());
    const std::string_view view = projection_.name();
    SHOP_TRY(database, connect());
    SHOP_TRY(versions, load_versions(database, view));
    for (const ViewVersion& known : versions)
        if (version == 0 && known.state == VersionState::kBuilding) version = known.version;
    if (version == 0)
        return fail(ErrorCode::kConflict, "nothing-built",
                    fmt::format("No version of view {} is being built. Rebuild it first.", view));
    SHOP_TRY_STATUS(swap_to(database, view, version));
    went_live(version);
    return {};
}

Status Projector::drop(int version) {
    const std::lock_guard lock(workers_mutex_);
    SHOP_TRY_STATUS(require_feeding());
    SHOP_TRY(database, connect());
    SHOP_TRY(known, load_version(database, projection_.name(), version));
    if (known.state == VersionState::kLive)
        return fail(ErrorCode::kConflict, "view-live", "The live version stays. Swap first.");
    workers_.erase(version);
    forget(version);
    return drop_version(database, projection_.name(), version);
}

Status Projector::resume(int version) {
    SHOP_TRY(database, connect());
    if (version == 0) {
        SHOP_TRY(versions, load_versions(database, projection_.name()));
        const auto stopped = std::ranges::find_if(
            versions, [](const ViewVersion& each) { return !each.stopped.empty(); });
        if (stopped == versions.end())
            return fail(ErrorCode::kConflict, "nothing-stopped",
                        fmt::format("No version of view {} has stopped.", projection_.name()));
        version = stopped->version;
    }
    SHOP_TRY_STATUS(load_version(database, projection_.name(), version));
    SHOP_TRY_STATUS(set_stopped(database, projection_.name(), version, ""));
    wake();
    return {};
}

Result<std::vector<VersionStatus>> Projector::status() const {
    SHOP_TRY(database, connect());
    return load_status(database, log_, projection_);
}

}  // namespace shop::projections
