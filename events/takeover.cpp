#include "events/takeover.hpp"

#include <algorithm>

#include "core/base/assert.hpp"
#include "events/schema_level.hpp"

namespace shop {
namespace {

// Each round somebody else claimed in between; more than a few mean two processes that fight.
constexpr int kClaimRoundsMax = 20;
constexpr std::size_t kRandomBytes = 16;  // of a nonce

}  // namespace

Takeover::Takeover(const EngineParts& parts, const TrustedClock& clock, Appender& appender,
                   LogIdentity identity, std::string address)
    : parts_(parts),
      clock_(clock),
      appender_(appender),
      folding_(parts, std::move(identity)),
      address_(std::move(address)) {}

Status Takeover::resolve(std::span<Seat* const> seats) {
    std::vector<Seat*> claiming;
    for (Seat* seat : seats) {
        SHOP_ASSERT(seat->state == SeatState::kDoubt);
        SHOP_TRY_STATUS(folding_.catch_up(*seat));
        if (!settle(*seat)) claiming.push_back(seat);
    }
    return claim(std::move(claiming));
}

// Somebody else's newer claim rules: who served gives way to it, and does not claim it back. An
// older term only means that the log was not read far enough: reads may lag.
bool Takeover::is_put_out(const Seat& seat) {
    const Term& term = seat.reader->rules().term();
    if (seat.was_in_office && term.number > seat.term.number) return true;
    const bool is_own = std::ranges::find(seat.claims, term) != seat.claims.end();
    return seat.served && term.number > *seat.served && !is_own;
}

// What reading alone decides.
bool Takeover::settle(Seat& seat) {
    const ReaderRules& rules = seat.reader->rules();
    if (is_put_out(seat)) {
        seat.state = SeatState::kLost;
        seat.shard.lose();
        return true;
    }
    // A record that did not count may still be sent again by the log, and count then, unless a new
    // term makes sure that it never does.
    if (seat.must_claim || rules.term() != seat.term || rules.seq() != seat.seq_sent) return false;
    serve(seat);
    return true;
}

Status Takeover::claim(std::vector<Seat*> seats) {
    for (int round = 0; !seats.empty(); ++round) {
        if (round == kClaimRoundsMax)
            return fail(ErrorCode::kUnavailable, "in-doubt",
                        "Other processes keep claiming the same partitions.");
        SHOP_TRY_STATUS(append_claims(seats));
        std::vector<Seat*> again;
        for (Seat* seat : seats) {
            SHOP_TRY_STATUS(folding_.catch_up(*seat));
            if (seat->reader->rules().term() == seat->term)
                serve(*seat);
            else if (!settle(*seat))
                again.push_back(seat);
        }
        seats = std::move(again);
    }
    return {};
}

Status Takeover::append_claims(std::span<Seat* const> seats) {
    std::vector<AppendBatch> batches;
    for (Seat* seat : seats) {
        const ReaderRules& rules = seat->reader->rules();
        seat->term = {rules.term().number + 1, nonce_of(parts_.random(kRandomBytes))};
        seat->claims.push_back(seat->term);
        seat->was_in_office = false;
        seat->must_claim = true;
        AppendBatch& batch = batches.emplace_back();
        batch.partition = seat->partition();
        append_claim(batch.bytes, Claim{.term = seat->term,
                                        .time = std::max(clock_.now(), rules.time()),
                                        .address = address_,
                                        .schema_level = schema_level(),
                                        .log = folding_.identity()});
        batch.ends.push_back(batch.bytes.size());
    }
    const auto reports = appender_.append_now(batches);
    const bool failed = std::ranges::any_of(reports, [](const auto& r) { return !r.offset; });
    // Whether the claims stand is read from the log, whatever the reports say.
    return failed ? parts_.log.recover() : Status{};
}

void Takeover::serve(Seat& seat) {
    seat.at = seat.reader->checkpoint();
    seat.seq_sent = seat.at.seq;
    seat.last_entry.clear();
    seat.reader.reset();
    seat.was_in_office = true;
    seat.must_claim = false;
    seat.served = seat.term.number;
    seat.claims.clear();
    seat.state = SeatState::kServing;
    seat.shard.serve(seat.term, seat.at.seq, seat.at.offset, seat.at.time);
}

}  // namespace shop
