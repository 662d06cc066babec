#include "tests/support/engine_world.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

#include "core/base/digest.hpp"
#include "events/log_reader.hpp"
#include "events/schema_level.hpp"

namespace shop::tests {
namespace {

const Partitions kPartitions{1, 2, 1};

}  // namespace

EngineWorld::EngineWorld(MemoryLogStyle style)
    : map(kPartitions),
      loop(clock),
      log(kPartitions, MemoryLog::Delivery::kManual, style),
      store(std::make_unique<MemoryStateStore>()) {
    options.address = "127.0.0.1:8080";
}

EngineWorld::~EngineWorld() {
    if (engine != nullptr) crash();
}

void EngineWorld::open() {
    EngineParts parts{log, *store, clock, catalog, decide_any};
    parts.snapshots = snapshots;
    auto opened = LocalEngine::open(parts, options);
    INFO((opened ? std::string() : opened.error().message));
    REQUIRE(opened);
    engine = std::move(*opened);
}

void EngineWorld::crash() {
    engine->halt();
    loop.run();
    engine.reset();
}

void EngineWorld::close() {
    engine->stop();
    crash();
}

Call<Receipt> EngineWorld::submit(Submission submission) {
    return call(asked().submit(loop, std::move(submission)));
}

Call<Trial> EngineWorld::try_out(Submission submission) {
    return call(asked().try_out(loop, std::move(submission)));
}

Call<Receipt> EngineWorld::receive(const StockId& stock, std::int64_t quantity,
                                   std::string_view key) {
    return submit(submission_of(
        stock::SetLevel{.stock = stock, .inventory_item = "mug", .on_hand = quantity}, key));
}

Call<Receipt> EngineWorld::reserve(const StockId& stock, std::int64_t quantity,
                                   std::string_view key) {
    const stock::Reservation reservation{OrderId::derive({key}), LineId::derive({key}), 1};
    return submit(submission_of(stock::Reserve{stock, reservation, quantity}, key));
}

Call<Snapshot> EngineWorld::read(const StreamId& id) {
    return call(asked().read(loop, id));
}

Call<Snapshot> EngineWorld::read_at(const StreamId& id, Position position) {
    return call(asked().read_at(loop, id, position));
}

Call<Snapshot> EngineWorld::wait(const StreamId& id, std::uint64_t version, Duration timeout) {
    return call(asked().wait(loop, id, version, timeout));
}

void EngineWorld::settle() {
    loop.run();
    for (bool is_working = engine != nullptr; is_working;) {
        const bool is_under_way = engine->begin();
        if (is_under_way) engine->finish();
        loop.run();
        while (engine->save_step() || engine->warm_step()) {
        }
        is_working = is_under_way || engine->has_work();
    }
    loop.run();
}

void EngineWorld::save() {
    clock.advance(seconds(2));
    settle();
    while (engine->save_step()) {
    }
}

std::vector<Position> EngineWorld::positions_of(const CommandId& id) const {
    std::vector<Position> positions;
    for (const Partition partition : kPartitions.all()) {
        LogReader reader(log, partition);
        for (auto entries = reader.read(); entries && !entries->empty(); entries = reader.read())
            for (const LogEntry& entry : *entries)
                if (reader.decode(entry).value().command.id == id)
                    positions.push_back({partition, entry.offset});
    }
    return positions;
}

std::shared_ptr<const AnyState> EngineWorld::fold(const StreamId& id) const {
    auto state = std::make_shared<AnyState>();
    LogReader reader(log, partition_of(id));
    for (auto entries = reader.read(); entries && !entries->empty(); entries = reader.read())
        for (const LogEntry& entry : *entries) {
            const Record record = reader.decode(entry).value();
            for (const RecordedEvent& event : record.events)
                if (event.stream == id) evolve_any(*state, event.data, record.time);
        }
    if (std::holds_alternative<std::monostate>(*state)) return nullptr;
    return state;
}

std::int64_t EngineWorld::on_hand(const StockId& stock) const {
    const auto state = fold(stock);
    return state == nullptr ? 0 : std::get<stock::State>(*state).on_hand;
}

Term EngineWorld::insert_newer_claim(Partition partition) {
    LogReader reader(log, partition);
    while (!reader.read_all().value().empty()) {
    }
    const Term term{reader.rules().term().number + 1, nonce_of(random_bytes(16))};
    std::string entry;
    append_claim(entry, Claim{.term = term,
                              .time = clock.now(),
                              .address = "127.0.0.1:9090",
                              .schema_level = schema_level(),
                              .log = engine->identity()});
    log.insert(partition, entry);
    return term;
}

CommandId command_id(std::string_view key) {
    return CommandId::derive({key});
}

StockId stock_item(std::string_view name, Slot slot) {
    return StockId::derive(slot, {name});
}

Submission submission_of(AnyCommand command, std::string_view key) {
    return {.command = std::move(command),
            .id = command_id(key),
            .fingerprint = "fingerprint of " + std::string(key),
            .actor = {.kind = ActorKind::kStaff, .id = "anna"},
            .correlation = "req_1"};
}

const stock::State& stock_of(const Snapshot& snapshot) {
    REQUIRE(snapshot.state != nullptr);
    return std::get<stock::State>(*snapshot.state);
}

}  // namespace shop::tests
