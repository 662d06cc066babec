// Announcements and membership, on librdkafka's mock brokers and, if there is one, a real broker.
#include <catch2/catch.hpp>
#include <chrono>
#include <map>
#include <mutex>
#include <set>
#include <thread>

#include "events/kafka/kafka_announcements.hpp"
#include "events/kafka/kafka_membership.hpp"
#include "tests/support/mock_kafka.hpp"

namespace shop::tests {
namespace {

constexpr Partitions kPartitions{.catalog = 1, .commerce = 4, .clicks = 1};

bool comes_true(const std::function<bool()>& holds) {
    for (int turn = 0; turn < 4'000; ++turn) {
        if (holds()) return true;
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return false;
}

// What one process has heard.
class Heard {
  public:
    Announcements::Hear hear() {
        return [this](const Owner& owner) {
            const std::lock_guard lock(mutex_);
            owners_[owner.partition] = owner;
        };
    }
    std::optional<Owner> of(Partition partition) const {
        const std::lock_guard lock(mutex_);
        const auto at = owners_.find(partition);
        return at == owners_.end() ? std::nullopt : std::optional(at->second);
    }

  private:
    mutable std::mutex mutex_;
    std::map<Partition, Owner> owners_;
};

void check_announcements(const OfficeTopicOptions& options) {
    const Owner first{{Topic::kCatalog, 0}, 3, "10.0.0.1:9000"};
    const Owner second{{Topic::kCommerce, 2}, 7, "10.0.0.2:9000"};
    Heard here;
    Heard there;
    const auto one = open_kafka_announcements(options, here.hear());
    REQUIRE(one);
    const auto other = open_kafka_announcements(options, there.hear());
    REQUIRE(other);
    (*one)->announce(first);
    (*other)->announce(second);
    CHECK(comes_true([&] { return there.of(first.partition) == first; }));
    CHECK(comes_true([&] { return here.of(second.partition) == second; }));
    CHECK(comes_true([&] { return here.of(first.partition) == first; }));
    Heard late;
    const auto latecomer = open_kafka_announcements(options, late.hear());
    REQUIRE(latecomer);
    CHECK(late.of(first.partition) == first);  // before it returned
    CHECK(late.of(second.partition) == second);
}

class Asked final : public Membership::Listener {
  public:
    void take(std::span<const Partition> partitions) override {
        const std::lock_guard lock(mutex_);
        asked_.insert(partitions.begin(), partitions.end());
    }
    void leave(std::span<const Partition> partitions) override {
        const std::lock_guard lock(mutex_);
        for (const Partition& each : partitions) asked_.erase(each);
    }
    void lose(std::span<const Partition> partitions) override { leave(partitions); }
    std::set<Partition> all() const {
        const std::lock_guard lock(mutex_);
        return asked_;
    }

  private:
    mutable std::mutex mutex_;
    std::set<Partition> asked_;
};

bool share_all(const std::vector<const Asked*>& processes) {
    std::set<Partition> all;
    std::size_t sum = 0;
    for (const Asked* process : processes) {
        const auto asked = process->all();
        if (asked.empty()) return false;
        sum += asked.size();
        all.insert(asked.begin(), asked.end());
    }
    return sum == all.size() && all.size() == offices_of(kPartitions).size();
}

void check_membership(const OfficeTopicOptions& options) {
    Asked here;
    Asked there;
    const auto one = make_kafka_membership(options);
    const auto other = make_kafka_membership(options);
    REQUIRE(one->join(here));
    CHECK(comes_true([&] { return share_all({&here}); }));
    REQUIRE(other->join(there));
    CHECK(comes_true([&] { return share_all({&here, &there}); }));
    one->quit();
    CHECK(here.all().empty());
    CHECK(comes_true([&] { return share_all({&there}); }));
    other->quit();
    CHECK(there.all().empty());
}

// Two at a time, so that one of them leads the group and shares out.
void check_early_ends(const OfficeTopicOptions& options) {
    for (int turn = 0; turn < 12; ++turn) {
        Asked here;
        Asked there;
        const auto one = make_kafka_membership(options);
        const auto other = make_kafka_membership(options);
        REQUIRE(one->join(here));
        REQUIRE(other->join(there));
        std::this_thread::sleep_for(std::chrono::milliseconds(40 * turn));
        one->quit();
        other->quit();
        CHECK(here.all().empty());
        CHECK(there.all().empty());
    }
}

OfficeTopicOptions mock_options(const MockKafka& kafka) {
    const KafkaLogOptions log = kafka.options();
    return {.brokers = log.brokers, .partitions = kPartitions, .prepares_topic = false};
}

std::optional<OfficeTopicOptions> real_options(std::string prefix) {
    const char* brokers = std::getenv("SHOPVERSE_TEST_KAFKA");
    if (brokers == nullptr || *brokers == '\0') return std::nullopt;
    const auto now = std::chrono::system_clock::now().time_since_epoch().count();
    return OfficeTopicOptions{.brokers = brokers,
                              .topics = {.prefix = prefix + std::to_string(now)},
                              .partitions = kPartitions};
}

TEST_CASE("who is in office is heard by all, and by whoever comes later: mock brokers",
          "[kafka][offices]") {
    const MockKafka kafka(1, kPartitions);
    check_announcements(mock_options(kafka));
}

TEST_CASE("who is in office is heard by all, and by whoever comes later: a real broker",
          "[kafka][offices]") {
    if (const auto options = real_options("announced")) check_announcements(*options);
}

TEST_CASE("each partition is asked of one process, whoever comes and goes: mock brokers",
          "[kafka][offices][slow]") {
    const MockKafka kafka(1, kPartitions);
    check_membership(mock_options(kafka));
}

TEST_CASE("each partition is asked of one process, whoever comes and goes: a real broker",
          "[kafka][offices]") {
    const auto options = real_options("shared");
    if (!options) return;
    Heard heard;
    REQUIRE(open_kafka_announcements(*options, heard.hear()));  // makes the topic
    check_membership(*options);
}

TEST_CASE("a fixed membership asks for its partitions until it quits") {
    Asked asked;
    FixedMembership membership({{Topic::kCatalog, 0}, {Topic::kCommerce, 3}});
    REQUIRE(membership.join(asked));
    CHECK(asked.all() == std::set<Partition>{{Topic::kCatalog, 0}, {Topic::kCommerce, 3}});
    membership.quit();
    CHECK(asked.all().empty());
}

TEST_CASE("a process may end while the group shares out: mock brokers", "[kafka][offices][slow]") {
    const MockKafka kafka(1, kPartitions);
    check_early_ends(mock_options(kafka));
}

TEST_CASE("a process may end while the group shares out: a real broker", "[kafka][offices]") {
    const auto options = real_options("ends");
    if (!options) return;
    Heard heard;
    REQUIRE(open_kafka_announcements(*options, heard.hear()));  // makes the topic
    check_early_ends(*options);
}

TEST_CASE("a process may end though the group never shared out to it: mock brokers",
          "[kafka][offices][slow]") {
    MockKafka kafka(1, kPartitions);
    kafka.refuse_shares(10'000);
    Asked asked;
    const auto membership = make_kafka_membership(mock_options(kafka));
    REQUIRE(membership->join(asked));
    std::this_thread::sleep_for(std::chrono::seconds(4));  // mock brokers gather members for 3
    membership->quit();
    CHECK(asked.all().empty());
}

}  // namespace
}  // namespace shop::tests
