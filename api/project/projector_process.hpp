// A process that feeds the views of a shop of several processes, and does nothing else: it has no
// data folder, no partition to serve, no endpoint but those by which it is watched. Any number of
// them share the work (projections/share.hpp).
//
//   SHOP_TRY(process, ProjectorProcess::open(settings, clock, metrics, log));
//   process->start();  …  process->tell_progress();  …  process->stop();
#pragma once

#include <memory>
#include <string>

#include "api/log_lines.hpp"
#include "api/metrics.hpp"
#include "api/project/project_settings.hpp"
#include "core/base/time.hpp"
#include "events/executor.hpp"

namespace shop::api {

class ProjectorProcess {
  public:
    // The arguments outlive it. kUnavailable "no-shop" while no process of the shop has begun: try
    // again. kConflict "log-elsewhere" if the log is not that of the shop whose keys these are.
    // Else errors of the log, of Postgres and of migrate().
    static Result<std::unique_ptr<ProjectorProcess>> open(const ProjectSettings& settings,
                                                          const Clock& clock, Metrics& metrics,
                                                          LogLines& log);
    ~ProjectorProcess();

    Status start();
    // Behind the current batches.
    void stop();

    // Logs what it feeds, if that has changed, and how far it is behind, if it is.
    void tell_progress();

    // "http://127.0.0.1:40123": /livez, /readyz, /metrics.
    std::string address() const;

  private:
    struct Parts;
    explicit ProjectorProcess(std::unique_ptr<Parts> parts);
    std::unique_ptr<Parts> parts_;
};

}  // namespace shop::api
