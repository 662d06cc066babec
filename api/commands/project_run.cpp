// shopverse project run: feeds the views of a shop on Kafka, beside its other processes. Ends with
// SIGINT or SIGTERM, behind its current batch.
#include "api/commands/command.hpp"
#include "api/project/projector_process.hpp"
#include "api/stop_signals.hpp"
#include "api/system_clock.hpp"

namespace shop::api {
namespace {

constexpr Duration kTryAgain = seconds(1);
constexpr Duration kTell = seconds(5);

// Of a shop whose first process may begin after this one. Nothing if a signal came before.
Result<std::unique_ptr<ProjectorProcess>> open(const ProjectSettings& settings, const Clock& clock,
                                               Metrics& metrics, LogLines& log,
                                               const StopSignals& signals) {
    for (bool is_told = false;;) {
        auto process = ProjectorProcess::open(settings, clock, metrics, log);
        if (process || process.error().type != "no-shop") return process;
        if (!std::exchange(is_told, true)) log.warn(process.error().message + " Waiting for it.");
        if (signals.wait_for(kTryAgain)) return nullptr;
    }
}

Status run(Words words) {
    SHOP_TRY(settings, read_options<ProjectSettings>(words));
    const StopSignals signals;
    const SystemClock clock;
    Metrics metrics;
    LogLines log(2, clock, settings.verbose ? LogLevel::kDebug : LogLevel::kInfo);
    SHOP_TRY(process, open(settings, clock, metrics, log, signals));
    if (process == nullptr) return {};
    const Status started = process->start();
    if (started) {
        log.info("Views are fed.", {{"url.full", process->address()}});
        while (!signals.wait_for(kTell)) process->tell_progress();
        log.info("No more views are fed from here.");
    }
    process->stop();
    metrics.forget_asked();
    return started;
}

}  // namespace

extern const Command kProjectRunCommand;
const Command kProjectRunCommand{"project run", "feeds the views of a shop on Kafka",
                                 &help_of<ProjectSettings>, &run};

}  // namespace shop::api
