// What only a log of brokers does; what every log must do is log_contract_test.cpp.
#include "events/kafka/kafka_log.hpp"

#include <atomic>
#include <catch2/catch.hpp>
#include <thread>

#include "tests/support/mock_kafka.hpp"

namespace shop {
namespace {

constexpr Partitions kPartitions{1, 3, 1};
constexpr Partition kFirst{Topic::kCommerce, 0};
constexpr std::size_t kAll = 1'000'000;

struct Shop {
    tests::MockKafka kafka{3, kPartitions};
    std::unique_ptr<KafkaLog> log = open();
    std::vector<AppendReport> reports;
    std::uint64_t ticket = 0;

    std::unique_ptr<KafkaLog> open() const {
        auto opened = KafkaLog::open(kafka.options());
        REQUIRE(opened);
        return std::move(*opened);
    }
    // The one report of an append of one entry.
    AppendReport append(KafkaLog& to, std::string bytes) {
        std::vector<AppendReport> told;
        to.set_listener([&](std::span<const AppendReport> all) {
            told.insert(told.end(), all.begin(), all.end());
        });
        AppendBatch batch{kFirst, std::move(bytes), {}};
        batch.ends.push_back(batch.bytes.size());
        to.append(++ticket, {&batch, 1});
        to.flush();
        to.set_listener({});
        REQUIRE(told.size() == 1);
        return told.front();
    }
};

TEST_CASE("brokers that say \"not now\" are asked again, and nothing is in doubt", "[kafka]") {
    Shop shop;
    REQUIRE(shop.append(*shop.log, "one").offset);
    shop.kafka.delay_appends(2);
    CHECK(shop.append(*shop.log, "two").offset == 1);
    CHECK(shop.log->end(kFirst) == 2);
}

TEST_CASE("what another process appended is there for whoever begins to read", "[kafka]") {
    Shop shop;
    const auto other = shop.open();
    REQUIRE(shop.append(*shop.log, "ours").offset);
    REQUIRE(shop.log->read(kFirst, 0, kAll, kAll)->size() == 1);
    const auto theirs = shop.append(*other, "theirs");
    REQUIRE(theirs.offset == 1);
    // From the beginning: the end is asked for. Behind the last one: it comes in its time.
    CHECK(shop.log->read(kFirst, 0, kAll, kAll)->size() == 2);
    // An own append that lands behind theirs makes sure that a reader sees theirs too.
    REQUIRE(shop.append(*shop.log, "ours again").offset == 2);
    const auto rest = shop.log->read(kFirst, 1, kAll, kAll);
    REQUIRE(rest->size() == 2);
    CHECK(rest->front().bytes == "theirs");
}

TEST_CASE("many readers of one partition do not disturb each other", "[kafka]") {
    Shop shop;
    for (int i = 0; i < 50; ++i) REQUIRE(shop.append(*shop.log, std::to_string(i)).offset == i);
    std::atomic<int> wrong = 0;
    std::vector<std::jthread> readers;
    for (int reader = 0; reader < 6; ++reader)
        readers.emplace_back([&, reader] {
            for (Offset at = reader; at < 50; ++at) {
                const auto found = shop.log->read(kFirst, at, 1, kAll);
                if (!found || found->size() != 1 || found->front().bytes != std::to_string(at))
                    ++wrong;
            }
        });
    readers.clear();
    CHECK(wrong == 0);
}

TEST_CASE("where a partition ends is asked of whoever leads it, though a dead broker did before",
          "[kafka]") {
    Shop shop;
    shop.kafka.move_leaders(Topic::kCommerce, 1);
    const auto other = shop.open();
    REQUIRE(shop.append(*other, "one").offset);
    REQUIRE(shop.log->end(kFirst) == 1);
    shop.kafka.set_down(1, true);
    // Whoever asks at once who leads is told the dead one, as real brokers tell for some seconds.
    std::this_thread::sleep_for(std::chrono::milliseconds(500));
    shop.kafka.move_leaders(Topic::kCommerce, 2);
    REQUIRE(shop.append(*other, "two").offset == 1);
    const auto end = shop.log->end(kFirst);
    INFO((end ? std::string() : end.error().message));
    CHECK(end == 2);
    CHECK(shop.log->read(kFirst, 0, kAll, kAll)->size() == 2);
}

TEST_CASE("a wrong setting of the connection is named, and its value is not", "[kafka]") {
    const tests::MockKafka kafka(1, kPartitions);
    for (const auto& [name, value] : kafka::Settings{{"sasl.pasword", "a secret"},
                                                     {"security.protocol", "a secret"},
                                                     {"enable.idempotence", "false"}}) {
        KafkaLogOptions options = kafka.options();
        options.settings = {{name, value}};
        const auto opened = KafkaLog::open(options);
        REQUIRE_FALSE(opened);
        CHECK(opened.error().code == ErrorCode::kInvalid);
        CHECK_THAT(opened.error().message, Catch::Contains(name));
        CHECK_THAT(opened.error().message, !Catch::Contains("a secret"));
    }
}

TEST_CASE("brokers that do not answer are named, with what was tried", "[kafka]") {
    KafkaLogOptions options;
    options.brokers = "127.0.0.1:1";
    options.topics_are = kafka::Topics::kAssumed;
    options.message_timeout_ms = 200;
    options.answer_timeout_ms = 200;
    const auto log = KafkaLog::open(options);
    REQUIRE(log);
    const auto end = (*log)->end(kFirst);
    REQUIRE_FALSE(end);
    CHECK(end.error().code == ErrorCode::kUnavailable);
    CHECK_THAT(end.error().message, Catch::Contains("127.0.0.1:1"));
    CHECK_THAT(end.error().message, Catch::Contains("commerce-0"));
}

}  // namespace
}  // namespace shop
