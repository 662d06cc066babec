// An engine on one thread, over a log and a state store in memory, in the hand of a test: nothing
// becomes durable, and nobody is answered, before the test says so.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/stock/stock.hpp"
#include "events/local_engine.hpp"
#include "events/memory/memory_log.hpp"
#include "events/memory/memory_state_store.hpp"
#include "tests/support/manual_time.hpp"
#include "tests/support/noted_witness.hpp"
#include "tests/support/test_catalog.hpp"

namespace shop::tests {

// What became of a task: nothing yet, or its answer.
template <class T>
using Call = std::shared_ptr<std::optional<Result<T>>>;

template <class T>
Call<T> call(Task<Result<T>> task) {
    auto answer = std::make_shared<std::optional<Result<T>>>();
    start(std::move(task), [answer](Result<T> result) { *answer = std::move(result); });
    return answer;
}

class EngineWorld {
  public:
    explicit EngineWorld(MemoryLogStyle style = MemoryLogStyle::kBroker);
    ~EngineWorld();

    // Opens an engine as it finds log and store; fails the test if it cannot.
    void open();
    // The process ends in the middle of whatever it does; callers hear nothing.
    void crash();
    // Commits and saves, as at a proper end.
    void close();

    // ---- What shoppers and staff do -------------------------------------------------------------
    Call<Receipt> submit(Submission submission);
    Call<Trial> try_out(Submission submission);
    Call<Receipt> receive(const StockId& stock, std::int64_t quantity, std::string_view key);
    Call<Receipt> reserve(const StockId& stock, std::int64_t quantity, std::string_view key);
    Call<Snapshot> read(const StreamId& id);
    Call<Snapshot> read_at(const StreamId& id, Position position);
    Call<Snapshot> wait(const StreamId& id, std::uint64_t version, Duration timeout);

    // Everything under way gets its answer: commits, runs, until nothing is left to do.
    void settle();
    // The same for one call, which is then there.
    template <class T>
    Result<T> answer(const Call<T>& call) {
        settle();
        if (!*call) return fail(ErrorCode::kUnavailable, "no-answer", "The call is waiting.");
        return **call;
    }
    // A full second passes: what is unsaved goes to the state store.
    void save();

    // ---- What the log says ----------------------------------------------------------------------
    // Offsets at which a valid record of the command stands.
    std::vector<Position> positions_of(const CommandId& id) const;
    // The stream, folded from the log alone.
    std::shared_ptr<const AnyState> fold(const StreamId& id) const;
    std::int64_t on_hand(const StockId& stock) const;

    Partition partition_of(const StreamId& id) const { return map.partition_of(id); }
    Offset end_of(const StreamId& id) const { return log.end(partition_of(id)).value(); }
    // Another writer's claim, with a higher number than any before it; its term.
    Term insert_newer_claim(Partition partition);

    const SlotMap map;
    ManualClock clock;
    ManualExecutor loop;
    MemoryLog log;
    std::unique_ptr<MemoryStateStore> store;
    tests::TestCatalog catalog;
    NotedWitness witness;  // told only if a test says so
    EngineOptions options;
    SnapshotLoader* snapshots = nullptr;
    std::unique_ptr<LocalEngine> engine;

  protected:
    // Whom shoppers and staff ask: the engine, unless something else stands before it.
    Engine& asked() const { return front == nullptr ? *engine : *front; }
    Engine* front = nullptr;
};

CommandId command_id(std::string_view key);
// A stock item on the commerce partition of that slot.
StockId stock_item(std::string_view name, Slot slot = {0});
Submission submission_of(AnyCommand command, std::string_view key);
const stock::State& stock_of(const Snapshot& snapshot);

}  // namespace shop::tests
