// SIGINT and SIGTERM as something to wait for. To be made before any thread, for threads inherit
// what is blocked.
#pragma once

#include <signal.h>

#include "core/base/time.hpp"

namespace shop::api {

class StopSignals {
  public:
    StopSignals() {
        sigemptyset(&signals_);
        sigaddset(&signals_, SIGINT);
        sigaddset(&signals_, SIGTERM);
        pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
        signal(SIGPIPE, SIG_IGN);
    }
    // Returns when one comes.
    void wait() const {
        int which = 0;
        sigwait(&signals_, &which);
    }

    // True when one comes; false after `limit`.
    bool wait_for(Duration limit) const {
        const timespec time{.tv_sec = limit.us / 1'000'000,
                            .tv_nsec = limit.us % 1'000'000 * 1'000};
        return ::sigtimedwait(&signals_, nullptr, &time) > 0;
    }

  private:
    sigset_t signals_{};
};

}  // namespace shop::api
