// How an event of an older schema becomes one of the next. An event type whose kSchema is n needs
// n − 1 upcasters, each a pure function from the stored members of version i to those of i + 1;
// they run one after another when the event is read, so that folds see the newest schema only.
//
// Adding a version: raise kSchema, change the struct, write one line in upcasters.cpp. The golden
// files of the older versions (tests/golden/) then show that they still read.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "core/base/result.hpp"
#include "core/json/document.hpp"

namespace shop {

// Gives the JSON text of the event's data in the next schema.
using Upcaster = std::function<Result<std::string>(const json::Value& data)>;

class Upcasters {
  public:
    // From schema `from` of `type` to `from` + 1; at most one each (asserted).
    void add(std::string_view type, int from, Upcaster upcaster);

    // The upcaster of that step, or nullptr.
    const Upcaster* find(std::string_view type, int from) const;

  private:
    std::map<std::pair<std::string, int>, Upcaster, std::less<>> steps_;
};

// The data of an event brought from schema `from` to `to`, as JSON text. kCorrupt if a step is
// missing or cannot read what it is given.
Result<std::string> upcast(const Upcasters& upcasters, std::string_view type, int from, int to,
                           const json::Value& data);

// Those of this program's events. Immutable, thread-safe.
const Upcasters& upcasters();

}  // namespace shop
