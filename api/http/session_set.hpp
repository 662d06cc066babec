// The connections of one loop, and what they share. One thread, the loop's, but for count().
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <string>

#include "api/http/dispatcher.hpp"
#include "api/http/loop.hpp"

namespace shop::http {

struct SessionOptions {
    WireLimits wire;
    // A session ends when it does nothing for so long, or takes longer than this for its headers;
    // a body may take so long, and one second more for each `body_bytes_a_second`.
    Duration idle = seconds(60);
    Duration header = seconds(10);
    Duration body = seconds(30);
    std::size_t body_bytes_a_second = 16'384;
    Duration write = seconds(30);  // without the peer taking anything
    Duration linger = seconds(5);  // reading on behind a refusal, so that the peer sees it
    Duration heartbeat = seconds(15);
};

class SessionSet {
  public:
    // All must outlive the set.
    SessionSet(Loop& loop, Dispatcher& dispatcher, const Clock& clock, SessionOptions options);
    // No session may be left.
    ~SessionSet();

    // Serves a connected socket, which is non-blocking, until either side ends it.
    void adopt(int socket, std::string remote);

    // Ends what is idle now, and everything else behind its current answer.
    void stop();
    // Ends those that read or write; the rest still waits for its handler.
    void abort();

    std::size_t count() const { return count_.load(std::memory_order_relaxed); }

  private:
    struct Impl;
    std::atomic<std::size_t> count_ = 0;
    std::unique_ptr<Impl> impl_;
};

}  // namespace shop::http
