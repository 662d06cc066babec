// What brokers refuse, told once for each reason.
#pragma once

#include <functional>
#include <set>
#include <string>

#include "core/base/result.hpp"

namespace shop::kafka {

class Complaints {
  public:
    explicit Complaints(std::function<void(const Error&)> tell) : tell_(std::move(tell)) {}

    void of(const char* reason) {
        if (!tell_ || !told_.insert(reason).second) return;
        tell_({ErrorCode::kUnavailable, "brokers-refuse",
               std::string("The brokers that share out the partitions refuse: ") + reason});
    }

  private:
    const std::function<void(const Error&)> tell_;
    std::set<std::string> told_;
};

}  // namespace shop::kafka
