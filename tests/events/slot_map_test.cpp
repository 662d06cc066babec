// Where streams live (events/slot_map).
#include "events/slot_map.hpp"

#include <catch2/catch.hpp>
#include <set>

namespace shop {
namespace {

const Partitions kEight{1, 8, 8};

TEST_CASE("products, categories and settings live in the catalog, everything else in commerce") {
    const SlotMap map(kEight);
    const IdBody body = derive_body(Slot{13}, {"x"});
    for (std::size_t i = 0; i < kStreamPrefixes.size(); ++i) {
        const StreamId id(static_cast<StreamKind>(i), body);
        const std::string_view prefix = kStreamPrefixes[i].view();
        const bool catalog = prefix == "prd" || prefix == "cat" || prefix == "set";
        CHECK(map.partition_of(id) ==
              (catalog ? Partition{Topic::kCatalog, 0} : Partition{Topic::kCommerce, 5}));
    }
}

TEST_CASE("of several catalog partitions, one has the whole tree of categories") {
    const SlotMap map({3, 8, 8});
    std::set<Partition> products;
    for (std::uint16_t slot = 0; slot < 30; ++slot) {
        CHECK(map.partition_of(CategoryId::derive(Slot{slot}, {"x"})) ==
              Partition{Topic::kCatalog, 0});
        products.insert(map.partition_of(ProductId::derive(Slot{slot}, {"x"})));
    }
    CHECK(products.size() == 3);
}

TEST_CASE("slots are spread evenly over partitions") {
    const SlotMap map(kEight);
    std::vector<int> streams(8);
    for (std::uint16_t slot = 0; slot < kSlotCount; ++slot)
        ++streams[map.partition_of(CartId::derive(Slot{slot}, {"x"})).number];
    CHECK(streams == std::vector<int>(8, 128));
    for (const Partition partition : kEight.all())
        if (partition.topic == Topic::kCommerce)
            CHECK(map.partition_of(SeriesId::derive(map.slot_on(partition), {"orders"})) ==
                  partition);
}

TEST_CASE("the map never changes: its fingerprint is stored in every log") {
    CHECK(SlotMap(kEight).fingerprint() == "570e6ec88885932517b5f492a4deca18");
    std::set<std::string> fingerprints;
    for (const Partitions& partitions :
         {kEight, Partitions{2, 8, 8}, Partitions{1, 9, 8}, Partitions{1, 8, 1}})
        fingerprints.insert(SlotMap(partitions).fingerprint());
    CHECK(fingerprints.size() == 4);
}

TEST_CASE("a program with another map, or an older one, refuses the log by name") {
    const LogIdentity ours{LogId::derive({"a"}), kEight, SlotMap(kEight).fingerprint()};
    Claim claim{{1, "a"}, Time{}, "", 1, ours};
    CHECK(require_same_log(ours, claim));
    claim.log.partitions.commerce = 16;
    CHECK(require_same_log(ours, claim).error().type == "other-log");
    claim.log = ours;
    claim.log.slot_map = "other";
    CHECK(require_same_log(ours, claim).error().type == "other-log");
    claim.log = ours;
    claim.log.id = LogId::derive({"b"});
    CHECK(require_same_log(ours, claim).error().type == "other-log");
    CHECK(require_readable(1, 1));
    CHECK(require_readable(2, 1).error().type == "newer-log");
}

}  // namespace
}  // namespace shop
