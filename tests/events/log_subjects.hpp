// Every implementation of the log port, as the contract test sees it.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "events/log.hpp"

namespace shop::tests {

inline constexpr Partitions kContractPartitions{1, 3, 1};

// How an append fails. In both cases it is reported as in doubt.
enum class Failure { kNothingLands, kLandsUnconfirmed };

class LogSubject {
  public:
    virtual ~LogSubject() = default;
    virtual Log& log() = 0;
    // Closes the log and opens what it stored.
    virtual void reopen() = 0;
    virtual bool can_fail() const { return true; }
    virtual void fail_next_append(Failure failure) = 0;
    // What made the last append fail is over.
    virtual void heal() {}
    // Whether others may append to it too.
    virtual bool is_shared() const { return false; }
    // An entry of somebody else; durable when this returns.
    virtual void insert(Partition, const std::string&) {}
    virtual bool can_damage() const { return true; }
    // Entry `offset` is damaged from now on; closes and opens the log if it takes that.
    virtual void damage(Partition partition, Offset offset) = 0;
};

struct NamedLogSubject {
    std::string name;
    std::function<std::unique_ptr<LogSubject>()> make;
};

// Real brokers are among them if SHOPVERSE_TEST_KAFKA names some (host:port); they can be damaged
// if SHOPVERSE_TEST_KAFKA_DATA is the folder that holds their files.
std::vector<NamedLogSubject> log_subjects();

}  // namespace shop::tests
