// Waits for file descriptors on an event loop. A port, so that adapters that own a socket of a C
// library (libpq, librdkafka) run on whatever loop there is. One thread: the loop's.
#pragma once

#include <functional>

namespace shop {

class FdWatcher {
  public:
    using Function = std::move_only_function<void()>;

    virtual ~FdWatcher() = default;

    // Calls `ready` once, as soon as reading (writing) would not block or would fail at once; never
    // inside the call. At most one wait of each kind per descriptor at a time.
    virtual void when_readable(int fd, Function ready) = 0;
    virtual void when_writable(int fd, Function ready) = 0;

    // Drops the waits on `fd`: none of them is called any more. Must be called before the
    // descriptor is closed; does not close it.
    virtual void forget(int fd) = 0;
};

}  // namespace shop
