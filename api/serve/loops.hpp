// The event loops of `serve`, each on a thread of its own. They run from the moment they are made
// until stop(); what lives on one of them ends before that.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "api/http/loop_thread.hpp"

namespace shop::api {

class Loops {
  public:
    // 0: one for two cores; the committer, the projectors and Postgres need theirs.
    explicit Loops(std::int64_t count);

    // The one that other parts of the program may use, for what runs beside requests.
    http::Loop& main() const { return threads_.front()->loop(); }
    std::vector<http::Loop*> all() const;
    void stop();

  private:
    std::vector<std::unique_ptr<http::LoopThread>> threads_;
};

}  // namespace shop::api
