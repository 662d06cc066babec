// What every log must do (events/log.hpp), asked of each implementation. Nothing here relies on
// dense offsets or on being alone: a broker must pass it too, and what others append to one is
// asked of all that others can append to.
#include <algorithm>
#include <atomic>
#include <catch2/catch.hpp>
#include <functional>
#include <map>
#include <mutex>
#include <thread>

#include "events/log_reader.hpp"
#include "tests/events/log_subjects.hpp"
#include "tests/support/log_entries.hpp"

namespace shop {
namespace {

using tests::Failure;
using tests::LogSubject;

constexpr Partition kCatalog{Topic::kCatalog, 0};
constexpr Partition kFirst{Topic::kCommerce, 0};
constexpr Partition kSecond{Topic::kCommerce, 1};
constexpr std::size_t kAll = 1'000'000;

std::string entry(int n) {
    return R"({"an entry of the contract test, number":)" + std::to_string(n) + "}";
}

AppendBatch batch_of(Partition partition, const std::vector<std::string>& entries) {
    AppendBatch batch{partition, {}, {}};
    for (const std::string& bytes : entries) {
        batch.bytes += bytes;
        batch.ends.push_back(batch.bytes.size());
    }
    return batch;
}

// Appends to a subject's log and keeps what is reported.
class Appender {
  public:
    explicit Appender(LogSubject& subject) : subject_(subject) { listen(); }

    void listen() {
        subject_.log().set_listener([this](std::span<const AppendReport> reports) {
            const std::lock_guard lock(mutex_);
            for (const AppendReport& report : reports) reports_.push_back(report);
        });
    }
    // The reports of one append, all of them. Meanwhile: what happens while it is under way.
    std::vector<AppendReport> append(
        std::vector<AppendBatch> batches, const std::function<void()>& meanwhile = [] {}) {
        subject_.log().append(++ticket_, batches);
        meanwhile();
        for (AppendBatch& batch : batches) batch.bytes.assign(batch.bytes.size(), '!');
        subject_.log().flush();
        const std::lock_guard lock(mutex_);
        return std::exchange(reports_, {});
    }
    std::vector<AppendReport> append(Partition partition, const std::vector<std::string>& entries) {
        return append({batch_of(partition, entries)});
    }
    std::uint64_t ticket() const { return ticket_; }

