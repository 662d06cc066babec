// A model of two writers that race for one partition over a network that loses, repeats and delays
// what they send (lost is what never comes), run through every interleaving. It shows that the
// writer's rules together with the reader rules keep the promise "what was acknowledged counts,
// once", and which of them it takes.
#include <algorithm>
#include <catch2/catch.hpp>
#include <unordered_set>
#include <vector>

#include "events/reader_rules.hpp"

namespace shop {
namespace {

// Which of the writer's rules a control leaves out.
enum class Careless { kNothing, kIgnoresOffsets, kIgnoresOrder };

constexpr int kRecords = 2;

struct Message {
    int writer = 0;
    std::uint64_t seq = 0;  // 0: the claim
    bool was_copied = false;
};

struct Writer {
    Term term;
    bool claimed = false;    // sent its claim
    bool in_office = false;  // saw its claim stand where it expected
    bool stopped = false;    // saw something unexpected: acknowledges nothing any more
    Offset base = -1;        // of its claim
    int sent = 0;
    std::uint64_t acknowledged_to = 0;
    std::vector<std::uint64_t> acknowledged;
};

struct World {
    std::vector<EntryHead> log;
    std::vector<Message> under_way;
    std::size_t copies = 0;
    std::vector<Writer> writers{2};
};

struct Outcome {
    std::size_t copies_max = 1;              // of messages, in one world
    std::unordered_set<std::string> worlds;  // each is explored once
    std::size_t acknowledged = 0;
    std::size_t false_acknowledgements = 0;
};

ReaderRules read_all(const World& world) {
    ReaderRules rules;
    for (std::size_t i = 0; i < world.log.size(); ++i)
        rules.feed(static_cast<Offset>(i), world.log[i]);
    return rules;
}

EntryHead entry_of(const Writer& writer, const Message& message) {
    EntryHead head;
    head.kind = message.seq == 0 ? EntryKind::kClaim : EntryKind::kRecord;
    head.term = writer.term;
    head.seq = message.seq;
    head.log = LogId::derive({"model"});
    return head;
}

void hear_of_append(World& world, const Message& message, Offset offset, Careless careless) {
    Writer& writer = world.writers[static_cast<std::size_t>(message.writer)];
    if (message.seq == 0) {
        writer.in_office = read_all(world).term() == writer.term;
        writer.base = offset;
        return;
    }
    const bool expected = offset == writer.base + static_cast<Offset>(message.seq) ||
                          careless == Careless::kIgnoresOffsets;
    const bool in_order =
        message.seq == writer.acknowledged_to + 1 || careless == Careless::kIgnoresOrder;
    if (!expected || !writer.in_office) writer.stopped = true;
    if (!in_order) return;
    if (writer.stopped) return;
    writer.acknowledged_to = message.seq;
    writer.acknowledged.push_back(message.seq);
}

void check(const World& world, Outcome& outcome) {
    ReaderRules rules;
    std::vector<std::pair<Term, std::uint64_t>> valid;
    for (std::size_t i = 0; i < world.log.size(); ++i)
        if (rules.feed(static_cast<Offset>(i), world.log[i]) == Verdict::kRecord)
            valid.emplace_back(world.log[i].term, world.log[i].seq);
    for (const Writer& writer : world.writers)
        for (const std::uint64_t seq : writer.acknowledged) {
            ++outcome.acknowledged;
            const auto count = std::count(valid.begin(), valid.end(), std::pair(writer.term, seq));
            if (count != 1) ++outcome.false_acknowledgements;
        }
}

void explore(const World& world, Careless careless, Outcome& outcome);

void explore_network(const World& world, Careless careless, Outcome& outcome) {
    for (std::size_t i = 0; i < world.under_way.size(); ++i) {
        const Message message = world.under_way[i];
        const Writer& writer = world.writers[static_cast<std::size_t>(message.writer)];
        World delivered = world;
        delivered.under_way.erase(delivered.under_way.begin() + static_cast<std::ptrdiff_t>(i));
        delivered.log.push_back(entry_of(writer, message));
        hear_of_append(delivered, message, static_cast<Offset>(world.log.size()), careless);
        explore(delivered, careless, outcome);
        if (message.was_copied || world.copies == outcome.copies_max) continue;
        World copied = world;  // appended, but the report is lost and the message sent again
        copied.under_way[i].was_copied = true;
        ++copied.copies;
        copied.log.push_back(entry_of(writer, message));
        explore(copied, careless, outcome);
    }
}

void explore_writers(const World& world, Careless careless, Outcome& outcome) {
    for (std::size_t i = 0; i < world.writers.size(); ++i) {
        const Writer& writer = world.writers[i];
        World next = world;
        Writer& acting = next.writers[i];
        if (!writer.claimed) {
            acting.claimed = true;
            acting.term = {read_all(world).term().number + 1, i == 0 ? "a" : "b"};
            next.under_way.push_back({static_cast<int>(i), 0});
            explore(next, careless, outcome);
        } else if (writer.in_office && writer.sent < kRecords && !writer.stopped) {
            ++acting.sent;
            next.under_way.push_back(
                {static_cast<int>(i), static_cast<std::uint64_t>(acting.sent)});
            explore(next, careless, outcome);
        }
    }
}

// Everything that distinguishes one world from another.
std::string name_of(const World& world) {
    std::string name;
    for (const EntryHead& head : world.log)
        name += head.term.to_string() + std::to_string(head.seq) + ' ';
    std::vector<std::string> messages;
    for (const Message& m : world.under_way)
        messages.push_back(
            std::to_string(m.writer * 100 + static_cast<int>(m.seq) * 2 + (m.was_copied ? 1 : 0)));
    std::ranges::sort(messages);
    for (const std::string& message : messages) name += '|' + message;
    for (const Writer& w : world.writers) {
        name += '/' + w.term.to_string() + (w.in_office ? 'i' : '-') + (w.stopped ? 's' : '-') +
                std::to_string(w.base) + ':' + std::to_string(w.sent);
        for (const std::uint64_t seq : w.acknowledged) name += ',' + std::to_string(seq);
    }
    return name;
}

void explore(const World& world, Careless careless, Outcome& outcome) {
    const bool seen = !outcome.worlds.insert(name_of(world)).second;
    if (seen || outcome.false_acknowledgements > 0) return;
    check(world, outcome);
    // A writer acts before the network does, or after it: both orders are explored.
    explore_network(world, careless, outcome);
    explore_writers(world, careless, outcome);
}

TEST_CASE("whatever the network does to two writers, what was acknowledged counts, once",
          "[model]") {
    Outcome outcome;
    explore({}, Careless::kNothing, outcome);
    CHECK(outcome.acknowledged > 1'000);
    CHECK(outcome.false_acknowledgements == 0);
}

TEST_CASE("the same with every message repeated", "[model][slow]") {
    Outcome outcome{.copies_max = 6};
    explore({}, Careless::kNothing, outcome);
    CHECK(outcome.false_acknowledgements == 0);
}

TEST_CASE("a writer that trusts any report, or answers out of order, acknowledges what is void",
          "[model]") {
    const auto careless = GENERATE(Careless::kIgnoresOffsets, Careless::kIgnoresOrder);
    Outcome outcome;
    explore({}, careless, outcome);
    CHECK(outcome.false_acknowledgements > 0);
}

}  // namespace
}  // namespace shop
