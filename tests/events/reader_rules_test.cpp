// The reader rules against their own definition, for every short history there can be.
#include "events/reader_rules.hpp"

#include <catch2/catch.hpp>
#include <set>

#include "core/json/decode.hpp"
#include "core/json/encode.hpp"

namespace shop {
namespace {

const LogId kLog = LogId::derive({"our log"});

EntryHead claim(std::uint64_t number, std::string nonce, const LogId& log = kLog) {
    return {.kind = EntryKind::kClaim,
            .term = {number, std::move(nonce)},
            .time = Time{static_cast<std::int64_t>(number)},
            .log = log};
}

EntryHead record(std::uint64_t number, std::string nonce, std::uint64_t seq) {
    return {.kind = EntryKind::kRecord, .term = {number, std::move(nonce)}, .seq = seq};
}

using History = std::vector<const EntryHead*>;

// Which sentence of the rules a control leaves out.
enum class Without { kNothing, kClaimNumber, kSeq, kTerm };

// The rules as they are written down: one entry judged by looking at everything before it.
bool counts(const History& history, std::size_t at, Without without);

std::optional<std::size_t> claim_in_office(const History& history, std::size_t before,
                                           Without without) {
    for (std::size_t i = before; i-- > 0;)
        if (history[i]->kind == EntryKind::kClaim && counts(history, i, without)) return i;
    return std::nullopt;
}

bool counts(const History& history, std::size_t at, Without without) {
    const EntryHead& head = *history[at];
    if (head.kind == EntryKind::kForeign) return false;
    if (head.kind == EntryKind::kClaim) {
        for (std::size_t i = 0; i < at; ++i)
            if (history[i]->kind == EntryKind::kClaim &&
                history[i]->term.number >= head.term.number && without != Without::kClaimNumber)
                return false;
        return true;
    }
    const auto office = claim_in_office(history, at, without);
    if (!office) return false;
    if (history[*office]->term != head.term && without != Without::kTerm) return false;
    if (without == Without::kSeq) return true;
    std::uint64_t last = 0;
    for (std::size_t i = *office + 1; i < at; ++i)
        if (history[i]->kind == EntryKind::kRecord && counts(history, i, without))
            last = history[i]->seq;
    return head.seq == last + 1;
}

// What must hold whatever happened: no record counts twice, each term's records are 1, 2, 3 …, and
// once a term ended nothing of it counts any more.
bool is_sound(const History& history, Without without) {
    std::set<std::pair<Term, std::uint64_t>> counted;
    std::set<Term> ended;
    Term current;
    for (std::size_t i = 0; i < history.size(); ++i) {
        if (!counts(history, i, without)) continue;
        const EntryHead& head = *history[i];
        if (head.kind == EntryKind::kClaim) {
            if (current.number != 0) ended.insert(current);
            current = head.term;
            if (ended.contains(current)) return false;
            continue;
        }
        if (ended.contains(head.term) || !counted.insert({head.term, head.seq}).second)
            return false;
        if (head.seq > 1 && !counted.contains({head.term, head.seq - 1})) return false;
    }
    return true;
}

// Two writers claim the same number, a third the next one; each entry may come at any place, any
// number of times.
const std::vector<EntryHead> kAlphabet = {
    claim(1, "a"),     claim(1, "b"),     claim(2, "c"),     record(1, "a", 1), record(1, "a", 2),
    record(1, "b", 1), record(2, "c", 1), record(2, "c", 2), EntryHead{},
};

// Calls visit(history) for every history of at most `length` entries.
template <class Visit>
void for_each_history(History& history, std::size_t length, Visit&& visit) {
    visit(history);
    if (history.size() == length) return;
    for (const EntryHead& head : kAlphabet) {
        history.push_back(&head);
        for_each_history(history, length, visit);
        history.pop_back();
    }
}

Verdict judge_last(const History& history, ReaderRules& rules) {
    Verdict verdict = Verdict::kForeign;
    for (std::size_t i = 0; i < history.size(); ++i)
        verdict = rules.feed(static_cast<Offset>(i), *history[i]);
    return verdict;
}

TEST_CASE("in every short history the fold counts what the rules say, and no record twice") {
    History history;
    std::size_t wrong = 0;
    std::size_t histories = 0;
    for_each_history(history, 5, [&](const History& h) {
        if (h.empty()) return;
        ++histories;
        ReaderRules rules;
        const bool valid = !is_void(judge_last(h, rules));
        if (valid != counts(h, h.size() - 1, Without::kNothing)) ++wrong;
        if (!is_sound(h, Without::kNothing)) ++wrong;
    });
    CHECK(wrong == 0);
    CHECK(histories == 9 + 81 + 729 + 6'561 + 59'049);
}

TEST_CASE("each sentence of the rules is needed: without it some history is unsound") {
    const auto without = GENERATE(Without::kClaimNumber, Without::kSeq, Without::kTerm);
    History history;
    std::size_t unsound = 0;
    for_each_history(history, 4, [&](const History& h) { unsound += !is_sound(h, without); });
    CHECK(unsound > 0);
}

TEST_CASE("a reader that stops at any entry and goes on from its checkpoint judges the same") {
    History history;
    std::size_t wrong = 0;
    for_each_history(history, 4, [&](const History& h) {
        ReaderRules whole;
        const Verdict expected = judge_last(h, whole);
        for (std::size_t stop = 1; stop < h.size(); ++stop) {
            ReaderRules first;
            judge_last(History(h.begin(), h.begin() + static_cast<std::ptrdiff_t>(stop)), first);
            ReaderRules second(first.checkpoint("bytes"));
            Verdict verdict = Verdict::kForeign;
            for (std::size_t i = stop; i < h.size(); ++i)
                verdict = second.feed(static_cast<Offset>(i), *h[i]);
            if (verdict != expected || second.checkpoint("x") != whole.checkpoint("x")) ++wrong;
        }
    });
    CHECK(wrong == 0);
}

TEST_CASE("a checkpoint reads back as it was written") {
    ReaderRules rules;
    rules.feed(4, claim(3, "k2f9"));
    rules.feed(9, record(3, "k2f9", 1));
    const Checkpoint checkpoint = rules.checkpoint("the entry");
    const std::string text = json::to_json(checkpoint, json::Defaults::kOmit);
    CHECK(json::from_json<Checkpoint>(text, json::Missing::kIsDefault) == checkpoint);
    CHECK(checkpoint.offset == 9);
    CHECK(checkpoint.seq == 1);
    CHECK(checkpoint.sha256.size() == 64);
    CHECK(ReaderRules().checkpoint("") == Checkpoint{});
}

TEST_CASE("void entries tell why they are void") {
    ReaderRules rules;
    CHECK(rules.feed(0, record(1, "a", 1)) == Verdict::kStaleTerm);
    CHECK(rules.feed(1, claim(2, "a")) == Verdict::kClaim);
    CHECK(rules.feed(2, claim(2, "b")) == Verdict::kStaleClaim);
    CHECK(rules.feed(3, record(2, "b", 1)) == Verdict::kStaleTerm);
    CHECK(rules.feed(4, record(2, "a", 2)) == Verdict::kOutOfSeq);
    CHECK(rules.feed(5, EntryHead{}) == Verdict::kForeign);
    CHECK(rules.feed(6, record(2, "a", 1)) == Verdict::kRecord);
    CHECK(rules.feed(7, record(2, "a", 1)) == Verdict::kOutOfSeq);
    CHECK(rules.feed(8, claim(9, "z", LogId::derive({"another log"}))) == Verdict::kOtherLog);
    CHECK(rules.feed(9, record(2, "a", 2)) == Verdict::kRecord);
    CHECK(enum_name(Verdict::kOutOfSeq) == "out_of_seq");
}

TEST_CASE("the highest schema level and the latest time of a log are kept") {
    ReaderRules rules;
    EntryHead newer = claim(1, "a");
    newer.schema_level = 7;
    rules.feed(0, newer);
    rules.feed(1, claim(2, "b"));
    EntryHead early = record(2, "b", 1);
    early.time = Time{-5};
    rules.feed(2, early);
    CHECK(rules.schema_level() == 7);
    CHECK(rules.time() == Time{2});
}

}  // namespace
}  // namespace shop
