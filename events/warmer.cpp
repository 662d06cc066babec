#include "events/warmer.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "events/give_way.hpp"

namespace shop {
namespace {

constexpr Duration kTick = milliseconds(50);
constexpr Duration kRetryFirst = milliseconds(50);
constexpr Duration kRetryMax = seconds(5);
// What may be left to the committer: some 10 ms of reading. Whoever is in office writes on, so the
// very end might never be met.
constexpr Offset kNear = 1'000;

}  // namespace

Warmer::Warmer(const EngineParts& parts, LogIdentity identity, std::function<void()> on_warmed)
    : parts_(parts), folding_(parts, std::move(identity)), on_warmed_(std::move(on_warmed)) {}

Warmer::~Warmer() {
    stop();
}

void Warmer::ask(Seat& seat, bool is_wanted) {
    {
        const std::lock_guard lock(mutex_);
        if (Job* job = find(seat))
            job->is_wanted = is_wanted;
        else if (is_wanted)
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
    if (job) end_job(job->is_wanted ? read_on(*job->seat) : Progress::kCold);
    return job.has_value();
}

// One that is not wanted any more, or else the first whose time has come.
std::optional<Warmer::Job> Warmer::begin_job() {
    const std::lock_guard lock(mutex_);
    const Duration now = parts_.clock.steady();
    const auto next = std::ranges::find_if(
        jobs_, [&](const Job& job) { return !job.is_wanted || job.due <= now; });
    if (next == jobs_.end()) return std::nullopt;
    working_ = *next;
    jobs_.erase(next);
    return working_;
}

void Warmer::end_job(Progress progress) {
    bool is_done = false;
    {
        const std::lock_guard lock(mutex_);
        Job job = *std::exchange(working_, std::nullopt);
        is_done = !job.is_wanted || progress == Progress::kWarm;
        if (is_done) {
            warmed_.push_back({job.seat, job.is_wanted});
        } else if (progress == Progress::kCold) {
            job.delay = kRetryFirst;
            jobs_.push_front(job);
        } else {
            job.due = parts_.clock.steady() + job.delay;
            job.delay = {std::min(job.delay.us * 2, kRetryMax.us)};
            jobs_.push_back(job);
        }
    }
    if (is_done) on_warmed_();
}

Warmer::Progress Warmer::read_on(Seat& seat) {
    const auto more = folding_.read_on(seat);
    const auto is_near = more && *more ? is_near_end(seat) : Result<bool>(true);
    const bool is_end = more && is_near && *is_near;
    if (more && is_near && !is_end) return Progress::kCold;
    if (is_end && folding_.save(seat)) return Progress::kWarm;
    seat.reader.reset();
    seat.held.append(seat.shard.suspend());
    seat.shard.warm();
    return Progress::kFailed;
}

Result<bool> Warmer::is_near_end(const Seat& seat) const {
    SHOP_TRY(end, parts_.log.end(seat.partition()));
    return end - (seat.reader->rules().offset() + 1) < kNear;
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
}

}  // namespace shop
