// shopverse sandbox: the payment provider of the demo, a process of its own with a durable ledger.
// It says where it listens in <data>/sandbox.json, and finds the shop by <data>/serve.json.
#include <array>
#include <cstdlib>

#include "api/commands/command.hpp"
#include "api/config/option_values.hpp"
#include "api/log_lines.hpp"
#include "api/process_file.hpp"
#include "api/sandbox/sandbox_server.hpp"
#include "api/sandbox/webhook_secret.hpp"
#include "api/stop_signals.hpp"
#include "api/system_clock.hpp"
#include "events/keys/private_file.hpp"

namespace shop::api {
namespace {

constexpr std::int64_t kDelayMsMax = 3'600'000;

struct SandboxOptions {
    std::string data = "var";
    std::string listen = "127.0.0.1";
    std::int64_t port = 0;
    std::string host;
    std::int64_t slow_ms = 3'000;
    std::int64_t late_ms = 3'000;
    std::int64_t action_seconds = 900;
    std::int64_t authorization_seconds = 604'800;
    static constexpr std::array kHelp = {
        OptionHelp{"data", "DIR", "the shop's data folder"},
        OptionHelp{.member = "listen",
                   .value = "ADDRESS",
                   .text = "IPv4 address to listen on",
                   .takes = &takes_ip_address},
        OptionHelp{.member = "port",
                   .value = "N",
                   .text = "port to listen on; 0 takes a free one",
                   .max = 65'535},
        OptionHelp{.member = "host",
                   .value = "NAME",
                   .text = "where shoppers reach its pages, if not at that address",
                   .takes = &takes_host_name},
        OptionHelp{.member = "slow_ms",
                   .value = "N",
                   .text = "how long tok_slow takes",
                   .max = kDelayMsMax},
        OptionHelp{.member = "late_ms",
                   .value = "N",
                   .text = "how long after its decline tok_late_authorization turns",
                   .max = kDelayMsMax},
        OptionHelp{.member = "action_seconds",
                   .value = "N",
                   .text = "how long a shopper has on our page",
                   .min = 1,
                   .max = 86'400},
        OptionHelp{.member = "authorization_seconds",
                   .value = "N",
                   .text = "how long money is held that nobody captures",
                   .min = 1,
                   .max = 31'536'000}};
};
SHOP_DESCRIBE(SandboxOptions, data, listen, port, host, slow_ms, late_ms, action_seconds,
              authorization_seconds)

// "127.0.0.1:8080" of the running shop.
Result<std::string> locate_shop(const std::string& data) {
    SHOP_TRY(file, read_process_file(data, "serve"));
    constexpr std::string_view kScheme = "http://";
    return file.address.starts_with(kScheme) ? file.address.substr(kScheme.size()) : file.address;
}

Result<sandbox::ServerOptions> server_options(const SandboxOptions& options) {
    SHOP_TRY_STATUS(make_private_folder(options.data));
    SHOP_TRY(secret, sandbox::load_webhook_secret(options.data));
    return sandbox::ServerOptions{
        .folder = std::filesystem::path(options.data) / "sandbox",
        .listen = options.listen,
        .port = static_cast<std::uint16_t>(options.port),
        .host = options.host,
        .delays = {milliseconds(options.slow_ms), milliseconds(options.late_ms),
                   seconds(options.action_seconds), seconds(options.authorization_seconds)},
        .webhook_secret = std::move(secret),
        .locate_shop = [data = options.data] { return locate_shop(data); }};
}

Status run(Words words) {
    SHOP_TRY(options, read_options<SandboxOptions>(words));
    const StopSignals signals;
    const SystemClock clock;
    LogLines log(2, clock);
    http::Loop loop;
    SHOP_TRY(server, server_options(options));
    SHOP_TRY(sandbox, sandbox::SandboxServer::open(std::move(server), loop, clock));
    sandbox->start();
    std::thread thread([&] { loop.run(); });
    const Status told =
        write_process_file(options.data, "sandbox", {.address = sandbox->address()});
    if (told) {
        log.info("The payment sandbox is open.", {{"url.full", sandbox->address()}});
        signals.wait();
        log.info("The payment sandbox stops.");
        remove_process_file(options.data, "sandbox");
    }
    const bool drained = sandbox->drain(seconds(2));
    loop.stop();
    thread.join();
    sandbox->close();
    // Whoever still waits for an answer that is held back will see the connection end.
    if (!drained) std::_Exit(0);
    return told;
}

}  // namespace

extern const Command kSandboxCommand;
const Command kSandboxCommand{"sandbox", "runs the payment provider of the demo",
                              &help_of<SandboxOptions>, &run};

}  // namespace shop::api
