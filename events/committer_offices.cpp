// The committer's offices: which partitions it is to be in office of, and what whoever listens
// hears of it.
#include "events/committer.hpp"

namespace shop {

void Committer::ask_office(Partition partition, bool is_held) {
    {
        const std::lock_guard lock(mutex_);
        asked_offices_[partition] = is_held;
    }
    kick();
}

void Committer::follow_offices() {
    std::map<Partition, bool> asked;
    {
        const std::lock_guard lock(mutex_);
        asked.swap(asked_offices_);
    }
    for (const Warmer::Warmed& warmed : warmer_.take_warmed()) take_back(warmed);
    for (Seat* seat : seats_) {
        if (const auto at = asked.find(seat->partition()); at != asked.end()) {
            seat->is_wanted = at->second;
            if (seat->is_wanted) take_office(*seat);
        }
        if (!seat->is_wanted) leave_office(*seat);
    }
}

void Committer::take_office(Seat& seat) {
    if (seat.state == SeatState::kServing) return stay_in_office(seat);
    if (seat.state == SeatState::kDoubt) return;
    if (seat.state == SeatState::kWarming) return warmer_.ask(seat, true);
    seat.held.append(seat.shard.suspend());
    seat.reader.reset();  // it stands where the office was lost, and all before is forgotten now
    seat.term = {};       // its old claim, met again on the way, is nobody's now
    seat.was_in_office = false;
    seat.must_claim = true;
    seat.served.reset();
    seat.claims.clear();
    if (!options_.protections.warms_aside) {
        seat.state = SeatState::kDoubt;
        return resolve_soon();
    }
    seat.state = SeatState::kWarming;
    seat.shard.warm();
    warmer_.ask(seat, true);
}

// What it folded is in the state store, so that taking over has little left to read.
void Committer::take_back(const Warmer::Warmed& warmed) {
    Seat& seat = *warmed.seat;
    seat.state = SeatState::kDoubt;
    if (warmed.is_warm) {
        seat.held.append(seat.shard.suspend());
        return resolve_soon();
    }
    leave_office(seat);
    if (seat.is_wanted) take_office(seat);
}

// Since it was to be left, callers were refused: whoever asked meanwhile has dropped the partition,
// and takes it up only if told so.
void Committer::stay_in_office(Seat& seat) {
    if (!seat.shard.stay()) return;
    tell_office(seat, false);
    tell_in_office(seat);
}

// Nothing new is decided; what was decided goes with this group, and the next look leaves.
void Committer::leave_office(Seat& seat) {
    if (seat.state == SeatState::kLeft) return;
    if (seat.state == SeatState::kWarming) return warmer_.ask(seat, false);
    if (seat.state == SeatState::kServing) {
        seat.shard.leave();
        if (seat.is_in_flight) return;  // the next look is when it has landed
        if (seat.shard.has_pending()) return kick();
        save_now(seat);
    }
    writer_.drain();
    seat.held.append(seat.shard.suspend());
    seat.shard.leave();
    seat.state = SeatState::kLeft;
    seat.reader.reset();
    resume_all(std::move(seat.held), WaitEnd::kDropped);
    tell_office(seat, false);
}

// Everybody decides again, and finds the own record if it counts.
void Committer::welcome_back(Seat& seat) {
    if (seat.state == SeatState::kDoubt) return resume_all(std::move(seat.held), WaitEnd::kInDoubt);
    resume_all(std::move(seat.held), WaitEnd::kDropped);
    if (seat.state == SeatState::kServing)
        tell_in_office(seat);
    else
        tell_office(seat, false);
}

// So that whoever takes over here has little to fold. All that was decided is durable.
void Committer::save_now(Seat& seat) {
    if (!seat.shard.has_unsaved()) return;
    writer_.drain();
    Flight flight{.seat = &seat, .group = {}, .saves = true, .save = {}};
    seat.shard.capture_all(flight.save);
    seat.is_saving = true;
    hand_over(flight);
}

// ---- Who listens --------------------------------------------------------------------------------

void Committer::add_observer(CommitObserver& observer) {
    observers_.push_back(&observer);
    for (const Seat* seat : seats_) {
        if (seat->state == SeatState::kServing)
            observer.on_office(seat->partition(), seat->term, true);
        observer.on_advance(seat->partition(), seat->at.offset + 1);
    }
}

void Committer::tell_office(const Seat& seat, bool is_held) const {
    for (CommitObserver* observer : observers_)
        observer->on_office(seat.partition(), seat.term, is_held);
}

// The office, and all that is open there.
void Committer::tell_in_office(const Seat& seat) const {
    tell_office(seat, true);
    const auto open = seat.shard.open_streams();
    for (CommitObserver* observer : observers_) {
        if (open && !open->empty()) observer->on_commit(seat.partition(), *open);
        observer->on_advance(seat.partition(), seat.at.offset + 1);
    }
}

// ---- Proofs -------------------------------------------------------------------------------------

// What is about to be sent, or on its way, proves more, and costs nothing.
void Committer::ask_for_proofs() {
    for (Seat* seat : seats_) {
        if (seat->state != SeatState::kServing || seat->is_in_flight) continue;
        if (!seat->shard.ask_for_proof()) continue;
        const Duration asked_at = parts_.clock.steady();
        const auto end = parts_.log.end(seat->partition());
        if (!end)
            resume_all(seat->shard.give_up_proof(), WaitEnd::kInDoubt);
        else if (*end <= seat->at.offset + 1)
            resume_all(seat->shard.prove(asked_at), WaitEnd::kDurable);
        else
            doubt(*seat, {.failed = false, .as_expected = false});
    }
}

}  // namespace shop
