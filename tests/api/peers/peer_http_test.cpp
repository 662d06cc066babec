// Calls between processes over real sockets: HttpPeers asks, PeerServer answers.
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <future>
#include <thread>

#include "api/http/loop_thread.hpp"
#include "api/peers/http_peers.hpp"
#include "api/peers/peer_head.hpp"
#include "api/peers/peer_server.hpp"
#include "api/system_clock.hpp"
#include "events/cluster/cluster_engine.hpp"
#include "tests/support/engine_world.hpp"
#include "tests/support/fake_engine.hpp"

namespace shop::api {
namespace {

using Reply = std::expected<std::string, SendFailure>;
using tests::FakeEngine;

const LogId kLog = LogId::derive({"a log"});
const StockId kMugs = tests::stock_item("mugs");
constexpr Partitions kPartitions{1, 2, 1};

// A process that is asked, with an engine that answers at once.
struct Asked {
    explicit Asked(std::string_view secret = "the shop's secret") : seal(secret, kLog) {
        auto listener = http::Listener::bind("127.0.0.1", 0);
        REQUIRE(listener);
        address = "127.0.0.1:" + std::to_string(listener->port());
        host = std::make_unique<PeerHost>(PeerHost::Parts{engine, fold, directory, map, address});
        server = std::make_unique<PeerServer>(std::move(*listener),
                                              std::vector<http::Loop*>{&thread.loop()},
                                              PeerServer::Parts{*host, seal, clock, address});
        server->start();
    }
    ~Asked() {
        CHECK(server->drain(seconds(5)));
        server.reset();
    }

    http::LoopThread thread;
    SystemClock clock;
    const SlotMap map{kPartitions};
    tests::TestCatalog catalog;
    FakeEngine engine{clock, catalog, map};
    MemoryLog log{kPartitions};
    CatalogFold fold{log};
    Directory directory;
    PeerSeal seal;
    std::string address;
    std::unique_ptr<PeerHost> host;
    std::unique_ptr<PeerServer> server;
};

// A process that asks.
struct Asking {
    explicit Asking(std::string_view secret = "the shop's secret") : seal(secret, kLog) {}

    Reply send(const std::string& address, std::string call, Duration patience = seconds(5)) {
        std::promise<Reply> promise;
        thread.loop().post([&] {
            start(peers.send(thread.loop(), address, CallKind::kCall, std::move(call), patience),
                  [&](Reply reply) { promise.set_value(std::move(reply)); });
        });
        return promise.get_future().get();
    }
    PeerAnswer ask(const std::string& address, const PeerCall& call) {
        std::string bytes;
        REQUIRE(append_call(bytes, call));
        const Reply reply = send(address, bytes);
        REQUIRE(reply);
        return read_answer(*reply).value();
    }

