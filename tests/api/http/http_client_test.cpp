// The client that talks to other programs on the loop: the payment sandbox, processes of the shop.
#include "api/http/http_client.hpp"

#include <catch2/catch.hpp>
#include <functional>

#include "tests/api/payments/scripted_server.hpp"
#include "tests/support/poll_loop.hpp"

namespace shop {
namespace {

using tests::ok;
using tests::ScriptedServer;

TEST_CASE("answers are read whole, in pieces, or refused") {
    const auto parse = [](std::string_view text) { return parse_http_answer(text, 64); };
    const std::string whole = "HTTP/1.1 201 Created\r\ncontent-length:  2 \r\n\r\nhi";
    for (std::size_t n = 0; n < whole.size(); ++n)
        CHECK_FALSE(parse(whole.substr(0, n)).value().has_value());
    const auto parsed = parse(whole + "rest").value();
    REQUIRE(parsed.has_value());
    CHECK(parsed->answer.status == 201);
    CHECK(parsed->answer.body == "hi");
    CHECK(parsed->length == whole.size());
    CHECK(parsed->keep_alive);
    CHECK_FALSE(parse("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
                    .value()
                    ->keep_alive);
    for (const char* bad :
         {"HTTP/1.1 200 OK\r\n\r\n", "HTTP/1.1 2x0 OK\r\nContent-Length: 0\r\n\r\n",
          "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n",
          "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\na",
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "nonsense\r\n\r\n"})
        CHECK_FALSE(parse(bad).has_value());
}

// Sends one call after the other, and returns "200 body" or the error's type for each.
std::vector<std::string> ask(const std::string& address, int calls,
                             HttpClientOptions options = {}) {
    tests::PollLoop loop;
    HttpClient client(loop, loop, [&] { return Result<std::string>(address); }, options);
    std::vector<std::string> answers;
    std::function<void()> next = [&] {
        client.send({"POST", "/x", "", "{}"}, [&](Result<HttpAnswer> answer) {
            answers.push_back(answer ? std::to_string(answer->status) + " " + answer->body
                                     : answer.error().type);
            if (answers.size() < static_cast<std::size_t>(calls)) next();
        });
    };
    next();
    REQUIRE(loop.run_until([&] { return answers.size() == static_cast<std::size_t>(calls); }));
    return answers;
}

TEST_CASE("calls share one connection that is kept alive") {
    std::vector<std::string> answers;
    int connections = 0;
    {
        ScriptedServer server({ok("a"), ok("b"), ok("c")});
        answers = ask(server.address(), 3);
        connections = server.connections;
    }
    CHECK(answers == std::vector<std::string>{"200 a", "200 b", "200 c"});
    CHECK(connections == 1);
}

TEST_CASE("a lost answer is reported as such, and the next call goes through") {
    ScriptedServer server({ok("a"), "", ok("c")});
    CHECK(ask(server.address(), 3) == std::vector<std::string>{"200 a", "no-answer", "200 c"});
}

TEST_CASE("a call that never left is told apart from one without an answer") {
    CHECK(ask("127.0.0.1:1", 1) == std::vector<std::string>{"not-sent"});
    CHECK(ask("nowhere", 1) == std::vector<std::string>{"not-sent"});
}

TEST_CASE("an answer that does not come in time is no longer waited for") {
    ScriptedServer server({"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhal"});
    HttpClientOptions options;
    options.timeout = milliseconds(150);
    CHECK(ask(server.address(), 1, options) == std::vector<std::string>{"no-answer"});
}

TEST_CASE("calls beyond the connections wait, and beyond the limit are refused") {
    ScriptedServer server({ok("a"), ok("b"), ok("c")});
    tests::PollLoop loop;
    HttpClientOptions options;
    options.connections_max = 1;
    options.waiting_max = 2;
    HttpClient client(loop, loop, [&] { return Result<std::string>(server.address()); }, options);
    std::vector<std::string> answers;
    for (int i = 0; i < 4; ++i)
        client.send({"GET", "/", "", ""}, [&](Result<HttpAnswer> answer) {
            answers.push_back(answer ? answer->body : answer.error().type);
        });
    REQUIRE(loop.run_until([&] { return answers.size() == 4; }));
    CHECK(answers == std::vector<std::string>{"not-sent", "a", "b", "c"});
}

}  // namespace
}  // namespace shop
