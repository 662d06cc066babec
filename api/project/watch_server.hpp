// By which a process that feeds views is watched: /livez, /readyz and /metrics, on a loop of their
// own. Ready is who knows how the views stand: Postgres answers, and its session there holds.
#pragma once

#include <memory>
#include <string>

#include "api/log_lines.hpp"
#include "api/metrics.hpp"
#include "core/base/result.hpp"
#include "events/executor.hpp"
#include "projections/projectors.hpp"

namespace shop::api {

class WatchServer {
  public:
    struct Parts {
        const projections::Projectors& views;
        const Clock& clock;
        Metrics& metrics;
        LogLines& log;
    };
    // Listens, and accepts nothing before start(). The parts outlive it.
    static Result<std::unique_ptr<WatchServer>> make(const Parts& parts, const std::string& listen,
                                                     std::uint16_t port);
    ~WatchServer();  // stopped

    void start();
    void stop();
    std::string address() const;

  private:
    struct Inside;
    explicit WatchServer(std::unique_ptr<Inside> inside);
    std::unique_ptr<Inside> inside_;
};

}  // namespace shop::api
