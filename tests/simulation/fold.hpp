// A log folded in the plainest way: every valid record, one after the other.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "core/any_state.hpp"
#include "core/decision.hpp"
#include "events/log.hpp"
#include "events/record.hpp"

namespace shop::simulation {

struct FoldedStream {
    std::vector<AnyState> versions;  // versions[n − 1]: the state with n events
    std::vector<Time> times;         // when each of them was recorded
    const AnyState& last() const { return versions.back(); }
};

struct FoldedRecord {
    Position position;
    Record record;
};

struct Folded {
    std::map<StreamId, FoldedStream> streams;
    std::vector<FoldedRecord> records;
    std::vector<std::string> broken;  // what no log may hold
};

Folded fold(const Log& log);

// The streams as they are at the end of it, for who reads them as decisions do.
class LastStates final : public Streams {
  public:
    explicit LastStates(const Folded& folded) : folded_(folded) {}
    const AnyState* find_any(const StreamId& id) const override;
    std::uint64_t version_of(const StreamId& id) const override;

  private:
    const Folded& folded_;
};

// The records in the order of time, one line each, for whoever looks into a broken world.
std::string tell(const Folded& folded);

}  // namespace shop::simulation
