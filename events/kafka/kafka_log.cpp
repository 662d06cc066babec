#include "events/kafka/kafka_log.hpp"

#include "events/kafka/producer.hpp"
#include "events/kafka/reader.hpp"

namespace shop {
namespace {

// Each partition is a request of its own, which costs a broker the same whether it brings one entry
// or ten (bench/README.md).
constexpr Duration kPause{400};

class KafkaLogImpl final : public KafkaLog {
  public:
    KafkaLogImpl(Partitions partitions, std::unique_ptr<kafka::Reader> reader,
                 std::unique_ptr<kafka::Producer> producer)
        : partitions_(partitions), reader_(std::move(reader)), producer_(std::move(producer)) {}
    ~KafkaLogImpl() override { producer_->set_listener({}); }

    Partitions partitions() const override { return partitions_; }

    // What is acknowledged can be read: a read that comes later waits for it.
    void set_listener(Listener listener) override {
        producer_->set_listener([reader = reader_.get(), listener = std::move(listener)](
                                    std::span<const AppendReport> reports) mutable {
            for (const AppendReport& report : reports)
                if (report.offset)
                    reader->learn_end(report.partition,
                                      *report.offset + static_cast<Offset>(report.count));
            listener(reports);
        });
    }

    void append(std::uint64_t ticket, std::span<const AppendBatch> batches) override {
        producer_->append(ticket, batches);
        reader_->rest();
    }
    Duration pause() const override { return kPause; }
    void flush() override { producer_->flush(); }
    Status recover() override { return producer_->recover(); }

    Result<std::vector<StoredEntry>> read(Partition partition, Offset from, std::size_t entries_max,
                                          std::size_t bytes_max) const override {
        return reader_->read(partition, from, entries_max, bytes_max);
    }
    Result<Offset> end(Partition partition) const override { return reader_->end(partition); }

  private:
    const Partitions partitions_;
    const std::unique_ptr<kafka::Reader> reader_;
    const std::unique_ptr<kafka::Producer> producer_;  // ends first: it tells the reader
};

}  // namespace

Result<std::unique_ptr<KafkaLog>> KafkaLog::open(const KafkaLogOptions& options) {
    SHOP_TRY(producer, kafka::Producer::make({.brokers = options.brokers,
                                              .topics = options.topics,
                                              .settings = options.settings,
                                              .message_timeout_ms = options.message_timeout_ms}));
    Partitions partitions = options.partitions;
    if (options.topics_are == kafka::Topics::kMade) {
        SHOP_TRY(prepared,
                 kafka::prepare_topics(producer->client(), options.topics, options.partitions));
        partitions = prepared;
    } else if (options.topics_are == kafka::Topics::kFound) {
        SHOP_TRY(found, kafka::find_topics(producer->client(), options.topics));
        partitions = found;
    }
    SHOP_TRY(reader, kafka::Reader::make({.brokers = options.brokers,
                                          .topics = options.topics,
                                          .settings = options.settings,
                                          .answer_timeout_ms = options.answer_timeout_ms}));
    return std::make_unique<KafkaLogImpl>(partitions, std::move(reader), std::move(producer));
}

}  // namespace shop
