// The engine without HTTP: shards, committer, log and state store, as `serve` runs them. A number
// of shoppers, each waiting for its answer before it goes on, fill carts of 20 lines on one thread;
// each command is one record, durable before it is answered.
#include <fmt/format.h>

#include <condition_variable>
#include <deque>
#include <filesystem>
#include <mutex>

#include "api/event_log.hpp"
#include "api/system_clock.hpp"
#include "bench/bench.hpp"
#include "bench/goods.hpp"
#include "bench/measure.hpp"
#include "events/keys/private_file.hpp"
#include "events/local_engine.hpp"
#include "events/rocksdb/rocksdb_state_store.hpp"

namespace shop::bench {
namespace {

constexpr std::size_t kLinesOfCart = 20;

// The thread that shoppers live on.
class Queue final : public Executor {
  public:
    void post(Function function) override {
        {
            const std::lock_guard lock(mutex_);
            functions_.push_back(std::move(function));
        }
        posted_.notify_one();
    }
    void post_after(Duration, Function function) override { post(std::move(function)); }

    // Runs what is posted until `done()`.
    template <class Done>
    void run_until(Done done) {
        std::deque<Function> taken;
        while (!done()) {
            std::unique_lock lock(mutex_);
            posted_.wait(lock, [&] { return !functions_.empty(); });
            taken.swap(functions_);
            lock.unlock();
            for (Function& function : taken) function();
            taken.clear();
        }
    }

  private:
    std::mutex mutex_;
    std::condition_variable posted_;
    std::deque<Function> functions_;
};

struct Crowd {
    Engine& engine;
    Queue& queue;
    const Goods& goods;
    std::int64_t until_ns = 0;
    std::size_t shopping = 0;
    std::uint64_t refused = 0;
    Histogram times;
};

Submission submission_of(AnyCommand command, std::initializer_list<std::string_view> id) {
    Submission submission{.command = std::move(command), .id = CommandId::derive(id)};
    submission.actor.kind = ActorKind::kShopper;
    submission.fingerprint = "jmnAJ0xpOuq5Qb3U3WnlmbLoFsZ1pS_w";
    return submission;
}

Task<bool> shop_on(Crowd& crowd, std::string name) {
    for (std::uint64_t n = 0; now_ns() < crowd.until_ns; ++n) {
        const std::string cart_name = name + std::to_string(n);
        cart::Create create;
        create.cart = CartId::derive({cart_name});
        create.currency = *Currency::parse("GBP");
        AnyCommand command = create;
        for (std::size_t line = 0; line <= kLinesOfCart && now_ns() < crowd.until_ns; ++line) {
            const std::int64_t at = now_ns();
            const auto receipt = co_await crowd.engine.submit(
                crowd.queue, submission_of(std::move(command), {cart_name, std::to_string(line)}));
            crowd.refused += receipt ? 0 : 1;
            crowd.times.add(now_ns() - at);
            command = cart::AddLine{create.cart, crowd.goods.sku(n * 7 + line), 1};
        }
    }
    co_return true;
}

Status run(Words words) {
    const std::filesystem::path folder = option(words, "--folder", "bench-engine");
    const std::int64_t seconds = number_option(words, "--seconds", 5);
    const std::int64_t shoppers = number_option(words, "--shoppers", 64);
    // A shop's data folder that is to be filled, rather than a new one that is gone afterwards.
    const bool fills = option(words, "--fill", "no") == "yes";
    if (!fills) std::filesystem::remove_all(folder);
    const std::string seed = std::to_string(now_ns());
    SHOP_TRY_STATUS(make_private_folder(folder));
    const std::string place = option(words, "--log", "rocksdb");
    SHOP_TRY(opened, api::open_event_log(folder, {.log = place}));
    SHOP_TRY(store, open_rocksdb_state_store({.folder = folder / "state"}));
    const Goods goods(5'000);
    const api::SystemClock clock;
    SHOP_TRY(engine, LocalEngine::open({*opened.log, *store, clock, goods, &decide_any},
                                       {.address = "bench", .log_id = opened.id}));
    engine->start();
    Queue queue;
    Crowd crowd{*engine, queue, goods};
    const double cpu = cpu_seconds();
    const std::int64_t begin = now_ns();
    crowd.until_ns = begin + seconds * 1'000'000'000;
    for (std::int64_t i = 0; i < shoppers; ++i) {
        ++crowd.shopping;
        start(shop_on(crowd, seed + " " + std::to_string(i) + " "),
              [&](bool) { --crowd.shopping; });
    }
    queue.run_until([&] { return crowd.shopping == 0; });
    const double took = static_cast<double>(now_ns() - begin) * 1e-9;
    const double commands = static_cast<double>(crowd.times.count());
    const std::string_view where = opened.embedded == nullptr ? " on Kafka, " : ", ";
    Row(fmt::format("log append through the engine{}{} outstanding", where, shoppers))
        .number("per_second", commands / took)
        .number("cpu_us", (cpu_seconds() - cpu) * 1e6 / commands)
        .number("refused", static_cast<double>(crowd.refused))
        .number("doubts", static_cast<double>(engine->stats().doubts))
        .latencies(crowd.times);
    engine->stop();
    if (!fills) std::filesystem::remove_all(folder);
    return {};
}

}  // namespace

extern const Bench kEngine;
const Bench kEngine{
    "engine", "commands without HTTP: --folder DIR --log LOG --fill yes --shoppers N --seconds N",
    &run};

}  // namespace shop::bench
