#include "api/sandbox/sandbox_server.hpp"

#include "api/sandbox/routes.hpp"

namespace shop::sandbox {

Result<std::unique_ptr<SandboxServer>> SandboxServer::open(ServerOptions options, http::Loop& loop,
                                                           const Clock& clock) {
    std::unique_ptr<SandboxServer> made(new SandboxServer);
    made->webhooks_ = std::make_unique<Webhooks>(
        loop, loop, clock, std::move(options.webhook_secret), std::move(options.locate_shop));
    made->gate_ = std::make_unique<OwnMachineGate>(options.listen);
    made->dispatcher_ =
        std::make_unique<http::Dispatcher>(made->routes_, made->gate_.get(), nullptr);
    made->sessions_ =
        std::make_unique<http::SessionSet>(loop, *made->dispatcher_, clock, http::SessionOptions{});
    SHOP_TRY(listener, http::Listener::bind(options.listen, options.port));
    made->server_ = std::make_unique<http::Server>(
        std::move(listener), std::vector<http::Place>{{&loop, made->sessions_.get()}});
    const std::string port = ":" + std::to_string(made->server_->port());
    const std::string here = http::host_of(options.listen);
    made->address_ = here + port;
    const std::string pages = "http://" + (options.host.empty() ? here : options.host) + port;
    SHOP_TRY(desk, Desk::open(loop, clock, {std::move(options.folder), pages, options.delays},
                              [webhooks = made->webhooks_.get()](const Answer& answer, int copies,
                                                                 Desk::Taken taken) {
                                  webhooks->tell(answer, copies, std::move(taken));
                              }));
    made->desk_ = std::move(desk);
    add_sandbox_routes(made->routes_, *made->desk_, *made->webhooks_);
    return made;
}

}  // namespace shop::sandbox