    http::LoopThread thread;
    SystemClock clock;
    PeerSeal seal;
    Metrics metrics;
    HttpPeers peers{seal, clock, "127.0.0.1:1", {&thread.loop()}, PeerMeters(metrics)};
};

PeerCall delivery(std::int64_t quantity, std::string_view key) {
    return {SubmitCall{to_send(tests::submission_of(
                stock::Receive{
                    .stock = kMugs, .quantity = quantity, .opens = stock::Open{kMugs, {}, "mug"}},
                key))},
            {}};
}

TEST_CASE("a command is carried out by another process over HTTP, once", "[peer]") {
    Asked asked;
    Asking asking;
    CHECK(receipt_in(asking.ask(asked.address, delivery(10, "key 1"))).value().changed);
    CHECK(receipt_in(asking.ask(asked.address, delivery(10, "key 1"))));
    const auto read = snapshot_in(asking.ask(asked.address, {ReadCall{kMugs, {}}, {}}), kMugs);
    CHECK(tests::stock_of(read.value()).on_hand == 10);
    CHECK(asked.server->calls() == 3);
    CHECK(asked.server->refused() == 0);
}

TEST_CASE("many calls at once are all answered, each with its own answer", "[peer]") {
    Asked asked;
    Asking asking;
    constexpr int kCalls = 200;
    const auto kind = GENERATE(CallKind::kCall, CallKind::kWait);
    std::promise<void> all;
    int left = kCalls;
    int right = 0;
    asking.thread.loop().post([&] {
        for (int i = 0; i < kCalls; ++i) {
            const StockId item = tests::stock_item("item " + std::to_string(i));
            std::string bytes;
            (void)append_call(bytes, {ReadCall{item, {}}, {}});
            start(asking.peers.send(asking.thread.loop(), asked.address, kind, bytes, seconds(5)),
                  [&, item](Reply reply) {
                      right += reply && snapshot_in(read_answer(*reply).value(), item) ? 1 : 0;
                      if (--left == 0) all.set_value();
                  });
        }
    });
    all.get_future().wait();
    CHECK(right == kCalls);
}

TEST_CASE("a large call and a large answer go through", "[peer]") {
    Asked asked;
    asked.engine.set_refusal(
        [](const Submission& submission) { return submission.refusal_if_new; });
    Asking asking;
    PeerCall call = delivery(1, "key 1");
    const Error no{ErrorCode::kConflict, "no", std::string(2 << 20, 'x')};
    std::get<SubmitCall>(call.of).submission.refusal_if_new = no;
    CHECK(asking.ask(asked.address, call).error == no);
}

TEST_CASE("what no process of the shop sealed is refused with 401, and counted", "[peer]") {
    Asked asked;
    Asking stranger("another secret");
    std::string bytes;
    REQUIRE(append_call(bytes, delivery(10, "key 1")));
    const Reply reply = stranger.send(asked.address, bytes);
    REQUIRE_FALSE(reply);
    CHECK(reply.error() == SendFailure::kNoAnswer);
    CHECK(asked.server->refused() == 1);
    CHECK(asked.server->calls() == 0);
    CHECK_FALSE(asked.engine.has(kMugs));
}

TEST_CASE("a process that is not there was surely not asked", "[peer]") {
    Asking asking;
    const Reply reply = asking.send("127.0.0.1:9", "call");
    REQUIRE_FALSE(reply);
    CHECK(reply.error() == SendFailure::kNotSent);
    CHECK(asking.send("no address", "call").error() == SendFailure::kNotSent);
}

// Takes a connection, and says what it is told.
struct Impostor {
    explicit Impostor(std::string says) {
        socket = ::socket(AF_INET, SOCK_STREAM, 0);
        sockaddr_in at{};
        at.sin_family = AF_INET;
        at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        REQUIRE(::bind(socket, reinterpret_cast<sockaddr*>(&at), sizeof at) == 0);
        REQUIRE(::listen(socket, 1) == 0);
        socklen_t size = sizeof at;
        ::getsockname(socket, reinterpret_cast<sockaddr*>(&at), &size);
        address = "127.0.0.1:" + std::to_string(ntohs(at.sin_port));
        thread = std::thread([this, text = std::move(says)] {
            const int connection = ::accept(socket, nullptr, nullptr);
            char buffer[4096];
            while (::recv(connection, buffer, sizeof buffer, 0) > 0 && is_silent) {
            }
            (void)::send(connection, text.data(), text.size(), MSG_NOSIGNAL);
            ::close(connection);
        });
    }
    ~Impostor() {
        thread.join();
        ::close(socket);
    }
    int socket = -1;
    std::atomic<bool> is_silent = false;  // says nothing until the other side has gone
    std::string address;
    std::thread thread;
};

TEST_CASE("an answer of somebody else, or none, leaves it open whether it was done", "[peer]") {
    const std::string answer = "HTTP/1.1 200 OK\r\nContent-Length: ";
    for (const std::string& says :
         {std::string(), answer + "2\r\n\r\n{}", answer + "60\r\n\r\n" + std::string(60, 'x'),
          answer + "900\r\n\r\nhalf",
          std::string("HTTP/1.1 503 Service Unavailable\r\n"
                      "Content-Length: 0\r\n\r\n")}) {
        Impostor impostor(says);
        Asking asking;
        const Reply reply = asking.send(impostor.address, "call");
        REQUIRE_FALSE(reply);
        CHECK(reply.error() == SendFailure::kNoAnswer);
    }
}

TEST_CASE("what a process of the shop sealed and is no call is told so", "[peer]") {
    Asked asked;
    Asking asking;
    const auto told = asking.send(asked.address, "no call at all");
    REQUIRE(told);
    CHECK(read_answer(*told).value().error->type == "unreadable-call");
}

TEST_CASE("a process that says nothing is given up once the patience is over", "[peer]") {
    Impostor impostor({});
    impostor.is_silent = true;
    Asking asking;
    const Reply reply = asking.send(impostor.address, "call", milliseconds(50));
    REQUIRE_FALSE(reply);
    CHECK(reply.error() == SendFailure::kNoAnswer);
}

}  // namespace
}  // namespace shop::api
