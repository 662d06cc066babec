#include "api/erase_keys.hpp"

#include <unordered_set>

namespace shop::api {

Counter& damaged_keys(Metrics& metrics) {
    return metrics.counter("shopverse_damaged_keys_total",
                           "Keys that were to be destroyed and are damaged: look at the disk.");
}

namespace {

// The key is listed: should a backup's copy of it be put back, the next start destroys it.
void tell_damaged(const ErasingParts& parts, std::string_view whose, const std::string& key) {
    damaged_keys(parts.metrics).add();
    parts.log.warn(
        "A key that was to be destroyed is damaged, and was left as it is. Nobody can read what "
        "is sealed under it, so nothing has to be done for the person; but look at the disk.",
        {{"shop.stream", whose}, {"shop.key", key}});
}

std::string name_of(const Erasure& erasure) {
    return erasure.customer.is_empty() ? "" : erasure.customer.to_string();
}

std::string name_of(const ExpiringStream& expiring) {
    return expiring.stream.to_string();
}

template <class Owner>
void tell_damaged(const ErasingParts& parts, std::span<const Owner> owners,
                  const std::vector<std::string>& damaged) {
    if (damaged.empty()) return;
    const std::unordered_set<std::string> keys(damaged.begin(), damaged.end());
    for (const Owner& owner : owners)
        for (const std::string& key : owner.keys)
            if (keys.contains(key)) tell_damaged(parts, name_of(owner), key);
}

}  // namespace

void tell_copies(const ErasingParts& parts, std::span<const std::filesystem::path> failed) {
    for (const auto& folder : failed)
        parts.log.warn(
            "The list of erasures could not be copied; a backup there, if it is "
            "restored, must be given the shop's own list.",
            {{"file.path", folder.string()}});
}

Status erase_keys(const ErasingParts& parts, std::span<const Erasure> erasures) {
    SHOP_TRY(done, carry_out(parts.list, parts.keys, erasures));
    tell_copies(parts, done.failed_copies);
    tell_damaged(parts, erasures, done.damaged_keys);
    return {};
}

Status erase_keys(const ErasingParts& parts, std::span<const ExpiringStream> expiring, Time now) {
    std::vector<std::string> keys;
    for (const ExpiringStream& each : expiring)
        keys.insert(keys.end(), each.keys.begin(), each.keys.end());
    SHOP_TRY(done, carry_out_expired(parts.list, parts.keys, keys, now));
    tell_copies(parts, done.failed_copies);
    tell_damaged(parts, expiring, done.damaged_keys);
    return {};
}

Status destroy_again(const ErasingParts& parts, std::span<const Erasure> erasures) {
    SHOP_TRY(damaged, destroy_keys(parts.keys, erasures));
    tell_damaged(parts, erasures, damaged);
    return {};
}

}  // namespace shop::api
