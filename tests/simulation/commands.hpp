// Everything somebody does in a simulated world has an id of its own, whoever sends it and however
// often.
#pragma once

#include <string>
#include <utility>

#include "core/base/ids.hpp"

namespace shop::simulation {

class Commands {
  public:
    explicit Commands(std::string who) : who_(std::move(who)) {}
    CommandId next(Slot slot) {
        return CommandId::derive(slot, {"simulation", who_, std::to_string(++count_)});
    }

  private:
    const std::string who_;
    int count_ = 0;
};

}  // namespace shop::simulation
