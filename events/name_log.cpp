#include "events/name_log.hpp"

#include <algorithm>

#include "core/base/assert.hpp"
#include "events/appender.hpp"

namespace shop {
namespace {

// Each round the append failed, or the log did not show it: more than a few mean a log that is ill.
constexpr int kRoundsMax = 20;
constexpr Partition kNamed{Topic::kCatalog, 0};

// What became of it is read from the log, whatever the reports say.
Status append(Log& log, Appender& appender, const Claim& claim) {
    AppendBatch batch{.partition = kNamed, .bytes = {}, .ends = {}};
    append_claim(batch.bytes, claim);
    batch.ends.push_back(batch.bytes.size());
    const auto reports = appender.append_now(std::span(&batch, 1));
    const bool failed = std::ranges::any_of(reports, [](const auto& r) { return !r.offset; });
    return failed ? log.recover() : Status{};
}

}  // namespace

Result<LogIdentity> name_log(Log& log, const SlotMap& map, const Claim& first) {
    SHOP_ASSERT(first.term.number == 1);
    SHOP_TRY(identity, establish_identity(log, map, {}));
    if (!identity.id.is_empty()) return identity;
    Appender appender(log, [] {});
    for (int round = 0; round < kRoundsMax; ++round) {
        SHOP_TRY_STATUS(append(log, appender, first));
        SHOP_TRY(named, establish_identity(log, map, {}));
        if (!named.id.is_empty()) return named;
    }
    return fail(ErrorCode::kUnavailable, "in-doubt",
                "The log is empty and does not take its first entry. Try again in a moment.");
}

}  // namespace shop
