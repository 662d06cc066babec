#include "events/warmer.hpp"

#include <algorithm>
#include <chrono>
#include <limits>
#include <utility>

#include "events/give_way.hpp"
#include "events/snapshots/snapshot_loader.hpp"

namespace shop {
namespace {

constexpr Duration kTick = milliseconds(50);
constexpr Duration kRetryFirst = milliseconds(50);
constexpr Duration kRetryMax = seconds(5);
// What may be left to the committer: some 10 ms of reading. Whoever is in office writes on, so the
// very end might never be met.
constexpr Offset kNear = 1'000;
constexpr Offset kNotNow = std::numeric_limits<Offset>::max();

}  // namespace

Warmer::Warmer(const EngineParts& parts, LogIdentity identity, std::function<void()> on_warmed,
               EngineWitness* witness)
    : parts_(parts),
      folding_(parts, std::move(identity)),
      on_warmed_(std::move(on_warmed)),
      witness_(witness) {}

Warmer::~Warmer() {
    stop();
}

void Warmer::ask(Seat& seat, bool is_wanted) {
    {
        const std::lock_guard lock(mutex_);
        const bool is_coming_back =
            std::ranges::find(warmed_, &seat, &Warmed::seat) != warmed_.end();
        if (Job* job = find(seat))
            job->is_wanted = is_wanted;
        else if (is_wanted && !is_coming_back)
            jobs_.push_back({.seat = &seat, .due = parts_.clock.steady(), .delay = kRetryFirst});
    }
    changed_.notify_all();
}

Warmer::Job* Warmer::find(const Seat& seat) {
    if (working_ && working_->seat == &seat) return &*working_;
    const auto at = std::ranges::find(jobs_, &seat, &Job::seat);
    return at == jobs_.end() ? nullptr : &*at;
}

std::vector<Warmer::Warmed> Warmer::take_warmed() {
    const std::lock_guard lock(mutex_);
    return std::exchange(warmed_, {});
}

bool Warmer::step() {
    const auto job = begin_job();
    if (!job) return false;
    const auto left = job->is_wanted ? read_on(*job->seat) : Result<Offset>(job->left);
    if (!left && witness_ != nullptr)
        witness_->on_failed_takeover(job->seat->partition(), left.error());
    end_job(left);
    return true;
}

// One that is not wanted any more, or else, of those whose time has come, the one that has least to
// read.
std::optional<Warmer::Job> Warmer::begin_job() {
    const std::lock_guard lock(mutex_);
    const Duration now = parts_.clock.steady();
    const auto rank = [now](const Job& job) {
        if (!job.is_wanted) return Offset{-1};
        return job.due <= now ? job.left : kNotNow;
    };
    const auto next = std::ranges::min_element(jobs_, {}, rank);
    if (next == jobs_.end() || rank(*next) == kNotNow) return std::nullopt;
    working_ = *next;
    jobs_.erase(next);
    return working_;
}

void Warmer::end_job(const Result<Offset>& left) {
    bool is_done = false;
    {
        const std::lock_guard lock(mutex_);
        Job job = *std::exchange(working_, std::nullopt);
        is_done = !job.is_wanted || (left && *left == 0);
        if (is_done) {
            warmed_.push_back({job.seat, job.is_wanted});
        } else if (left) {
            job.left = *left;
            job.delay = kRetryFirst;
            jobs_.push_back(job);
        } else {
            job.due = parts_.clock.steady() + job.delay;
            job.delay = {std::min(job.delay.us * 2, kRetryMax.us)};
            jobs_.push_back(job);
        }
    }
    if (is_done) on_warmed_();
}

// How far the end is then; 0 once it is near, and all that was read is saved.
Result<Offset> Warmer::read_on(Seat& seat) const {
    Result<Offset> left = read_portion(seat);
    if (left) return left;
    seat.reader.reset();
    seat.held.append(seat.shard.suspend());
    seat.shard.warm();
    return left;
}

Result<Offset> Warmer::read_portion(Seat& seat) const {
    if (seat.reader == nullptr && parts_.snapshots != nullptr)
        parts_.snapshots->bring_up(seat.partition(), folding_.identity().id);
    SHOP_TRY(more, folding_.read_on(seat));
    if (more) {
        SHOP_TRY(left, left_of(seat));
        if (left >= kNear) return left;
    }
    SHOP_TRY_STATUS(folding_.save(seat));
    return 0;
}

Result<Offset> Warmer::left_of(const Seat& seat) const {
    SHOP_TRY(end, parts_.log.end(seat.partition()));
    return end - (seat.reader->rules().offset() + 1);
}

// ---- The thread ---------------------------------------------------------------------------------

void Warmer::start() {
    thread_ = std::thread([this] { run(); });
}

void Warmer::run() {
    give_way();
    for (;;) {
        {
            std::unique_lock lock(mutex_);
            changed_.wait(lock, [this] { return stopping_ || !jobs_.empty(); });
            if (stopping_) return;
        }
        if (step()) continue;
        std::unique_lock lock(mutex_);  // all of them failed a moment ago
        changed_.wait_for(lock, std::chrono::microseconds(kTick.us), [this] { return stopping_; });
    }
}

void Warmer::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_all();
    if (thread_.joinable()) thread_.join();
    (void)take_warmed();
}

}  // namespace shop
