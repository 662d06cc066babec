// An HTTP/1.1 client on the event loop, for the programs that stand beside the shop: plain TCP to
// an address of this machine or network, connections kept alive, one request at a time on each.
//
// It never repeats a request: whether that is safe, the caller knows. One thread: the loop's.
#pragma once

#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "api/http/http_response.hpp"
#include "core/base/time.hpp"
#include "events/executor.hpp"
#include "events/fd_watcher.hpp"

namespace shop {

struct HttpCall {
    std::string method;
    std::string target;
    std::string headers;  // whole lines, each ended by CRLF; Host and Content-Length are ours
    std::string body;
    std::optional<Duration> timeout = {};  // none: HttpClientOptions::timeout
};

struct HttpClientOptions {
    std::size_t connections_max = 32;
    std::size_t waiting_max = 4096;  // calls beyond the connections; more are refused at once
    std::size_t answer_bytes_max = 1 << 20;
    Duration timeout = seconds(10);  // from send() to the whole answer
    Duration idle = seconds(15);     // below what servers allow an idle connection
};

class HttpClient {
  public:
    using Done = std::move_only_function<void(Result<HttpAnswer>)>;
    // "127.0.0.1:8090": IPv4 address and port; asked at each new connection.
    using Locate = std::function<Result<std::string>()>;

    HttpClient(FdWatcher& watcher, Executor& executor, Locate locate, HttpClientOptions options);
    // Calls under way end with an error, inside the destructor.
    ~HttpClient();

    // Calls done once, on the loop, never inside send(). Errors are kUnavailable: "not-sent" if the
    // request surely never left, "no-answer" if it may have had its effect.
    void send(HttpCall call, Done done);

  private:
    using SteadyTime = std::chrono::steady_clock::time_point;

    struct Pending {
        std::string bytes;  // of the request
        Done done;
        SteadyTime deadline;
    };
    struct Connection {
        int fd = -1;
        bool is_connected = false;  // nothing leaves before
        std::size_t written = 0;
        std::string received;
        Pending pending;  // its done is empty if the connection is idle
        SteadyTime idle_since;
    };

    void assign(Pending pending);
    Result<Connection*> connect();
    void begin(Connection& connection, Pending pending);
    void write(Connection& connection);
    void read(Connection& connection);
    void take_received(Connection& connection);
    // Ends the connection's call with the result; the connection is closed unless it is kept.
    void end_call(Connection& connection, Result<HttpAnswer> result, bool keep);
    void close(Connection& connection);
    void start_waiting();
    void tick();
    void start_ticking();

    FdWatcher& watcher_;
    Executor& executor_;
    const Locate locate_;
    const HttpClientOptions options_;
    std::vector<std::unique_ptr<Connection>> connections_;
    std::vector<Connection*> idle_;
    std::deque<Pending> waiting_;
    bool ticking_ = false;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);  // outlived by posted functions
};

}  // namespace shop
