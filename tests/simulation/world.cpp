#include "tests/simulation/world.hpp"

#include <algorithm>

#include "api/payments/sandbox_answer.hpp"
#include "events/checkpoint.hpp"
#include "tests/simulation/audit.hpp"
#include "tests/simulation/opening.hpp"

namespace shop::simulation {
namespace {

constexpr Partitions kPartitions{1, 2, 1};
constexpr Duration kPatience = seconds(5);  // of a client, before it sends again
constexpr Duration kCatalogPatience = seconds(2);
constexpr Duration kLongest = hours(3);  // of a world; what is not over then never will be
constexpr Duration kStepLasts{400};      // at most: so that others come while it is done
constexpr int kViewSteps = 50;           // in thousandths of all
constexpr std::size_t kStepsMax = 3'000'000;

// As api/endpoints/catalog_seen.cpp and admin_call.cpp do it: nothing is decided on a catalog older
// than the caller has seen, and what was done to it is seen by whoever asks that process after the
// answer.
Task<Result<Receipt>> submit_call(Process& process, Submission submission,
                                  std::optional<Position> seen) {
    if (seen && !co_await process.catalog().wait_passed(process.loop(), *seen, kCatalogPatience))
        co_return fail(ErrorCode::kUnavailable, "catalog-behind", "Nothing was done yet.");
    auto receipt = co_await process.engine().submit(process.loop(), std::move(submission));
    if (!receipt) co_return receipt;
    const bool is_seen =
        co_await process.catalog().wait_passed(process.loop(), receipt->position, kCatalogPatience);
    if (is_seen) co_return receipt;
    co_return fail(ErrorCode::kUnavailable, "catalog-lags", "It is done, and not seen by all.");
}

// Whether an answer by a process that is not in office any more holds all the same. What it
// recorded was recorded; that nothing was to be recorded may rest on what was before, like its
// refusals. Its reads are noted as such.
bool holds_without_office(const Result<Receipt>& receipt) {
    return receipt && receipt->changed;
}

bool holds_without_office(const Result<Snapshot>& snapshot) {
    return snapshot.has_value();
}

}  // namespace

World::World(std::uint64_t seed, WorldOptions options)
    : options_(std::move(options)),
      dice_(seed),
      clock_(kStart),
      loop_(clock_),
      log_(kPartitions, dice_),
      office_(log_.memory()),
      map_(kPartitions),
      provider_(std::make_unique<ModelProvider>(
          loop_, clock_, dice_,
          [this](const sandbox::Answer& answer, const std::string& id) { hear(answer, id); })),
      peers_(loop_, dice_),
      ground_{clock_,          log_,
              *provider_,      dice_,
              options_.engine, options_.effects,
              options_.decide, options_.fresh_keys},
      disk_faults_(options_.disk),
      store_(std::make_shared<DiskStore>(dice_, disk_faults_)),
      view_(log_, dice_, options_.view_saves_apart) {
    log_.memory().set_faults(options_.log_faults, dice_.next());
    log_.set_lagging_reads(options_.lagging_reads);
    provider_->faults() = options_.network;
    if (!is_cluster()) return;
    peers_.faults() = options_.peers;
    ground_.peers = &peers_;
    ground_.announce = [this](const Owner& owner) { announce(owner); };
    ground_.cluster = options_.cluster;
}

World::~World() = default;

std::vector<std::string> World::run() {
    for (int i = 0; i < options_.processes; ++i) start_process(true);
    populate(*this);
    for (std::size_t steps = 0; !is_at_rest(0); ++steps) {
        if (clock_.steady() > kLongest || steps > kStepsMax) {
            complain("it does not come to rest: somebody waits for something that never comes");
            break;
        }
        step();
    }
    // What never comes to rest has books all the same.
    if (broken_.empty() || was_calmed_) audit(*this);
    for (const auto& process : processes_)
        if (process->is_alive()) process->kill();
    return broken_;
}

// ---- What happens next --------------------------------------------------------------------------

void World::step() {
    if (is_calm() && !std::exchange(was_calmed_, is_calm())) calm_down();
    if (!is_calm()) strike();
    clock_.advance_to(clock_.steady() + dice_.between({0}, kStepLasts));
    if (dice_.chance(kViewSteps) && step_view()) return;
    std::vector<Process*> running;
    for (const auto& process : processes_)
        if (process->is_alive() && !process->is_paused) running.push_back(process.get());
    // The processes, then the log, then the world's own loop.
    const std::size_t actors = running.size() + 2;
    const std::size_t first = dice_.below(actors);
    for (std::size_t i = 0; i < actors; ++i) {
        const std::size_t actor = (first + i) % actors;
        if (actor < running.size() && running[actor]->step()) return;
        if (actor == running.size() && step_log()) return;
        if (actor == running.size() + 1 && loop_.step()) return;
    }
    move_clock();
}

bool World::step_view() {
    if (!is_calm() && dice_.chance(options_.view_crashes)) view_.crash();
    const auto stepped = view_.step();
    if (stepped) return *stepped;
    // A log that hides its newest entries for a moment looks as if it were cut off; whoever
    // resumes the view then finds them.
    if (is_calm()) complain("the view stops: " + stepped.error().message);
    view_.crash();
    return false;
}

bool World::step_log() {
    if (log_.memory().is_quiet() && !dice_.chance(options_.late_landings)) return false;
    return log_.memory().step();
}

// To the next moment that anybody waits for.
void World::move_clock() {
    std::optional<Duration> next = loop_.next_timer();
    for (const auto& process : processes_) {
        if (!process->is_alive() || process->is_paused) continue;
        const auto timer = process->next_timer();
        if (timer && (!next || *timer < *next)) next = timer;
    }
    if (next) clock_.advance_to(*next);
}

void World::strike() {
    if (is_cluster()) return strike_cluster();
    Process* process = pick_process();
    if (process == nullptr) return start_process(dice_.chance(700));
    if (dice_.chance(options_.deaths)) return kill(*process);
    if (dice_.chance(options_.second_process)) {
        process->is_paused = dice_.chance(500);
        loop_.post_after(dice_.between(milliseconds(10), seconds(20)),
                         [process] { process->is_paused = false; });
        return start_process(dice_.chance(200));
    }
    if (dice_.chance(options_.power_cuts)) {
        kill_all();
        log_.memory().power_cut(dice_.below(3));
        store_->power_cut();
        view_.crash();
    }
}

void World::kill(Process& process) {
    process.kill();
    check_store(*process.store());
}

void World::kill_all() {
    for (const auto& process : processes_)
        if (process->is_alive()) kill(*process);
}

// What a crash leaves in the state store is in the log.
void World::check_store(const StateStore& store) {
    for (const Partition& partition : kPartitions.all()) {
        const Checkpoint checkpoint = store.checkpoint(partition).value();
        if (!verify_checkpoint(log_.memory(), partition, {}, checkpoint))
            complain("the state store is ahead of " + partition.to_string());
    }
}

void World::calm_down() {
    log_.memory().set_faults({}, 0);
    log_.set_lagging_reads(0);
    provider_->faults() = {0, 0, 0, 0};
    disk_faults_ = {0, 0};
    kill_all();
    log_.memory().land_late();
    peers_.faults() = {0, 0, 0, 0, 0};
    start_process(true);
    if (is_cluster()) settle_offices();
}

void World::start_process(bool with_store) {
    // The store of a process that still runs is its own; a disk that was lost starts empty.
    const bool is_in_use = std::ranges::any_of(processes_, [&](const auto& process) {
        return process->is_alive() && process->store() == store_;
    });
    if (!with_store || is_in_use) store_ = std::make_shared<DiskStore>(dice_, disk_faults_);
    const DiskFaults faults =
        std::exchange(disk_faults_, {0, 0});  // else it would not start at all
    history_.started.push_back(++history_.now);
    processes_.push_back(
        std::make_unique<Process>(ground_, store_, "process-" + std::to_string(processes_.size())));
    disk_faults_ = faults;
    if (!is_cluster()) return;
    for (const Owner& owner : announced_.all()) processes_.back()->directory().hear(owner);
}

Process* World::pick_process() {
    std::vector<Process*> alive;
    for (const auto& process : processes_)
        if (process->is_alive() && !process->is_paused) alive.push_back(process.get());
    return alive.empty() ? nullptr : dice_.pick(alive);
}

std::size_t World::number_of(const Process& process) const {
    const auto at = std::ranges::find(processes_, &process, &std::unique_ptr<Process>::get);
    return static_cast<std::size_t>(at - processes_.begin());
}

Process& World::survivor() {
    return *processes_.back();
}

bool World::is_at_rest(int lives) {
    if (!was_calmed_ || lives_ > lives || !provider_->is_quiet() || !survivor().is_idle())
        return false;
    if (!view_.is_current()) return false;
    for (const Partition& partition : kPartitions.all()) {
        if (partition.topic == Topic::kClicks) continue;
        const auto open = survivor().engine().open_streams(partition);
        if (!open || !open->empty()) return false;
    }
    return true;
}

// ---- Clients ------------------------------------------------------------------------------------

// One question to one process, over a network that may be slow. A client that lost its patience may
// still be answered: that counts, too.
template <class T>
Task<Result<T>> World::ask(Partition partition, std::function<Task<Result<T>>(Process&)> question,
                           std::function<void(const Result<T>&, Exchange, bool)> note) {
    const std::uint64_t began = ++history_.now;
    co_return co_await callback<Result<T>>([&](auto resume) {
        using Resume = std::move_only_function<void(Result<T>)>;
        const auto waiting = std::make_shared<Resume>(std::move(resume));
        const auto answer = [waiting](Result<T> result) {
            if (*waiting) std::exchange(*waiting, nullptr)(std::move(result));
        };
        loop_.post_after(kPatience, [answer] {
            answer(fail(ErrorCode::kUnavailable, "timeout", "No answer came."));
        });
        Process* process = pick_process();
        if (process == nullptr) return;
        const std::size_t number = number_of(*process);
        process->loop().post([this, process, number, partition, question, note, answer, began] {
            shop::start(question(*process), [=, this](Result<T> result) {
                if (!process->is_alive()) return;
                // Whoever was asked of several answers for the one in office.
                const bool by_office =
                    is_cluster() || office_.holder(partition) == process->address();
                if (!by_office && !holds_without_office(result))
                    result = fail(ErrorCode::kUnavailable, "not-owner", "Another took over.");
                loop_.post_after(dice_.between({0}, milliseconds(3)),
                                 [=, this, result = std::move(result)] {
                                     note(result, {began, ++history_.now, number}, by_office);
                                     answer(result);
                                 });
            });
        });
    });
}

Task<Result<Receipt>> World::call(AnyCommand command, CommandId id, ActorKind actor,
                                  std::optional<Position> seen) {
    const StreamId target = target_of(command);
    const bool is_staff = actor == ActorKind::kStaff;
    Submission submission;
    submission.command = std::move(command);
    submission.actor.kind = actor;
    for (;;) {
        if (is_staff && options_.fresh_ids)
            id = CommandId::derive(id.slot(), {"fresh", std::to_string(dice_.next())});
        submission.id = id;
        const bool awaits_catalog = is_staff && options_.awaits_catalog;
        const auto answer = co_await ask<Receipt>(
            map_.partition_of(target),
            [submission, awaits_catalog, seen](Process& process) {
                if (awaits_catalog) return submit_call(process, submission, seen);
                return process.engine().submit(process.loop(), submission);
            },
            [this, id, target](const Result<Receipt>& receipt, Exchange when, bool) {
                if (receipt) history_.answers.push_back({id, target, *receipt, when});
            });
        if (answer || answer.error().code != ErrorCode::kUnavailable) co_return answer;
        co_await pause(milliseconds(5), milliseconds(500));
    }
}

Task<Snapshot> World::read(StreamId id) {
    for (;;) {
        const auto answer = co_await ask<Snapshot>(
            map_.partition_of(id),
            [id](Process& process) { return process.engine().read(process.loop(), id); },
            [this, id](const Result<Snapshot>& snapshot, Exchange when, bool by_office) {
                if (snapshot) history_.reads.push_back({id, *snapshot, when, by_office});
            });
        if (answer) co_return *answer;
        co_await pause(milliseconds(5), milliseconds(500));
    }
}

Task<bool> World::pause(Duration least, Duration most) {
    const Duration delay = dice_.between(least, most);
    co_return co_await callback<bool>([this, delay](auto resume) {
        loop_.post_after(delay, [resume = std::move(resume)]() mutable { resume(true); });
    });
}

void World::spawn(Task<bool> life) {
    ++lives_;
    shop::start(std::move(life), [this](bool) { --lives_; });
}

// A webhook: the provider sends it until it is taken.
void World::hear(const sandbox::Answer& answer, const std::string& event_id) {
    const payment::ProviderResult result =
        payments::result_of(answer, {payment::SeenBy::kWebhook, event_id});
    const auto payment = PaymentId::parse(answer.payment);
    if (!payment) return;
    const CommandId id = CommandId::derive(payment->slot(), {"webhook", event_id});
    const auto deliver = [](World& world, AnyCommand command, CommandId command_id) -> Task<bool> {
        co_await world.call(std::move(command), command_id);
        co_return true;
    };
    spawn(deliver(*this, payment::RecordProviderResult{*payment, "sandbox", result}, id));
}

}  // namespace shop::simulation
