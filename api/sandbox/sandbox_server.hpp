// The sandbox behind its HTTP API: desk, webhooks, pages and the server before them, on one loop.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "api/http/dispatcher.hpp"
#include "api/http/server.hpp"
#include "api/sandbox/desk.hpp"
#include "api/sandbox/own_machine_gate.hpp"
#include "api/sandbox/webhooks.hpp"

namespace shop::sandbox {

struct ServerOptions {
    std::filesystem::path folder;  // of the journal; made if it is missing
    std::string listen = "127.0.0.1";
    std::uint16_t port = 0;  // 0 takes a free one
    std::string host = {};   // where shoppers reach its pages; empty: where it listens
    Delays delays = {};
    std::string webhook_secret;
    HttpClient::Locate locate_shop;
};

class SandboxServer {
  public:
    // Loop and clock outlive it. It listens, but accepts nothing before start().
    static Result<std::unique_ptr<SandboxServer>> open(ServerOptions options, http::Loop& loop,
                                                       const Clock& clock);

    void start() { server_->start(); }
    // Where programs on this machine find it: "127.0.0.1:8090"
    const std::string& address() const { return address_; }
    // Accepts no more and waits for what is under way. True if all of it has ended.
    bool drain(Duration limit) { return server_->drain(limit); }
    // Once the loop has ended: what was decided is durable when it returns.
    void close() { desk_.reset(); }

  private:
    SandboxServer() = default;

    // In the order they are made.
    std::string address_;
    http::Routes routes_;
    std::unique_ptr<OwnMachineGate> gate_;
    std::unique_ptr<Webhooks> webhooks_;
    std::unique_ptr<Desk> desk_;
    std::unique_ptr<http::Dispatcher> dispatcher_;
    std::unique_ptr<http::SessionSet> sessions_;
    std::unique_ptr<http::Server> server_;
};

}  // namespace shop::sandbox
