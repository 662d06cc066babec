#include "tests/support/shop_log.hpp"

#include "events/schema_level.hpp"

namespace shop::tests {
namespace {

const Term kTerm{1, "writer"};
constexpr std::int64_t kStart = 1'700'000'000'000'000;

}  // namespace

ShopLog::ShopLog(Partitions partitions) : slots_(partitions), log_(partitions) {}

Position ShopLog::put(Partition partition, std::string bytes) {
    const Offset offset = log_.insert(partition, bytes);
    entries_.push_back({partition, std::move(bytes)});
    return {partition, offset};
}

ShopLog::Writer& ShopLog::writer_of(Partition partition) {
    const auto [at, fresh] = writers_.try_emplace(partition);
    if (fresh) {
        std::string claim;
        append_claim(claim,
                     {kTerm,
                      Time{kStart},
                      "here",
                      schema_level(),
                      {LogId::derive({"a log"}), slots_.partitions(), slots_.fingerprint()}});
        put(partition, std::move(claim));
    }
    return at->second;
}

Position ShopLog::add(std::vector<Happened> events) {
    const Partition partition = slots_.partition_of(events.front().stream);
    return put(partition, next_record(partition, std::move(events)));
}

Position ShopLog::add_unreadable(StreamId stream) {
    const Partition partition = slots_.partition_of(stream);
    std::string bytes = next_record(partition, {{stream, order::Canceled{}}});
    constexpr std::string_view kType = order::Canceled::kType;
    bytes.replace(bytes.find(kType), kType.size(), "order.untold_of");
    return put(partition, std::move(bytes));
}

std::string ShopLog::next_record(Partition partition, std::vector<Happened> events) {
    Writer& writer = writer_of(partition);
    Record record;
    record.term = kTerm;
    record.seq = ++writer.seq;
    record.time = Time{kStart + 1'000 * ++records_};
    record.command.type = "Test";
    for (Happened& event : events) {
        SHOP_ASSERT(slots_.partition_of(event.stream) == partition);
        record.events.push_back(
            {event.stream, ++versions_[event.stream], std::nullopt, std::move(event.data)});
    }
    std::string bytes;
    append_record(bytes, record);
    return bytes;
}

}  // namespace shop::tests
