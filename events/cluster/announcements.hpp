// Who is in office, told to all processes of a shop. What is lost or late costs whoever asks a
// pause (directory.hpp).
#pragma once

#include <functional>

#include "events/cluster/owner.hpp"

namespace shop {

class Announcements {
  public:
    // On a thread of the announcements' own, in any order, and what was announced here too.
    using Hear = std::function<void(const Owner&)>;

    virtual ~Announcements() = default;

    // At once, and with no promise. Thread-safe.
    virtual void announce(const Owner& owner) = 0;
};

}  // namespace shop
