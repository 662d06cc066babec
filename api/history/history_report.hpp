// What became of a file of history, by kind of record, and of each record.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "api/history/record_sums.hpp"
#include "core/base/describe.hpp"
#include "core/base/result.hpp"

namespace shop::history {

enum class Outcome {
    kAccepted,      // it changed the shop; of a dry run: nothing speaks against it
    kAlreadyThere,  // the shop knew it
    kRefused,
};
SHOP_DESCRIBE_ENUM(Outcome, kAccepted, kAlreadyThere, kRefused)

// Of one record: where it stands in the file, and why it was refused.
struct Fate {
    std::uint64_t line = 0;  // the first being 1
    std::string type;        // empty if the line could not be read
    std::string id;
    Outcome outcome = Outcome::kAccepted;
    std::string code;
    std::string reason;
    bool operator==(const Fate&) const = default;
};
SHOP_DESCRIBE(Fate, line, type, id, outcome, code, reason)

// Records of a kind that were refused for the same cause.
struct Refusals {
    std::string code;
    std::uint64_t records = 0;
    std::vector<Fate> examples;  // the first ones
    bool operator==(const Refusals&) const = default;
};
SHOP_DESCRIBE(Refusals, code, records, examples)

struct KindReport {
    std::string type;
    std::uint64_t read = 0;
    std::uint64_t accepted = 0;
    std::uint64_t already_there = 0;
    std::uint64_t refused = 0;
    Sums sums;  // of those that were accepted
    std::vector<Refusals> refusals;
    bool operator==(const KindReport&) const = default;

    void add(const Fate& fate, const RecordSums& sums);
};
SHOP_DESCRIBE(KindReport, type, read, accepted, already_there, refused, sums, refusals)

struct HistoryReport {
    bool dry_run = false;
    std::uint64_t read = 0;
    std::uint64_t accepted = 0;
    std::uint64_t already_there = 0;
    std::uint64_t refused = 0;
    Sums sums;  // of those that were accepted
    std::vector<KindReport> kinds;
    bool operator==(const HistoryReport&) const = default;
    static constexpr std::string_view kSchemaName = "HistoryReport";

    // `sums`: what the record moved, if it was accepted.
    void add(const Fate& fate, const RecordSums& sums);
};
SHOP_DESCRIBE(HistoryReport, dry_run, read, accepted, already_there, refused, sums, kinds)

// For people: a table of the kinds, under each what its records moved and why some were refused.
std::string text_of(const HistoryReport& report);

// What is wrong, in words: of its fields if it has any.
std::string reason_of(const Error& error);

}  // namespace shop::history
