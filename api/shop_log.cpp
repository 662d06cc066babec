#include "api/shop_log.hpp"

#include <algorithm>

#include "api/admin_client.hpp"
#include "api/event_log.hpp"
#include "api/log_page.hpp"
#include "core/base/assert.hpp"
#include "core/json/decode.hpp"

namespace shop::api {
namespace {

template <class T>
Result<T> get(const AdminClient& shop, const std::string& target) {
    SHOP_TRY(body, shop.ask({.target = target}));
    return json::from_json<T>(body, json::Missing::kIsDefault);
}

// The log of a running shop, over its admin API. Nothing can be appended to it.
class RemoteLog final : public Log {
  public:
    RemoteLog(AdminClient shop, Partitions partitions)
        : shop_(std::move(shop)), partitions_(partitions) {}

    Partitions partitions() const override { return partitions_; }
    void set_listener(Listener) override { SHOP_ASSERT(false); }
    void append(std::uint64_t, std::span<const AppendBatch>) override { SHOP_ASSERT(false); }
    void flush() override {}
    Status recover() override { return {}; }

    Result<std::vector<StoredEntry>> read(Partition partition, Offset from, std::size_t entries_max,
                                          std::size_t) const override {
        const std::size_t limit = std::clamp<std::size_t>(entries_max, 1, kLogPageEntriesMax);
        SHOP_TRY(page, get<LogPage>(shop_, "/api/v1/admin/log/" + partition.to_string() + "?from=" +
                                               std::to_string(std::max<Offset>(from, 0)) +
                                               "&limit=" + std::to_string(limit)));
        std::vector<StoredEntry> entries;
        for (const LogPageEntry& entry : page.entries)
            entries.push_back({entry.offset, bytes_of(entry)});
        return entries;
    }

    Result<Offset> end(Partition partition) const override {
        SHOP_TRY(all, get<LogPartitions>(shop_, "/api/v1/admin/log"));
        for (const LogPartition& one : all.items)
            if (one.partition == partition.to_string()) return one.end;
        return 0;
    }

  private:
    const AdminClient shop_;
    const Partitions partitions_;
};

Partitions counts_of(const LogPartitions& all) {
    Partitions counts{0, 0, 0};
    for (const LogPartition& one : all.items) {
        const auto partition = Partition::parse(one.partition);
        if (!partition) continue;
        if (partition->topic == Topic::kCatalog) ++counts.catalog;
        if (partition->topic == Topic::kCommerce) ++counts.commerce;
        if (partition->topic == Topic::kClicks) ++counts.clicks;
    }
    return counts;
}

}  // namespace

Result<std::unique_ptr<Log>> open_shop_log(const std::filesystem::path& data) {
    auto shop = AdminClient::find(data);
    if (shop) {
        SHOP_TRY(all, get<LogPartitions>(*shop, "/api/v1/admin/log"));
        return std::make_unique<RemoteLog>(std::move(*shop), counts_of(all));
    }
    if (shop.error().type != "not-running") return std::unexpected(shop.error());
    SHOP_TRY(opened, open_event_log(data));
    return std::move(opened.log);
}

}  // namespace shop::api
