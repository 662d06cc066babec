#include "tests/api/endpoints/memory_shop.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <optional>
#include <utility>

#include "api/erase_keys.hpp"
#include "api/http/body_stream.hpp"
#include "api/http/target.hpp"

namespace shop::tests {
namespace {

// A body that arrives in pieces, so that rows are cut in the middle.
class PiecesOf final : public http::BodyReader {
  public:
    explicit PiecesOf(std::string_view body) : left_(body) {}
    Task<Result<std::string>> next() override {
        std::string piece(left_.substr(0, kPieceBytes));
        left_.remove_prefix(piece.size());
        return ready(Result<std::string>(std::move(piece)));
    }

  private:
    static constexpr std::size_t kPieceBytes = 100;
    std::string_view left_;
};

template <class T>
T must(Result<T> result) {
    INFO((result ? std::string() : result.error().message));
    REQUIRE(result);
    return std::move(*result);
}

Task<payment::ProviderResult> no_provider(EffectId, AnyCall) {
    return ready(payment::ProviderResult{});
}

}  // namespace

MemoryShop::MemoryShop(AddRoutes add, Partitions partitions)
    : log_(partitions, MemoryLog::Delivery::kManual),
      log_ends_(partitions),
      engine_(must(LocalEngine::open({log_, store_, clock_, catalog_, &decide_any}, {}))),
      meeting_place_(*engine_),
      cluster_status_({*engine_, directory_, log_ends_, store_, nullptr, "local"}) {
    effects_ = std::make_unique<EffectRunner>(
        EffectEngines{*engine_, *engine_}, loop_, clock_, engine_->slot_map(),
        EffectPorts{&no_provider,
                    {[](const auto&) {}, [](const auto&) {}},
                    attention_,
                    [this](const std::vector<ExpiringStream>& expiring) {
                        return ready(api::erase_keys({erasures_, *keys_, lines_, metrics_},
                                                     std::span<const ExpiringStream>(expiring),
                                                     engine_->now())
                                         .has_value());
                    }},
        EffectOptions{});
    engine_->add_observer(*effects_);
    engine_->add_observer(log_ends_);
    engine_->add_observer(own_offices_);
    keys_ = must(KeyStore::open(folder_.path / "keys"));
    staff_keys_ = must(api::StaffKeys::open(folder_.path, clock_));
    services_ = std::make_unique<api::Services>(api::Services{.home = loop_,
                                                              .watcher = watcher_,
                                                              .engine = meeting_place_,
                                                              .catalog = catalog_,
                                                              .catalog_fold = catalog_,
                                                              .keys = *keys_,
                                                              .erasures = erasures_,
                                                              .secrets = secrets_,
                                                              .clock = clock_,
                                                              .staff_keys = *staff_keys_,
                                                              .metrics = metrics_,
                                                              .log = lines_,
                                                              .log_ends = log_ends_,
                                                              .attention = attention_,
                                                              .cluster_status = cluster_status_,
                                                              .reads = nullptr,
                                                              .storefront = nullptr,
                                                              .pages = nullptr,
                                                              .projector = nullptr,
                                                              .views = nullptr,
                                                              .view_worker = nullptr,
                                                              .providers = providers_,
                                                              .payment_limit = payment_limit_,
                                                              .payment_time = minutes(15),
                                                              .data = folder_.path,
                                                              .backups = folder_.path,
                                                              .origin = "http://localhost",
                                                              .event_log = &log_});
    add(routes_, *services_);
    effects_->start();
    settle();
}

MemoryShop::~MemoryShop() {
    bool is_idle = false;
    effects_->stop([&] { is_idle = true; });
    settle();
    CHECK(is_idle);
    engine_->halt();
    loop_.run();
}

// What a handler's coroutine refers to while it runs.
struct MemoryShop::Running {
    Call call;
    http::Request request;
    PiecesOf pieces;
    std::optional<http::Response> answer = {};
    explicit Running(Call asked)
        : call(std::move(asked)),
          request{.method = call.method, .path = call.path, .body = call.body},
          pieces(request.body) {
        if (!call.key.empty()) request.headers.push_back({"idempotency-key", call.key});
        if (!call.min_position.empty())
            request.headers.push_back({"shop-min-position", call.min_position});
    }
};

std::unique_ptr<MemoryShop::Running> MemoryShop::begin(Call call) {
    auto running = std::make_unique<Running>(std::move(call));
    http::Request& request = running->request;
    request.arguments = http::parse_query(running->call.query).value();
    request.stream = &running->pieces;
    request.id = "req_" + std::to_string(++calls_);
    request.caller.actor = {.kind = ActorKind::kStaff, .id = "anna"};
    request.caller.shop_token = running->call.shop_token;
    request.home = &loop_;
    const auto match = routes_.find(request.method, request.path, request.parameters);
    REQUIRE(match.entry != nullptr);
    start(match.entry->handler(request),
          [&answer = running->answer](http::Response response) { answer = std::move(response); });
    return running;
}

http::Response MemoryShop::call(http::Method method, const std::string& path,
                                const std::string& body, const std::string& query) {
    return std::move(call_together({{method, path, body, query}}).front());
}

std::vector<http::Response> MemoryShop::call_together(std::vector<Call> calls) {
    std::vector<std::unique_ptr<Running>> running;
    for (Call& call : calls) running.push_back(begin(std::move(call)));
    const auto is_answered = [](const auto& one) { return one->answer.has_value(); };
    for (int turn = 0; turn < 1'000 && !std::ranges::all_of(running, is_answered); ++turn) {
        settle();
        if (!std::ranges::all_of(running, is_answered)) clock_.advance(milliseconds(10));
    }
    std::vector<http::Response> answers;
    for (auto& one : running) {
        REQUIRE(one->answer);
        answers.push_back(std::move(*one->answer));
    }
    return answers;
}

std::vector<http::Response> MemoryShop::call_crossing(std::vector<Call> calls) {
    meeting_place_.wait_for(calls.size());
    return call_together(std::move(calls));
}

void MemoryShop::record(AnyCommand command) {
    Submission submission{.command = std::move(command)};
    submission.id = CommandId::derive({"recorded", std::to_string(++calls_)});
    must(run(engine_->submit(loop_, std::move(submission))));
}

void MemoryShop::pass(Duration by) {
    clock_.advance(by);
    settle();
    while (engine_->save_step()) {
    }
}

std::vector<RecordedEvent> MemoryShop::recorded() const {
    static constexpr std::size_t kAll = 1'000'000'000;
    std::vector<RecordedEvent> events;
    for (const Partition partition : log_.partitions().all()) {
        for (const StoredEntry& entry : must(log_.read(partition, 0, kAll, kAll))) {
            auto record = read_record(entry.bytes);
            if (!record) continue;  // a claim
            for (RecordedEvent& event : record->events) events.push_back(std::move(event));
        }
    }
    return events;
}

Offset MemoryShop::log_length() const {
    Offset length = 0;
    for (const Partition partition : log_.partitions().all()) length += log_.end(partition).value();
    return length;
}

Snapshot MemoryShop::read(const StreamId& id) {
    Snapshot found = must(run(engine_->read(loop_, id)));
    REQUIRE(found.state != nullptr);
    return found;
}

void MemoryShop::settle() {
    loop_.run();
    while (engine_->begin()) {
        engine_->finish();
        REQUIRE(catalog_.catch_up());
        loop_.run();
    }
}

}  // namespace shop::tests
