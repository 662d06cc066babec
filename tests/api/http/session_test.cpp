// What a browser, a careless client and an attacker see of a connection.
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "api/http/json_body.hpp"
#include "api/http/schema_of.hpp"
#include "tests/api/http/http_fixture.hpp"
#include "tests/support/beast_alone.hpp"

namespace shop {
namespace {

using http::Request;
using http::Response;
using tests::body_of;
using tests::HttpServer;
using tests::status_of;

struct EchoBody {
    std::string text;
    bool operator==(const EchoBody&) const = default;
};
SHOP_DESCRIBE(EchoBody, text)

// Counts to three, piece by piece.
class Counting final : public http::BodySource {
  public:
    Task<std::optional<std::string>> next() override {
        if (++count_ > 3) return ready<std::optional<std::string>>(std::nullopt);
        return ready<std::optional<std::string>>("data: " + std::to_string(count_) + "\n\n");
    }

  private:
    int count_ = 0;
};

// Has nothing to say at first.
class Hesitating final : public http::BodySource {
  public:
    Task<std::optional<std::string>> next() override {
        static constexpr std::array<std::string_view, 3> kPieces = {"", "data: 1\n\n", ""};
        if (next_ == kPieces.size()) return ready<std::optional<std::string>>(std::nullopt);
        return ready<std::optional<std::string>>(std::string(kPieces[next_++]));
    }

