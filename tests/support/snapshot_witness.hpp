// What a test was told of snapshots.
#pragma once

#include <string>
#include <vector>

#include "events/snapshots/snapshot_witness.hpp"

namespace shop::tests {

struct ToldOfSnapshots final : SnapshotWitness {
    std::vector<SnapshotKey> written;
    std::vector<SnapshotKey> restored;
    std::vector<std::string> failed;       // by their error's type
    std::vector<std::string> passed_over;  // likewise

    void on_written(const SnapshotKey& key, const SnapshotManifest&) override {
        written.push_back(key);
    }
    void on_not_written(Partition, const Error& why) override { failed.push_back(why.type); }
    void on_restored(const SnapshotKey& key, const SnapshotManifest&) override {
        restored.push_back(key);
    }
    void on_passed_over(const SnapshotKey&, const Error& why) override {
        passed_over.push_back(why.type);
    }
};

}  // namespace shop::tests
