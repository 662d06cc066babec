// What an engine tells an operator, noted. One thread.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "events/engine_witness.hpp"

namespace shop::tests {

struct NotedWitness final : EngineWitness {
    void on_lock(Partition, Duration waited) override { locks.push_back(waited); }
    void on_durable(Partition, Duration waited) override { durable.push_back(waited); }
    void on_group(std::size_t records, Duration took) override {
        groups.emplace_back(records, took);
    }
    void on_failed_takeover(Partition partition, const Error& error) override {
        failed.emplace_back(partition, error.type);
    }

    std::vector<Duration> locks;
    std::vector<Duration> durable;
    std::vector<std::pair<std::size_t, Duration>> groups;
    std::vector<std::pair<Partition, std::string>> failed;
};

}  // namespace shop::tests
