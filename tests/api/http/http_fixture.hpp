// A server of its own for one test, on a free port, and a client that says exactly what it is told.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <thread>

#include "api/http/dispatcher.hpp"
#include "api/http/route.hpp"
#include "api/http/server.hpp"
#include "api/system_clock.hpp"

namespace shop::tests {

class HttpServer {
  public:
    // `add` adds the routes under test.
    explicit HttpServer(const std::function<void(http::Routes&)>& add,
                        http::SessionOptions options = {}, http::Gate* gate = nullptr);
    ~HttpServer();

    // Sends the bytes on a connection of its own and returns all that comes until the other side
    // closes, or until `answers` answers with Content-Length have come.
    std::string talk(std::string_view bytes, int answers = 1);
    // The same in two parts.
    std::string talk_in_pieces(std::string_view bytes, std::size_t piece);
    // Opens a connection; the caller closes it.
    int connect();
    void drain() { (void)server_->drain(seconds(5)); }

  private:
    api::SystemClock clock_;
    http::Loop loop_;
    http::Routes routes_;
    std::unique_ptr<http::Dispatcher> dispatcher_;
    std::unique_ptr<http::SessionSet> sessions_;
    std::unique_ptr<http::Server> server_;
    std::thread thread_;
};

// Reads until `answers` whole answers have come or the connection ends.
std::string read_answers(int socket, int answers);
// "HTTP/1.1 200 OK…" → 200; 0 if it is no answer.
int status_of(std::string_view answer);
std::string body_of(std::string_view answer);

}  // namespace shop::tests