  private:
    std::size_t next_ = 0;
};

Task<Response> count_stream(const Request& request) {
    std::size_t size = 0;
    for (;;) {
        const Result<std::string> piece = co_await request.stream->next();
        if (!piece) co_return http::problem(piece.error());
        if (piece->empty()) break;
        size += piece->size();
    }
    co_return Response{.body = std::to_string(size)};
}

void add_limited_routes(http::Routes& routes, std::size_t body_bytes_max) {
    routes.add({.pattern = "/hello"}, [](const Request& request) {
        return ready(Response{.body = "hello" + std::string(request.argument("n").value_or(""))});
    });
    routes.add({.pattern = "/things/{id}", .parameters = {{.name = "n", .type = "integer"}}},
               [](const Request& request) {
                   return ready(Response{.body = std::string(request.parameter("id"))});
               });
    routes.add({.method = http::Method::kPost,
                .pattern = "/echo",
                .body = http::body_schema_of<EchoBody>(),
                .body_bytes_max = body_bytes_max},
               [](const Request& request) {
                   const auto body = http::body_of<EchoBody>(request);
                   if (!body) return ready(http::problem(body.error()));
                   return ready(Response{.body = body->text});
               });
}

void add_routes(http::Routes& routes) {
    add_limited_routes(routes, 1'000);
    routes.add({.method = http::Method::kPost,
                .pattern = "/count",
                .streams_body = true,
                .body_type = "text/csv",
                .body_bytes_max = 10'000'000},
               count_stream);
    routes.add({.pattern = "/events"}, [](const Request&) {
        Response response{.content_type = "text/event-stream"};
        response.stream = std::make_unique<Counting>();
        return ready(std::move(response));
    });
}

void add_hesitating_route(http::Routes& routes, std::string_view type) {
    routes.add({.pattern = "/hesitating"}, [type](const Request&) {
        Response response{.content_type = type};
        response.stream = std::make_unique<Hesitating>();
        return ready(std::move(response));
    });
}

std::string get(std::string_view path) {
    return "GET " + std::string(path) + " HTTP/1.1\r\nHost: shop\r\n\r\n";
}

std::string post(std::string_view path, std::string_view type, std::string_view body) {
    return fmt::format(
        "POST {} HTTP/1.1\r\nHost: shop\r\nContent-Type: {}\r\nContent-Length: {}\r\n\r\n{}", path,
        type, body.size(), body);
}

TEST_CASE("several requests sent at once are answered one after another on one connection") {
    HttpServer server(add_routes);
    const std::string answers = server.talk(get("/hello") + get("/things/7") + get("/nothing"), 3);
    CHECK(answers.find("hello") < answers.find("\r\n\r\n7"));
    CHECK(answers.find("\r\n\r\n7") < answers.find("HTTP/1.1 404"));
}

TEST_CASE("a request is understood however its bytes are cut") {
    HttpServer server(add_routes);
    const std::string request = post("/echo", "application/json", R"({"text":"tea"})");
    for (const std::size_t piece : {1U, 2U, 3U, 7U, 50U})
        CHECK(body_of(server.talk_in_pieces(request, piece)) == "tea");
    const std::string chunked =
        "POST /echo HTTP/1.1\r\nHost: shop\r\nContent-Type: application/json\r\n"
        "Transfer-Encoding: chunked\r\n\r\n3\r\n{\"t\r\nb\r\next\":\"tea\"}\r\n0\r\n\r\n";
    for (const std::size_t piece : {1U, 2U, 3U, 7U, 500U})
        CHECK(body_of(server.talk_in_pieces(chunked, piece)) == "tea");
}

TEST_CASE("requests that could be read in two ways are refused") {
    HttpServer server(add_routes);
    const auto refused = [&](std::string_view bytes) {
        const std::string answer = server.talk(bytes);
        CHECK(answer.find("Connection: close") != answer.npos);
        CHECK(answer.find("application/problem+json") != answer.npos);
        return status_of(answer);
    };
    CHECK(refused("GET /hello HTTP/1.1\r\n\r\n") == 400);
    CHECK(refused("GET /hello HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n") == 400);
    CHECK(refused("GET /hello HTTP/1.1\r\nHost: a b\r\n\r\n") == 400);
    CHECK(refused("GET /hello HTTP/1.1\r\nHost:\r\n\r\n") == 400);
    CHECK(refused("GET /hello HTTP/1.1\r\nHost: a\r\nX: 1\r\n 2\r\n\r\n") == 400);
    CHECK(refused("GET /hello HTTP/1.1\r\nHost: a\r\nX : 1\r\n\r\n") == 400);
    CHECK(refused("GET /hello HTTP/2.0\r\nHost: a\r\n\r\n") == 505);
    CHECK(refused("GET /../hello HTTP/1.1\r\nHost: a\r\n\r\n") == 400);
    CHECK(refused("GET /a%2fb HTTP/1.1\r\nHost: a\r\n\r\n") == 400);
    CHECK(refused("GET /%00 HTTP/1.1\r\nHost: a\r\n\r\n") == 400);
    CHECK(refused("GET /%ff HTTP/1.1\r\nHost: a\r\n\r\n") == 400);
    const std::string head = "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n";
    CHECK(refused(head + "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n") == 400);
    CHECK(refused(head + "Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}") == 400);
    CHECK(refused(head + "Content-Length: 2, 2\r\n\r\n{}") == 400);
    CHECK(refused(head + "Content-Length: -1\r\n\r\n") == 400);
    CHECK(refused(head + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n") == 501);
    CHECK(refused(head + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n") == 501);
    CHECK(refused(head + "Transfer-Encoding: chunked\r\n\r\nxyz\r\n") == 400);
    CHECK(refused(head + "Expect: a-miracle\r\nContent-Length: 2\r\n\r\n") == 417);
}

TEST_CASE("a stream of events beats while nothing happens, and nothing else does") {
    constexpr std::string_view kHead = "GET /hesitating HTTP/1.0\r\nHost: shop\r\n\r\n";
    const auto body = [&](std::string_view type, Duration heartbeat) {
        HttpServer server([type](http::Routes& routes) { add_hesitating_route(routes, type); },
                          {.heartbeat = heartbeat});
        return body_of(server.talk(kHead, 2));  // to its end
    };
    CHECK(body("text/event-stream", {0}) == ":\n\ndata: 1\n\n:\n\n");
    CHECK(body("text/event-stream", minutes(1)) == "data: 1\n\n");
    CHECK(body("text/plain", {0}) == "data: 1\n\n");
}

TEST_CASE("control: Beast's parser alone takes what could be read in two ways") {
    const std::string post = "POST /echo HTTP/1.1\r\nHost: a\r\n";
    CHECK(tests::beast_takes("GET /hello HTTP/1.1\r\n\r\n"));
    CHECK(tests::beast_takes("GET /hello HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"));
    CHECK(tests::beast_takes("GET /hello HTTP/1.1\r\nHost: a b\r\n\r\n"));
    CHECK(tests::beast_takes("GET /hello HTTP/1.1\r\nHost: a\r\nX: 1\r\n 2\r\n\r\n"));
    CHECK(tests::beast_takes("GET /../hello HTTP/1.1\r\nHost: a\r\n\r\n"));
    CHECK(tests::beast_takes(post + "Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}"));
    CHECK(tests::beast_takes(post + "Transfer-Encoding: xchunked\r\n\r\n"));
}

std::string too_long_body() {
    return R"({"text":")" + std::string(990, 'a') + R"("})";  // by one byte
}

std::string too_many_chunks() {
    const std::string body = R"({"text":")" + std::string(1'989, 'a') + R"("})";
    return "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
           "Transfer-Encoding: chunked\r\n\r\n7d0\r\n" +
           body + "\r\n0\r\n\r\n";
}

std::string with_headers(int count) {
    std::string request = "GET /hello HTTP/1.1\r\nHost: a\r\n";
    for (int i = 0; i < count; ++i) request += "X: 1\r\n";
    return request + "\r\n";
}

// What is too much, and what is said of it where it is not.
struct TooMuch {
    std::string request;
    int refused;
    int taken;
};

std::vector<TooMuch> too_much() {
    return {
        {"GET /" + std::string(9'000, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n", 414, 404},
        {"GET /" + std::string(90'000, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n", 414, 404},
        {"GET /hello HTTP/1.1\r\nHost: a\r\nX: " + std::string(20'000, 'a') + "\r\n\r\n", 431, 200},
        {with_headers(101), 431, 200},
        {with_headers(10'000), 431, 200},
        {post("/echo", "application/json", too_long_body()), 413, 200},
        {too_many_chunks(), 413, 200}};
}

TEST_CASE("too much of anything is refused by its own status") {
    HttpServer server(add_routes);
    for (const TooMuch& each : too_much())
        CHECK(status_of(server.talk(each.request)) == each.refused);
}

TEST_CASE("control: the same bytes are taken where the limits are higher") {
    const http::WireLimits wide{.header_bytes = 200'000, .fields = 20'000, .target_bytes = 100'000};
    HttpServer server([](http::Routes& routes) { add_limited_routes(routes, 10'000); },
                      {.wire = wide});
    for (const TooMuch& each : too_much())
        CHECK(status_of(server.talk(each.request)) == each.taken);
}

TEST_CASE("a body of the wrong kind, or none, is refused") {
    HttpServer server(add_routes);
    CHECK(status_of(server.talk(post("/echo", "text/plain", "{}"))) == 415);
    CHECK(status_of(server.talk("POST /echo HTTP/1.1\r\nHost: a\r\n\r\n")) == 411);
    const std::string wrong = server.talk(post("/echo", "application/json", R"({"txt":1})"));
    CHECK(status_of(wrong) == 400);
    CHECK(body_of(wrong).find("/txt") != wrong.npos);
    CHECK(body_of(wrong).find("/text") != wrong.npos);
}

TEST_CASE("a path says which methods it has") {
    HttpServer server(add_routes);
    const std::string refused = server.talk("DELETE /hello HTTP/1.1\r\nHost: a\r\n\r\n");
    CHECK(status_of(refused) == 405);
    CHECK(refused.find("Allow: GET, HEAD, OPTIONS\r\n") != refused.npos);
    CHECK(status_of(server.talk("TRACE /hello HTTP/1.1\r\nHost: a\r\n\r\n")) == 405);
    const std::string options = server.talk("OPTIONS /echo HTTP/1.1\r\nHost: a\r\n\r\n");
    CHECK(status_of(options) == 204);
    CHECK(options.find("Allow: POST, OPTIONS\r\n") != options.npos);
}

TEST_CASE("HEAD is GET without the body") {
    HttpServer server(add_routes);
    const std::string both =
        server.talk("HEAD /hello HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", 9);
    CHECK(status_of(both) == 200);
    CHECK(both.find("Content-Length: 5\r\n") != both.npos);
    CHECK(body_of(both).empty());
}

TEST_CASE("unknown, repeated and malformed query parameters are refused by name") {
    HttpServer server(add_routes);
    CHECK(status_of(server.talk(get("/things/1?n=12"))) == 200);
    for (const char* path :
         {"/things/1?m=1", "/things/1?n=1&n=2", "/things/1?n=x", "/things/1?n=%"}) {
        const std::string answer = server.talk(get(path));
        CHECK(status_of(answer) == 400);
        CHECK(body_of(answer).find("\"pointer\":") != answer.npos);
    }
}

TEST_CASE("a header that says one thing is refused by name if it comes twice") {
    HttpServer server(add_routes);
    for (const std::string name : {"Authorization", "Idempotency-Key", "If-Match", "Prefer",
                                   "Shop-Token", "Shop-Min-Position", "Content-Type"}) {
        const std::string head = "GET /hello HTTP/1.1\r\nHost: a\r\n" + name + ": one\r\n";
        CHECK(status_of(server.talk(head + "\r\n")) == 200);
        const std::string answer = server.talk(head + name + ": two\r\n\r\n");
        CHECK(status_of(answer) == 400);
        CHECK(body_of(answer).find('"' + name + '"') != answer.npos);
    }
}

TEST_CASE("fields behind a chunked body change nothing") {
    HttpServer server(add_routes);
    const std::string answer = server.talk(
        "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
        "Transfer-Encoding: chunked\r\n\r\nd\r\n{\"text\":\"ok\"}\r\n0\r\nHost: b\r\nX: y\r\n\r\n");
    CHECK(status_of(answer) == 200);
    CHECK(body_of(answer) == "ok");
}

TEST_CASE("a long body is read piece by piece, and never beyond its limit") {
    HttpServer server(add_routes);
    CHECK(body_of(server.talk(post("/count", "text/csv", std::string(3'000'000, 'x')))) ==
          "3000000");
    CHECK(status_of(server.talk(post("/count", "text/csv", std::string(10'000'001, 'x')))) == 413);
}

TEST_CASE("an event stream ends when its source does") {
    HttpServer server(add_routes);
    const std::string answer =
        server.talk("GET /events HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", 2);
    CHECK(answer.find("Transfer-Encoding: chunked\r\n") != answer.npos);
    CHECK(answer.find("data: 3\n\n\r\n0\r\n\r\n") != answer.npos);
}

TEST_CASE("who asks before sending a body is told to go on") {
    HttpServer server(add_routes);
    const int socket = server.connect();
    const std::string head =
        "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
        "Expect: 100-continue\r\nContent-Length: 14\r\n\r\n";
    REQUIRE(::send(socket, head.data(), head.size(), MSG_NOSIGNAL) > 0);
    CHECK(status_of(tests::read_answers(socket, 1)) == 100);
    REQUIRE(::send(socket, R"({"text":"tea"})", 14, MSG_NOSIGNAL) > 0);
    CHECK(body_of(tests::read_answers(socket, 1)) == "tea");
    ::close(socket);
}

TEST_CASE("who is too slow with a request is told so and cut off") {
    HttpServer server(add_routes, {.idle = seconds(1), .header = seconds(1), .body = seconds(1)});
    CHECK(server.talk("").empty());
    CHECK(status_of(server.talk("GET /hello HTTP/1.1\r\nHost: a\r\n")) == 408);
    CHECK(status_of(server.talk("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n"
                                "Content-Type: application/json\r\n\r\n{")) == 408);
}

// A line every twentieth of a second, each in time for whoever waits for the next bytes only; what
// was said when the server had enough, or to the whole request if it had not.
std::string drip(HttpServer& server, std::string_view head, std::string_view line,
                 std::string_view end) {
    const int socket = server.connect();
    const auto say = [&](std::string_view bytes) {
        return ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL) > 0;
    };
    pollfd answered{.fd = socket, .events = POLLIN, .revents = 0};
    bool is_open = say(head);
    for (int i = 0; is_open && i < 60; ++i) is_open = ::poll(&answered, 1, 50) == 0 && say(line);
    if (is_open) say(end);
    std::string answer = tests::read_answers(socket, 1);
    ::close(socket);
    return answer;
}

std::string drip_header(HttpServer& server) {
    return drip(server, "GET /hello HTTP/1.1\r\nHost: a\r\n", "X: y\r\n", "\r\n");
}

std::string drip_body(HttpServer& server) {
    return drip(server,
                "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
                "Content-Length: 72\r\n\r\n{\"text\":\"a\"",
                " ", "}");
}

TEST_CASE("who drips a request line by line is cut off like whoever sends nothing") {
    HttpServer server(add_routes, {.idle = seconds(1), .header = seconds(1), .body = seconds(1)});
    CHECK(status_of(drip_header(server)) == 408);
    CHECK(status_of(drip_body(server)) == 408);
}

TEST_CASE("control: the same drips are answered where there is time") {
    HttpServer server(add_routes);
    CHECK(body_of(drip_header(server)) == "hello");
    CHECK(body_of(drip_body(server)) == "a");
}

TEST_CASE("a server that stops answers what it has begun and hangs up on who is idle") {
    HttpServer server(add_routes);
    const int socket = server.connect();
    const std::string request = get("/hello");
    REQUIRE(::send(socket, request.data(), request.size(), MSG_NOSIGNAL) > 0);
    CHECK(status_of(tests::read_answers(socket, 1)) == 200);
    server.drain();
    CHECK(tests::read_answers(socket, 1).empty());
    ::close(socket);
}

}  // namespace
}  // namespace shop
