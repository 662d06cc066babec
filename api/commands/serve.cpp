// shopverse serve: the shop. Ends with SIGINT or SIGTERM, in order, losing nothing.
#include <sys/resource.h>

#include "api/commands/command.hpp"
#include "api/config/settings.hpp"
#include "api/serve/shop.hpp"
#include "api/stop_signals.hpp"
#include "api/system_clock.hpp"

namespace shop::api {
namespace {

// Each connection is a descriptor, and the usual limit is low.
void raise_descriptor_limit() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
}

Status run(Words words) {
    SHOP_TRY(settings, read_options<Settings>(words));
    const StopSignals signals;
    raise_descriptor_limit();
    const SystemClock clock;
    Metrics metrics;
    LogLines log(2, clock, settings.verbose ? LogLevel::kDebug : LogLevel::kInfo);
    SHOP_TRY(shop, Shop::open(settings, clock, metrics, log));
    const Status started = shop->start();
    if (started) {
        log.info("The shop is open.", {{"url.full", shop->address()}});
        signals.wait();
        log.info("The shop closes.");
    }
    shop->stop();
    metrics.forget_asked();
    return started;
}

}  // namespace

extern const Command kServeCommand;
const Command kServeCommand{"serve", "runs the shop", &help_of<Settings>, &run};

}  // namespace shop::api