  private:
    LogSubject& subject_;
    std::mutex mutex_;
    std::vector<AppendReport> reports_;
    std::uint64_t ticket_ = 0;
};

std::vector<std::string> bytes_of(const Log& log, Partition partition) {
    const auto entries = log.read(partition, 0, kAll, kAll);
    REQUIRE(entries);
    std::vector<std::string> all;
    for (const StoredEntry& stored : *entries) all.push_back(stored.bytes);
    return all;
}

// Runs `test` for each implementation, under its name.
template <class Test>
void for_each_log(Test test) {
    for (const auto& [name, make] : tests::log_subjects()) {
        DYNAMIC_SECTION(name) {
            const auto subject = make();
            Appender appender(*subject);
            test(*subject, appender);
        }
    }
}

TEST_CASE("a new log is empty", "[log]") {
    for_each_log([](LogSubject& subject, Appender&) {
        for (const Partition partition : subject.log().partitions().all()) {
            CHECK(subject.log().end(partition) == 0);
            CHECK(subject.log().read(partition, 0, kAll, kAll)->empty());
        }
    });
}

TEST_CASE("what was appended is read back as it was, where the report said", "[log]") {
    for_each_log([](LogSubject& subject, Appender& appender) {
        const auto reports =
            appender.append(kFirst, {entry(1), entry(2), std::string("\0\xff", 2)});
        REQUIRE(reports.size() == 1);
        CHECK(reports[0].partition == kFirst);
        CHECK(reports[0].ticket == appender.ticket());
        REQUIRE(reports[0].offset);
        const auto read = subject.log().read(kFirst, *reports[0].offset, kAll, kAll);
        REQUIRE(read);
        REQUIRE(read->size() == 3);
        CHECK(read->at(0).offset == *reports[0].offset);
        CHECK(read->at(1).offset == *reports[0].offset + 1);
        CHECK(read->at(0).bytes == entry(1));
        CHECK(read->at(2).bytes == std::string("\0\xff", 2));
        CHECK(subject.log().end(kFirst) == read->at(2).offset + 1);
    });
}

TEST_CASE("each appended entry is reported once, and entries keep their order", "[log]") {
    for_each_log([](LogSubject& subject, Appender& appender) {
        std::vector<std::string> expected;
        Offset last = -1;
        for (int call = 0; call < 20; ++call) {
            std::vector<std::string> entries;
            for (int i = 0; i <= call % 3; ++i) entries.push_back(entry(call * 10 + i));
            std::size_t reported = 0;
            for (const AppendReport& report : appender.append(kFirst, entries)) {
                CHECK(report.first == reported);
                reported += report.count;
                REQUIRE(report.offset);
                CHECK(*report.offset > last);
                last = *report.offset + static_cast<Offset>(report.count) - 1;
            }
            CHECK(reported == entries.size());
            expected.insert(expected.end(), entries.begin(), entries.end());
        }
        CHECK(bytes_of(subject.log(), kFirst) == expected);
    });
}

TEST_CASE("the partitions of one call do not mix", "[log]") {
    for_each_log([](LogSubject& subject, Appender& appender) {
        const auto reports =
            appender.append({batch_of(kFirst, {entry(1), entry(2)}), batch_of(kCatalog, {}),
                             batch_of(kSecond, {entry(3)})});
        std::map<Partition, std::size_t> counts;
        for (const AppendReport& report : reports) counts[report.partition] += report.count;
        CHECK(counts == std::map<Partition, std::size_t>{{kFirst, 2}, {kSecond, 1}});
        CHECK(bytes_of(subject.log(), kFirst) == std::vector{entry(1), entry(2)});
        CHECK(bytes_of(subject.log(), kSecond) == std::vector{entry(3)});
        CHECK(bytes_of(subject.log(), kCatalog).empty());
    });
}

TEST_CASE("a read gives at most what was asked for, and at least one entry", "[log]") {
    for_each_log([](LogSubject& subject, Appender& appender) {
        appender.append(kFirst, {entry(1), entry(2), entry(3)});
        const Log& log = subject.log();
        CHECK(log.read(kFirst, 0, 2, kAll)->size() == 2);
        CHECK(log.read(kFirst, 0, kAll, 1)->size() == 1);
        CHECK(log.read(kFirst, 0, kAll, 2 * entry(1).size())->size() == 2);
        const auto from_second =
            log.read(kFirst, log.read(kFirst, 0, kAll, kAll)->at(1).offset, 1, 1);
        CHECK(from_second->at(0).bytes == entry(2));
        CHECK(log.read(kFirst, *log.end(kFirst), kAll, kAll)->empty());
        CHECK(log.read(kFirst, *log.end(kFirst) + 100, kAll, kAll)->empty());
    });
}

// The entry at an offset.
std::string bytes_at(const Log& log, Partition partition, Offset offset) {
    const auto entries = log.read(partition, offset, 1, 1);
    REQUIRE(entries);
    REQUIRE(entries->size() == 1);
    CHECK(entries->front().offset == offset);
    return entries->front().bytes;
}

TEST_CASE("entries of others may stand between: reports tell where the own ones are", "[log]") {
    for_each_log([](LogSubject& subject, Appender& appender) {
        if (!subject.is_shared()) return;
        std::vector<std::string> own;
        Offset last = -1;
        for (int n = 0; n < 20; n += 2) {
            own.push_back(entry(n));
            own.push_back(entry(n + 1));
            const std::vector batches{batch_of(kFirst, {entry(n), entry(n + 1)})};
            const auto between = [&] { subject.insert(kFirst, "foreign " + std::to_string(n)); };
            const auto reports = appender.append(batches, between);
            std::size_t reported = 0;
            for (const AppendReport& report : reports) {
                REQUIRE(report.offset);
                CHECK(*report.offset > last);
                for (std::size_t i = 0; i < report.count; ++i) {
                    last = *report.offset + static_cast<Offset>(i);
                    CHECK(bytes_at(subject.log(), kFirst, last) ==
                          own.at(own.size() - 2 + reported));
                    ++reported;
                }
            }
            CHECK(reported == 2);
        }
        auto all = bytes_of(subject.log(), kFirst);
        CHECK(std::erase_if(all, [](const auto& bytes) { return bytes.starts_with("foreign"); }) ==
              10);
        CHECK(all == own);
    });
}

TEST_CASE("whoever was followed by another writer's claim is void to every reader", "[log]") {
    for_each_log([](LogSubject& subject, Appender& appender) {
        if (!subject.is_shared()) return;
        const auto stream = CartId::derive({"a cart"});
        appender.append(kFirst, {tests::claim_entry(1), tests::record_entry(1, 1, stream)});
        subject.insert(kFirst, "of a stranger");
        appender.append(kFirst, {tests::record_entry(1, 2, stream)});
        subject.insert(kFirst, tests::claim_entry(2));
        appender.append(kFirst, {tests::record_entry(1, 3, stream), tests::claim_entry(1)});
        subject.insert(kFirst, tests::record_entry(2, 1, stream));
        LogReader reader(subject.log(), kFirst);
        const auto entries = reader.read_all();
        REQUIRE(entries);
        std::vector<Verdict> verdicts;
        for (const LogEntry& each : *entries) verdicts.push_back(each.verdict);
        CHECK(verdicts == std::vector{Verdict::kClaim, Verdict::kRecord, Verdict::kForeign,
                                      Verdict::kRecord, Verdict::kClaim, Verdict::kStaleTerm,
                                      Verdict::kStaleClaim, Verdict::kRecord});
    });
}

TEST_CASE("an entry of 900 KB passes", "[log]") {
    for_each_log([](LogSubject& subject, Appender& appender) {
        const std::string large(900'000, 'x');
        REQUIRE(appender.append(kFirst, {large, entry(2)}).at(0).offset);
        CHECK(bytes_of(subject.log(), kFirst) == std::vector{large, entry(2)});
    });
}

TEST_CASE("what was appended is there after a restart, and the log goes on behind it", "[log]") {
    for_each_log([](LogSubject& subject, Appender& appender) {
        appender.append(kFirst, {entry(1), entry(2)});
        const auto end = *subject.log().end(kFirst);
        subject.reopen();
        appender.listen();
        CHECK(subject.log().end(kFirst) == end);
        CHECK(*appender.append(kFirst, {entry(3)}).at(0).offset >= end);
        CHECK(bytes_of(subject.log(), kFirst) == std::vector{entry(1), entry(2), entry(3)});
    });
}

TEST_CASE("while entries are appended, readers see a beginning of them", "[log]") {
    for_each_log([](LogSubject& subject, Appender& appender) {
        std::atomic<bool> done = false;
        std::atomic<bool> wrong = false;
        std::thread reader([&] {
            while (!done) {
                const auto read = subject.log().read(kFirst, 0, kAll, kAll);
                if (!read) wrong = true;
                for (std::size_t i = 0; read && i < read->size(); ++i)
                    if (read->at(i).bytes != entry(static_cast<int>(i))) wrong = true;
            }
        });
        for (int i = 0; i < 200; i += 2) appender.append(kFirst, {entry(i), entry(i + 1)});
        done = true;
        reader.join();
        CHECK_FALSE(wrong);
        CHECK(bytes_of(subject.log(), kFirst).size() == 200);
    });
}

TEST_CASE("recovering a healthy log changes nothing", "[log]") {
    for_each_log([](LogSubject& subject, Appender& appender) {
        appender.append(kFirst, {entry(1)});
        REQUIRE(subject.log().recover());
        REQUIRE(appender.append(kFirst, {entry(2)}).at(0).offset);
        CHECK(bytes_of(subject.log(), kFirst) == std::vector{entry(1), entry(2)});
    });
}

TEST_CASE("a failed append is in doubt: what is there of it is in order, and the log goes on",
          "[log]") {
    const auto failure = GENERATE(Failure::kNothingLands, Failure::kLandsUnconfirmed);
    for_each_log([&](LogSubject& subject, Appender& appender) {
        if (!subject.can_fail()) return;
        appender.append(kFirst, {entry(1)});
        subject.fail_next_append(failure);
        const auto reports = appender.append(kFirst, {entry(2), entry(3)});
        std::size_t reported = 0;
        std::vector<std::string> confirmed{entry(1)};
        for (const AppendReport& report : reports) {
            if (!report.offset) CHECK(report.offset.error().code == ErrorCode::kUnavailable);
            for (std::size_t i = report.first; report.offset && i < report.first + report.count;
                 ++i)
                confirmed.push_back(entry(static_cast<int>(i) + 2));
            reported += report.count;
        }
        CHECK(reported == 2);
        REQUIRE(confirmed.size() < 3);

        subject.heal();
        REQUIRE(subject.log().recover());
        const auto after = bytes_of(subject.log(), kFirst);
        const std::vector all{entry(1), entry(2), entry(3)};
        CHECK(std::ranges::includes(all, after));
        CHECK(std::ranges::includes(after, confirmed));

        const auto next = appender.append(kFirst, {entry(4)});
        REQUIRE(next.at(0).offset);
        const auto read = subject.log().read(kFirst, *next[0].offset, 1, kAll);
        CHECK(read->at(0).bytes == entry(4));
        CHECK(bytes_of(subject.log(), kFirst).size() == after.size() + 1);
    });
}

TEST_CASE("damaged bytes are never read as an entry, and the place is named", "[log]") {
    for_each_log([](LogSubject& subject, Appender& appender) {
        if (!subject.can_damage()) return;
        appender.append(kFirst,
                        {entry(1), "words that stand nowhere else in this log, to be found"});
        appender.append(kFirst, std::vector(100, std::string(1'000, 'x')));
        appender.append(kSecond, {entry(3)});
        subject.damage(kFirst, 1);
        const auto read = subject.log().read(kFirst, 1, kAll, kAll);
        REQUIRE_FALSE(read);
        CHECK(read.error().code == ErrorCode::kCorrupt);
        CHECK_THAT(read.error().message, Catch::Contains("commerce-0:1"));
        CHECK_THAT(read.error().message, Catch::Contains("backup"));
        CHECK(bytes_of(subject.log(), kSecond) == std::vector{entry(3)});
    });
}

}  // namespace
}  // namespace shop
