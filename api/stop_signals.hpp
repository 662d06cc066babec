// SIGINT and SIGTERM as something to wait for. To be made before any thread, for threads inherit
// what is blocked.
#pragma once

#include <signal.h>

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

  private:
    sigset_t signals_{};
};

}  // namespace shop::api
