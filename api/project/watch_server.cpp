#include "api/project/watch_server.hpp"

#include "api/http/loop_thread.hpp"
#include "api/http/message.hpp"
#include "api/http/route.hpp"
#include "api/http/server.hpp"
#include "api/request_witness.hpp"

namespace shop::api {
namespace {

using http::Request;
using http::Response;

constexpr Duration kDrain = seconds(2);

Response plain(std::string body, std::string_view type = "text/plain") {
    return Response{.content_type = type, .body = std::move(body)}.with("Cache-Control",
                                                                        "no-store");
}

Response be_ready(const projections::Projectors& views) {
    for (const std::string_view name : views.names())
        if (const Status known = views.find(name)->trouble(); !known)
            return http::problem(
                {ErrorCode::kUnavailable, "views-unreachable", known.error().message});
    return plain("ok\n");
}

}  // namespace

// In the order they are made; destroyed the other way round.
struct WatchServer::Inside {
    const Parts parts;
    const std::string host;
    http::LoopThread thread = {};
    http::Routes routes = {};
    std::unique_ptr<RequestWitness> witness = {};
    std::unique_ptr<http::Dispatcher> dispatcher = {};
    std::unique_ptr<http::SessionSet> sessions = {};
    std::unique_ptr<http::Server> server = {};

    void add_routes();
    void fill();
};

void WatchServer::Inside::add_routes() {
    routes.add({.pattern = "/livez", .answer_type = "text/plain"},
               [](const Request&) { return ready(plain("ok\n")); });
    routes.add({.pattern = "/readyz", .statuses = {200, 503}, .answer_type = "text/plain"},
               [this](const Request&) { return ready(be_ready(parts.views)); });
    routes.add({.pattern = "/metrics", .answer_type = Metrics::kTextType}, [this](const Request&) {
        return ready(plain(parts.metrics.text(), Metrics::kTextType));
    });
}

void WatchServer::Inside::fill() {
    add_routes();
    witness =
        std::make_unique<RequestWitness>(routes, parts.metrics, parts.log, AccessLog::kFailed);
    dispatcher = std::make_unique<http::Dispatcher>(routes, nullptr, witness.get());
    sessions = std::make_unique<http::SessionSet>(thread.loop(), *dispatcher, parts.clock,
                                                  http::SessionOptions{});
}

WatchServer::WatchServer(std::unique_ptr<Inside> inside) : inside_(std::move(inside)) {}

WatchServer::~WatchServer() = default;

Result<std::unique_ptr<WatchServer>> WatchServer::make(const Parts& parts,
                                                       const std::string& listen,
                                                       std::uint16_t port) {
    SHOP_TRY(listener, http::Listener::bind(listen, port));
    auto inside = std::unique_ptr<Inside>(new Inside{parts, http::host_of(listen)});
    http::run_on(inside->thread.loop(), [&] { inside->fill(); });
    inside->server = std::make_unique<http::Server>(
        std::move(listener),
        std::vector<http::Place>{{&inside->thread.loop(), inside->sessions.get()}});
    return std::unique_ptr<WatchServer>(new WatchServer(std::move(inside)));
}

void WatchServer::start() {
    inside_->server->start();
}

void WatchServer::stop() {
    inside_->server->drain(kDrain);
    http::run_on(inside_->thread.loop(), [this] { inside_->sessions.reset(); });
    inside_->thread.stop();
}

std::string WatchServer::address() const {
    return "http://" + inside_->host + ":" + std::to_string(inside_->server->port());
}

}  // namespace shop::api
