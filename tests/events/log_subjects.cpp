#include "tests/events/log_subjects.hpp"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>

#include "events/kafka/kafka_log.hpp"
#include "events/memory/memory_log.hpp"
#include "events/rocksdb/rocksdb_log.hpp"
#include "tests/support/failing_disk.hpp"
#include "tests/support/mock_kafka.hpp"
#include "tests/support/temp_folder.hpp"

#if defined(__has_feature)
#define SHOP_THREAD_SANITIZER __has_feature(thread_sanitizer)
#else
#define SHOP_THREAD_SANITIZER 0
#endif

namespace shop::tests {
namespace {

class MemorySubject final : public LogSubject {
  public:
    MemorySubject(MemoryLog::Delivery delivery, MemoryLogStyle style)
        : log_(kContractPartitions, delivery, style) {}
    Log& log() override { return log_; }
    void reopen() override {
        log_.flush();
        log_.power_cut(0);
    }
    void fail_next_append(Failure failure) override {
        log_.set_fates([failure, failed = false](std::uint64_t, const AppendBatch&) mutable {
            if (std::exchange(failed, true)) return Fate{};
            return Fate{.lands = failure == Failure::kNothingLands ? 0 : 1,
                        .reported_failed = true};
        });
    }
    bool is_shared() const override { return true; }
    void insert(Partition partition, const std::string& entry) override {
        log_.insert(partition, entry);
    }
    void damage(Partition partition, Offset offset) override { log_.damage(partition, offset); }

  private:
    MemoryLog log_;
};

// Changes one bit in the file if it holds these bytes; how many it changed. In place, for a broker
// has the file open.
std::size_t damage_file(const std::filesystem::path& path, const std::string& needle) {
    std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
    const std::string bytes{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    const std::size_t at = bytes.find(needle);
    if (at == std::string::npos) return 0;
    file.clear();
    file.seekp(static_cast<std::streamoff>(at) + 3);
    file.put(static_cast<char>(bytes[at + 3] ^ 1));
    return 1;
}

class RocksDbSubject final : public LogSubject {
  public:
    RocksDbSubject() { open(); }
    ~RocksDbSubject() override { log_.reset(); }
    Log& log() override { return *log_; }
    void reopen() override { open(); }
    void fail_next_append(Failure failure) override {
        if (failure == Failure::kNothingLands)
            disk_.fail_next_write();
        else
            disk_.fail_next_sync();
    }
    // Opening writes what there is into tables; the entry's bytes are found and changed there.
    void damage(Partition partition, Offset offset) override {
        const auto entries = log_->read(partition, offset, 1, 1);
        REQUIRE(entries);
        const std::string needle = entries->at(0).bytes.substr(0, 32);
        open();
        log_.reset();
        std::size_t changed = 0;
        for (const auto& file : std::filesystem::directory_iterator(folder_.path / "log"))
            if (file.path().extension() == ".sst") changed += damage_file(file.path(), needle);
        REQUIRE(changed == 1);
        open();
    }

  private:
    void open() {
        log_.reset();
        auto opened = RocksDbLog::open({.folder = folder_.path / "log",
                                        .partitions = kContractPartitions,
                                        .env = disk_.env()});
        REQUIRE(opened);
        log_ = std::move(*opened);
    }

    TempFolder folder_;
    FailingDisk disk_;
    std::unique_ptr<RocksDbLog> log_;
};

class MockKafkaSubject final : public LogSubject {
  public:
    explicit MockKafkaSubject(int brokers) : kafka_(brokers, kContractPartitions) { open(); }
    Log& log() override { return *log_; }
    void reopen() override { open(); }
    void fail_next_append(Failure failure) override {
        if (failure == Failure::kNothingLands)
            kafka_.refuse_appends(1);
        else
            kafka_.lose_answers(true);
    }
    void heal() override { kafka_.lose_answers(false); }
    bool is_shared() const override { return true; }
    void insert(Partition partition, const std::string& entry) override {
        if (!other_) other_ = open_one();
        const std::vector batches{AppendBatch{partition, entry, {entry.size()}}};
        other_->append(++others_, batches);
        other_->flush();
    }
    bool can_damage() const override { return false; }  // its entries are in memory
    void damage(Partition, Offset) override {}

  private:
    void open() {
        log_.reset();
        log_ = open_one();
    }
    std::unique_ptr<KafkaLog> open_one() {
        auto opened = KafkaLog::open(kafka_.options());
        REQUIRE(opened);
        return std::move(*opened);
    }

    MockKafka kafka_;
    std::unique_ptr<KafkaLog> log_;
    std::unique_ptr<KafkaLog> other_;  // another process's
    std::uint64_t others_ = 0;
};

// Topics of its own in real brokers. What fails there is shown end to end.
class KafkaSubject final : public LogSubject {
  public:
    KafkaSubject(std::string brokers, std::filesystem::path files) : files_(std::move(files)) {
        options_.brokers = std::move(brokers);
        options_.topics.prefix = "contract-" + std::to_string(std::random_device{}());
        options_.partitions = kContractPartitions;
        open();
    }
    Log& log() override { return *log_; }
    void reopen() override { open(); }
    bool can_fail() const override { return false; }
    void fail_next_append(Failure) override {}
    bool can_damage() const override { return !files_.empty(); }
    void damage(Partition partition, Offset offset) override {
        const auto entries = log_->read(partition, offset, 1, 1);
        REQUIRE(entries);
        const std::string needle = entries->at(0).bytes.substr(0, 32);
        const std::string folder =
            options_.topics.of(partition.topic) + "-" + std::to_string(partition.number);
        std::size_t changed = 0;
        for (const auto& file : std::filesystem::recursive_directory_iterator(files_))
            if (file.path().extension() == ".log" && file.path().parent_path().filename() == folder)
                changed += damage_file(file.path(), needle);
        REQUIRE(changed == 1);
        open();
    }

  private:
    void open() {
        log_.reset();
        auto opened = KafkaLog::open(options_);
        REQUIRE(opened);
        log_ = std::move(*opened);
    }

    const std::filesystem::path files_;
    KafkaLogOptions options_;
    std::unique_ptr<KafkaLog> log_;
};

std::string environment(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? "" : value;
}

template <class Subject, class... Args>
NamedLogSubject named(std::string name, Args... args) {
    return {std::move(name), [args...] { return std::make_unique<Subject>(args...); }};
}

}  // namespace

std::vector<NamedLogSubject> log_subjects() {
    using Delivery = MemoryLog::Delivery;
    std::vector<NamedLogSubject> subjects = {
        named<MemorySubject>("memory, at once", Delivery::kInside, MemoryLogStyle::kDisk),
        named<MemorySubject>("memory, by steps", Delivery::kManual, MemoryLogStyle::kBroker),
        named<MemorySubject>("memory, a thread", Delivery::kThread, MemoryLogStyle::kBroker),
        named<RocksDbSubject>("rocksdb"),
    };
    // librdkafka starts its threads by thrd_create, of which the thread sanitizer hears nothing.
    if (SHOP_THREAD_SANITIZER) return subjects;
    subjects.push_back(named<MockKafkaSubject>("kafka, mock brokers", 3));
    if (const std::string brokers = environment("SHOPVERSE_TEST_KAFKA"); !brokers.empty())
        subjects.push_back(named<KafkaSubject>(
            "kafka", brokers, std::filesystem::path(environment("SHOPVERSE_TEST_KAFKA_DATA"))));
    return subjects;
}

}  // namespace shop::tests
