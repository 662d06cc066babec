#include "projections/lead.hpp"

#include <algorithm>
#include <chrono>

#include "projections/dead_letters.hpp"
#include "projections/view_store.hpp"

namespace shop::projections {
namespace {

constexpr auto kLook = std::chrono::milliseconds(50);
constexpr auto kLookAtLock = std::chrono::seconds(1);  // whether it is still held
constexpr auto kPause = std::chrono::seconds(1);       // after a failure

// Of any database the same; the view's name makes the other half of the lock.
constexpr std::string_view kTryLock = "SELECT pg_try_advisory_lock(746706121, hashtext($1))";

}  // namespace

Lead::~Lead() {
    thread_ = {};
    if (leads_) projector_.end_feeding();
}

Status Lead::start() {
    SHOP_TRY_STATUS(step());
    thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
    return {};
}

void Lead::run(const std::stop_token& stop) {
    std::mutex mutex;
    std::condition_variable_any woken;  // by nobody but `stop`
    std::unique_lock lock(mutex);
    while (!stop.stop_requested()) {
        const Status done = step();
        if (done)
            complaint_.clear();
        else if (std::exchange(complaint_, done.error().message) != done.error().message)
            projector_.options_.alarm(projector_.projection_.name(), done.error());
        const auto pause = !done ? kPause : leads_ ? kLookAtLock : kLook;
        woken.wait_for(lock, stop, pause, [] { return false; });
    }
}

// What failed is begun anew, with another connection.
Status Lead::step() {
    if (!database_) {
        SHOP_TRY(database, projector_.connect());
        database_ = std::move(database);
    }
    Status done = leads_ ? database_->execute("SELECT 1") : try_lead();
    if (done && !leads_) done = follow();
    if (done) return done;
    if (leads_.exchange(false)) projector_.end_feeding();
    database_.reset();
    return done;
}

Status Lead::try_lead() {
    SHOP_TRY(got, database_->query(kTryLock, {std::string(projector_.projection_.name())}));
    if (!got.boolean(0, 0)) return {};
    leads_ = true;
    return projector_.begin_feeding();
}

Status Lead::follow() {
    const std::string_view view = projector_.projection_.name();
    SHOP_TRY(versions, load_versions(*database_, view));
    const auto live = std::ranges::find(versions, VersionState::kLive, &ViewVersion::state);
    if (live == versions.end()) return {};
    SHOP_TRY(checkpoints, load_checkpoints(*database_, view, live->version));
    Offsets read;
    for (const auto& [partition, checkpoint] : checkpoints) read[partition] = checkpoint.offset;
    if (live->version == live_ && read == read_) return {};
    SHOP_TRY(letters, DeadLetters::load(*database_, view, live->version));
    // Which rows were touched is not told here: all pages are read anew, before readers hear that
    // what they wait for is in the view.
    projector_.generations_.raise_all();
    projector_.take_commit(live->version, read, {}, letters.positions());
    if (live->version != live_) projector_.went_live(live->version);
    live_ = live->version;
    read_ = std::move(read);
    return {};
}

}  // namespace shop::projections
