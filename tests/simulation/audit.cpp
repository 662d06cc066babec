#include "tests/simulation/audit.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "tests/simulation/fold.hpp"
#include "tests/simulation/goods.hpp"
#include "tests/simulation/world.hpp"

namespace shop::simulation {
namespace {

// What the folded log says of one command: where its records stand.
std::map<CommandId, std::vector<const FoldedRecord*>> by_command(const Folded& folded) {
    std::map<CommandId, std::vector<const FoldedRecord*>> commands;
    for (const FoldedRecord& each : folded.records)
        commands[each.record.command.id].push_back(&each);
    return commands;
}

// Answered means: in the log, exactly once, where the answer said. And one command id has one
// effect, answered or not; and one answer at most says that it was the first.
void audit_answers(World& world, const Folded& folded) {
    const auto commands = by_command(folded);
    for (const auto& [id, records] : commands)
        if (records.size() > 1) world.complain(id.to_string() + " was carried out twice");
    std::set<CommandId> first;
    for (const Answered& answer : world.history().answers) {
        if (!answer.receipt.changed) continue;
        if (!answer.receipt.replayed && !first.insert(answer.command).second)
            world.complain(answer.command.to_string() + " was answered twice as if it were new");
        const auto at = commands.find(answer.command);
        if (at == commands.end())
            world.complain(answer.command.to_string() + " was answered and is not in the log");
        else if (at->second.front()->position != answer.receipt.position)
            world.complain(answer.command.to_string() + " stands where the answer did not say");
    }
}

// What was done to a stream, or seen of it: when, and which version it made or showed.
struct Operation {
    Exchange when;
    std::uint64_t version = 0;
    bool was_before = false;  // done at some moment before it ended, maybe before it began
};

using Operations = std::map<StreamId, std::vector<Operation>>;

// A stream's reads and writes look as if each happened at one moment: whoever begins after another
// has ended finds at least what that one left. What repeats an answer may tell of an earlier
// moment; whoever comes behind it finds what it told of, too.
void audit_order(World& world, Operations& operations) {
    for (auto& [stream, all] : operations) {
        std::ranges::sort(all, {}, [](const Operation& each) { return each.when.began; });
        auto by_end = all;
        std::ranges::sort(by_end, {}, [](const Operation& each) { return each.when.ended; });
        std::uint64_t seen = 0;
        std::size_t ended = 0;
        for (const Operation& each : all) {
            for (; ended < by_end.size() && by_end[ended].when.ended < each.when.began; ++ended)
                seen = std::max(seen, by_end[ended].version);
            if (each.version < seen && !each.was_before)
                world.complain(stream.to_string() + " was seen as it was before: version " +
                               std::to_string(each.version) + " after " + std::to_string(seen));
        }
    }
}

void audit_reads(World& world, const Folded& folded) {
    Operations operations;
    for (const Seen& seen : world.history().reads) {
        // A process that does not know yet that another took over may show what was before.
        if (seen.by_office) operations[seen.stream].push_back({seen.when, seen.snapshot.version});
        const auto at = folded.streams.find(seen.stream);
        const std::size_t versions = at == folded.streams.end() ? 0 : at->second.versions.size();
        if (seen.snapshot.version > versions)
            world.complain(seen.stream.to_string() + " was shown with events it does not have");
        else if (seen.snapshot.version > 0 &&
                 *seen.snapshot.state != at->second.versions[seen.snapshot.version - 1])
            world.complain(seen.stream.to_string() + " was shown as it never was");
    }
    std::map<CommandId, const FoldedRecord*> records;
    for (const FoldedRecord& each : folded.records) records[each.record.command.id] = &each;
    for (const Answered& answer : world.history().answers) {
        const auto at = records.find(answer.command);
        if (!answer.receipt.changed || at == records.end()) continue;
        for (const RecordedEvent& event : at->second->record.events)
            operations[event.stream].push_back(
                {answer.when, event.version, answer.receipt.replayed});
    }
    audit_order(world, operations);
}

// The engine knows of each stream what the log says.
void audit_states(World& world, const Folded& folded) {
    Process& process = world.survivor();
    for (const auto& [id, stream] : folded.streams) {
        std::optional<Result<Snapshot>> answer;
        shop::start(process.engine().read(process.loop(), id),
                    [&](Result<Snapshot> snapshot) { answer = std::move(snapshot); });
        while (!answer && process.step()) {
        }
        const bool is_same =
            answer && *answer && (*answer)->state != nullptr && *(*answer)->state == stream.last();
        if (!is_same) world.complain(id.to_string() + " is not what its events make of it");
    }
}

// A view holds what the log says up to its checkpoints, and nothing of what is behind them.
void audit_view(World& world, const Folded& folded) {
    const View::Saved& view = world.view().saved();
    std::map<StreamId, std::uint64_t> versions;
    for (const FoldedRecord& each : folded.records) {
        const auto at = view.checkpoints.find(each.position.partition);
        if (at == view.checkpoints.end() || at->second.offset < each.position.offset) continue;
        for (const RecordedEvent& event : each.record.events) ++versions[event.stream];
    }
    for (const auto& [id, version] : versions) {
        const auto row = view.rows.find(id);
        const bool is_same = row != view.rows.end() && row->second.version == version &&
                             row->second.state == folded.streams.at(id).versions[version - 1];
        if (!is_same) world.complain(id.to_string() + " is not in the view as the log has it");
    }
    if (view.rows.size() != versions.size()) world.complain("the view has rows of its own");
}

// No two orders have the same number, and what is sold has left its cart. How many there are.
std::size_t audit_orders(World& world, const Folded& folded) {
    std::set<std::string> numbers;
    for (const auto& [id, stream] : folded.streams) {
        const auto* order = std::get_if<order::State>(&stream.last());
        if (order == nullptr) continue;
        if (!numbers.insert(order->placed.number).second)
            world.complain("two orders have the number " + order->placed.number);
        if (order->placed.cart_id.is_empty()) continue;
        const auto cart = folded.streams.find(order->placed.cart_id);
        const bool is_completed =
            cart != folded.streams.end() &&
            std::get<cart::State>(cart->second.last()).status == cart::Status::kCompleted;
        if (!is_completed)
            world.complain(id.to_string() + " is placed and its cart is not completed");
    }
    return numbers.size();
}

// What staff has done once is done once: each delivery has a name of its own.
void audit_deliveries(World& world, const Folded& folded) {
    std::set<std::string> seen;
    for (const FoldedRecord& each : folded.records)
        for (const RecordedEvent& event : each.record.events) {
            const auto* received = event.data.get_if<stock::Received>();
            if (received == nullptr || received->reference.empty()) continue;
            if (!seen.insert(received->reference).second)
                world.complain(received->reference + " was received twice");
        }
}

// In a rush, whoever left without an order left empty shelves behind.
void audit_rush(World& world, const Folded& folded, std::size_t orders) {
    if (!world.options().is_rush) return;
    const auto shoppers = static_cast<std::size_t>(world.options().shoppers);
    if (orders >= shoppers) return;
    for (const char* sku : kRushSkus) {
        const auto& stock = std::get<stock::State>(folded.streams.at(stock_of(sku)).last());
        if (stock.available() == 0) return;
    }
    world.complain("goods are left that somebody wanted");
}

}  // namespace

void audit(World& world) {
    const Folded folded = fold(world.log());
    for (const std::string& sentence : folded.broken) world.complain(sentence);
    audit_answers(world, folded);
    audit_reads(world, folded);
    audit_states(world, folded);
    audit_view(world, folded);
    const std::size_t orders = audit_orders(world, folded);
    audit_sales(world, folded);
    audit_personal(world, folded);
    audit_deliveries(world, folded);
    audit_catalog(world, folded);
    audit_prices(world, folded);
    audit_rush(world, folded, orders);
}

}  // namespace shop::simulation
