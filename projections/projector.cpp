#include "projections/projector.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "projections/projector_worker.hpp"
#include "projections/share.hpp"

namespace shop::projections {

using postgres::Database;

namespace {

// For a Postgres that says nothing, of whoever asked for something.
constexpr Duration kOperatorsWait = seconds(30);

}  // namespace

Projector::Projector(const Log& log, const Projection& projection, ProjectorOptions options)
    : log_(log), projection_(projection), options_(std::move(options)), progress_(options_.clock) {}

Projector::~Projector() {
    stop();
}

Status Projector::start() {
    if (options_.feeding == Feeding::kAlone) return begin_alone();
    share_ = std::make_unique<Share>(*this);
    return share_->start();
}

Status Projector::begin_alone() {
    SHOP_TRY(database, connect());
    SHOP_TRY_STATUS(ensure_version(database, projection_.name(), projection_.code_version()));
    SHOP_TRY(versions, look(database));
    std::set<Partition> all;
    for (const auto& [partition, beginning] : beginnings(log_, projection_)) all.insert(partition);
    feed_only(std::move(all));
    return keep_workers(database, versions);
}

Result<Database> Projector::connect() const {
    return Database::connect(options_.conninfo,
                             [](Duration silent) { return silent > kOperatorsWait; });
}

// A worker for each version that this program's code has made, and for no other: tables made by
// another code version are left as they are. Such a version is swapped in once it is built, if the
// live one is not ours.
Status Projector::keep_workers(Database& database, const std::vector<ViewVersion>& versions) {
    const auto is_ours = [&](const ViewVersion& version) {
        return version.code_version == projection_.code_version();
    };
    const bool live_is_ours = std::ranges::any_of(versions, [&](const ViewVersion& version) {
        return version.state == VersionState::kLive && is_ours(version);
    });
    const std::lock_guard lock(workers_mutex_);
    std::erase_if(workers_, [&](const auto& worker) {
        return std::ranges::none_of(versions, [&](const ViewVersion& version) {
            return version.version == worker.first && version.made == worker.second->made();
        });
    });
    for (const ViewVersion& version : versions) {
        if (!is_ours(version) || workers_.contains(version.version)) continue;
        SHOP_TRY(checkpoints, load_checkpoints(database, version.view, version.version));
        const bool is_new = std::ranges::all_of(
            checkpoints, [](const auto& each) { return each.second.offset < 0; });
        const Worker::Duty duty{
            .mode = is_new ? postgres::WriteMode::kBuild : postgres::WriteMode::kTail,
            .swap_when_built = !live_is_ours && version.state == VersionState::kBuilding};
        workers_.emplace(version.version, std::make_unique<Worker>(*this, version, duty));
    }
    return {};
}

void Projector::feed_only(std::set<Partition> partitions) {
    {
        const std::lock_guard lock(live_mutex_);
        fed_ = std::move(partitions);
    }
    wake();
}

std::set<Partition> Projector::fed() const {
    const std::lock_guard lock(live_mutex_);
    return fed_;
}

Status Projector::trouble() const {
    return share_ ? share_->trouble() : Status{};
}

void Projector::end_workers() {
    const std::lock_guard lock(workers_mutex_);
    workers_.clear();
}

void Projector::stop() {
    share_.reset();
    end_workers();
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

// Tells readers what the database says: which version is live, and how far it has read, whoever fed
// it. The versions that there are.
Result<std::vector<ViewVersion>> Projector::look(Database& database) {
    const std::lock_guard lock(look_mutex_);
    SHOP_TRY(versions, load_versions(database, projection_.name()));
    forget_others(versions);
    const auto live = std::ranges::find(versions, VersionState::kLive, &ViewVersion::state);
    if (live == versions.end()) return std::move(versions);
    SHOP_TRY(checkpoints, load_checkpoints(database, projection_.name(), live->version));
    Offsets read;
    for (const auto& [partition, checkpoint] : checkpoints) read[partition] = checkpoint.offset;
    if (is_news(live->version, read)) {
        SHOP_TRY(letters, DeadLetters::load(database, projection_.name(), live->version));
        take_seen(live->version, read, letters.positions());
    }
    return std::move(versions);
}

// Versions that are gone; another one may have the number of one of them.
void Projector::forget_others(const std::vector<ViewVersion>& versions) {
    const std::lock_guard lock(live_mutex_);
    std::map<int, std::int64_t> made;
    for (const ViewVersion& version : versions) made[version.version] = version.made;
    for (const auto& [version, making] : made_) {
        const auto at = made.find(version);
        if (at != made.end() && at->second == making) continue;
        read_.erase(version);
        dead_letters_.erase(version);
        stopped_.erase(version);
    }
    made_ = std::move(made);
}

namespace {

bool goes_beyond(const Offsets& read, const Offsets& known) {
    return std::ranges::any_of(read, [&](const auto& each) {
        const auto at = known.find(each.first);
        return at == known.end() || at->second < each.second;
    });
}

void advance(Offsets& known, const Offsets& read) {
    for (const auto& [partition, offset] : read) {
        const auto [at, is_new] = known.try_emplace(partition, offset);
        at->second = std::max(at->second, offset);
    }
}

}  // namespace

bool Projector::is_news(int version, const Offsets& read) const {
    const std::lock_guard lock(live_mutex_);
    const auto known = read_.find(version);
    return version != live_version_ || known == read_.end() || goes_beyond(read, known->second);
}

// Others do not tell which rows they touched: all pages are read anew, before readers hear that
// what they wait for is in the view.
void Projector::take_seen(int version, const Offsets& read,
                          const std::set<Position>& dead_letters) {
    const std::lock_guard lock(live_mutex_);
    advance(read_[version], read);
    dead_letters_[version].insert(dead_letters.begin(), dead_letters.end());
    generations_.raise_all();
    if (std::exchange(live_version_, version) == version)
        progress_.advance(read_[version], dead_letters);
    else
        progress_.reset(read_[version], dead_letters_[version]);
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
    advance(read_[version], read);
    dead_letters_[version].insert(dead_letters.begin(), dead_letters.end());
    if (version != live_version_) return;
    // Pages go stale before the position that promises the change is told.
    generations_.raise(touched);
    progress_.advance(read_[version], dead_letters);
}

}  // namespace shop::projections
