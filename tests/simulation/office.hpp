// Who is in office over which partition, as the log says at this moment.
#pragma once

#include <map>
#include <string>

#include "events/log_reader.hpp"

namespace shop::simulation {

class Office {
  public:
    explicit Office(const Log& log) : log_(log) {}

    // The address in the claim that rules now.
    const std::string& holder(Partition partition);

  private:
    struct Seen {
        LogReader reader;
        std::string holder;
    };

    const Log& log_;
    std::map<Partition, Seen> seen_;
};

}  // namespace shop::simulation
