// How the catalog's fold follows the log, and how others wait for it.
#include <algorithm>
#include <chrono>
#include <utility>

#include "events/catalog/catalog_fold.hpp"

namespace shop {
namespace {

constexpr Duration kFirstPause = milliseconds(100);  // after a failure; doubles with each
constexpr Duration kLongestPause = seconds(10);

}  // namespace

void CatalogFold::start() {
    thread_ = std::thread([this] { follow(); });
}

void CatalogFold::stop() {
    {
        const std::lock_guard lock(thread_mutex_);
        stopping_ = true;
    }
    wake_.notify_all();
    if (thread_.joinable()) thread_.join();
    wake_waits(true);
}

void CatalogFold::on_advance(Partition partition, Offset end) {
    if (partition.topic != Topic::kCatalog) return;
    {
        const std::lock_guard lock(thread_mutex_);
        std::atomic<Offset>& told = sources_[partition.number]->told;
        told = std::max<Offset>(told, end);
    }
    wake_.notify_one();
}

bool CatalogFold::is_behind() const {
    return std::ranges::any_of(
        sources_, [](const auto& source) { return source->passed + 1 < source->told; });
}

Offset CatalogFold::read_in_all() const {
    Offset all = 0;
    for (const auto& source : sources_) all += source->passed + 1;
    return all;
}

bool CatalogFold::step() {
    if (!is_behind() && !failure()) return false;
    note(read_on());
    return true;
}

// What a log does not show at once, or cannot read, it is asked for again.
void CatalogFold::follow() {
    Duration pause;
    std::unique_lock lock(thread_mutex_);
    for (;;) {
        if (pause.us == 0)
            wake_.wait(lock, [this] { return is_behind() || stopping_; });
        else
            wake_.wait_for(lock, std::chrono::microseconds(pause.us), [this] { return stopping_; });
        if (stopping_) return;
        lock.unlock();
        const Offset before = read_in_all();
        step();
        const bool is_stuck = failure() || (is_behind() && read_in_all() == before);
        pause =
            is_stuck ? std::clamp(Duration{2 * pause.us}, kFirstPause, kLongestPause) : Duration{};
        lock.lock();
    }
}

void CatalogFold::note(const Status& status) {
    bool is_news = false;
    {
        const std::unique_lock lock(mutex_);
        is_news = !status && (!failure_ || failure_->message != status.error().message);
        failure_ = status ? std::nullopt : std::optional(status.error());
    }
    if (is_news && alarm_) alarm_(status.error());
}

bool CatalogFold::reads(Partition partition) const {
    return partition.topic == Topic::kCatalog && partition.number < sources_.size();
}

bool CatalogFold::has_passed(Position position) const {
    if (position.partition.topic != Topic::kCatalog) return true;
    return reads(position.partition) &&
           sources_[position.partition.number]->passed >= position.offset;
}

std::vector<Position> CatalogFold::passed() const {
    std::vector<Position> all;
    for (std::size_t i = 0; i < sources_.size(); ++i) {
        const Partition partition{Topic::kCatalog, static_cast<std::uint16_t>(i)};
        if (sources_[i]->passed >= 0) all.push_back({partition, sources_[i]->passed});
    }
    return all;
}

Task<bool> CatalogFold::wait_passed(Executor& home, Position position, Duration timeout) {
    if (has_passed(position)) co_return true;
    const auto operation = [&](auto resume) {
        add_wait({position, TimedWait<bool>::begin(home, timeout, false, std::move(resume))});
    };
    co_return co_await callback<bool>(operation);
}

void CatalogFold::add_wait(Wait wait) {
    {
        const std::lock_guard lock(waits_mutex_);
        waits_.push_back(std::move(wait));
    }
    // It may have been passed, or stopped, in between.
    wake_waits(false);
}

void CatalogFold::wake_waits(bool all) {
    std::vector<Wait> over;
    bool passed_all = false;
    {
        const std::lock_guard lock(waits_mutex_);
        stopped_ = stopped_ || all;
        passed_all = stopped_;
        const auto behind = std::partition(waits_.begin(), waits_.end(), [&](const Wait& wait) {
            return !passed_all && !wait.ends->is_over() && !has_passed(wait.position);
        });
        over.assign(std::make_move_iterator(behind), std::make_move_iterator(waits_.end()));
        waits_.erase(behind, waits_.end());
    }
    for (const Wait& wait : over) wait.ends->end(!passed_all);
}

}  // namespace shop
