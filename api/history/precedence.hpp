// What has to be there before what, among records that are carried out at the same time: a product
// before what is sold of it, an order before its credit note. Things are names ("order 1001").
//
//   Precedence::Place place = precedence.enter({.needs = …, .gives = …});   // in the file's order
//   co_await precedence.reach(place);   // all earlier records that give what it needs have ended
//   …
//   precedence.leave(place);            // what it gives is there
//
// Since a record waits for earlier ones only, some record can always go on. One thread: the
// executor's.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "events/executor.hpp"
#include "events/task.hpp"

namespace shop::history {

struct Ties {
    std::vector<std::string> needs = {};
    std::vector<std::string> gives = {};
    bool operator==(const Ties&) const = default;
};

class Precedence {
  public:
    explicit Precedence(Executor& home) : home_(home) {}

    class Gate;
    struct Place {
        std::vector<std::shared_ptr<Gate>> before;  // shared with those records
        std::shared_ptr<Gate> own;                  // and this one with the records behind it
        std::vector<std::string> gives;
    };

    Place enter(Ties ties);
    Task<bool> reach(const Place* place);
    void leave(const Place& place);

  private:
    Executor& home_;
    std::unordered_map<std::string, std::vector<std::shared_ptr<Gate>>> awaited_;  // by name
};

}  // namespace shop::history
