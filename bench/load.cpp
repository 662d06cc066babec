// The load generator. Closed loop: so many shoppers, each goes on as soon as it has its answer.
// Paced (--rate): calls are due at fixed times whatever the server does, and a latency counts from
// the moment the call was due, so that a server that stalls cannot hide it.
#include <sys/epoll.h>
#include <unistd.h>

#include <deque>
#include <fstream>
#include <map>

#include "bench/bench.hpp"
#include "bench/measure.hpp"
#include "bench/shopper.hpp"

namespace shop::bench {
namespace {

struct Options {
    Address address;
    std::string script;
    std::string row;
    std::int64_t connections = 64;
    std::int64_t rate = 0;  // calls a second; 0: closed loop
    double seconds = 5;
    double warm_up = 1;  // seconds before anything is counted
};

// Lines of a file.
std::vector<std::string> lines_of(const std::string& path) {
    std::vector<std::string> lines;
    std::ifstream in(path);
    for (std::string line; std::getline(in, line);)
        if (!line.empty()) lines.push_back(line);
    return lines;
}

class Load {
  public:
    Load(const Options& options, const Shelf& shelf) : options_(options), shelf_(shelf) {}
    ~Load() {
        if (epoll_ >= 0) ::close(epoll_);
    }

    Status run();

  private:
    struct Visitor {
        HttpConnection connection;
        std::unique_ptr<Shopper> shopper;
        Call call;
        std::int64_t due_ns = 0;
    };

    Status open();
    Status send_due();
    Status send(Visitor& visitor, std::int64_t due_ns);
    Status wait_and_take();
    Status take(Visitor& visitor);
    void count(const Visitor& visitor, bool ok, std::int64_t at);
    int timeout_ms() const;
    void report(double seconds) const;

    const Options options_;
    const Shelf& shelf_;
    int epoll_ = -1;
    std::vector<std::unique_ptr<Visitor>> visitors_;
    std::deque<Visitor*> idle_;
    std::int64_t begin_ns_ = 0;
    std::int64_t counted_from_ns_ = 0;
    std::int64_t end_ns_ = 0;
    std::int64_t calls_due_ = 0;
    std::int64_t calls_sent_ = 0;

    Histogram all_;
    std::map<std::string_view, Histogram> by_name_;
    std::uint64_t failed_ = 0;
    std::uint64_t journeys_ = 0;
    int failed_status_ = 0;
};

Status Load::open() {
    epoll_ = ::epoll_create1(EPOLL_CLOEXEC);
    for (std::int64_t i = 0; i < options_.connections; ++i) {
        auto visitor = std::make_unique<Visitor>();
        SHOP_TRY_STATUS(visitor->connection.connect(options_.address));
        visitor->shopper = make_shopper(options_.script, shelf_, static_cast<std::uint64_t>(i));
        epoll_event event{.events = EPOLLIN, .data = {.ptr = visitor.get()}};
        ::epoll_ctl(epoll_, EPOLL_CTL_ADD, visitor->connection.fd(), &event);
        idle_.push_back(visitor.get());
        visitors_.push_back(std::move(visitor));
    }
    return {};
}

Status Load::run() {
    SHOP_TRY_STATUS(open());
    begin_ns_ = now_ns();
    counted_from_ns_ = begin_ns_ + static_cast<std::int64_t>(options_.warm_up * 1e9);
    end_ns_ = counted_from_ns_ + static_cast<std::int64_t>(options_.seconds * 1e9);
    while (now_ns() < end_ns_) {
        SHOP_TRY_STATUS(send_due());
        SHOP_TRY_STATUS(wait_and_take());
    }
    report(options_.seconds);
    return {};
}

Status Load::send_due() {
    const std::int64_t now = now_ns();
    if (options_.rate == 0) {
        while (!idle_.empty()) {
            Visitor& visitor = *idle_.front();
            idle_.pop_front();
            SHOP_TRY_STATUS(send(visitor, now));
        }
        return {};
    }
    const double passed = static_cast<double>(now - begin_ns_) * 1e-9;
    calls_due_ = static_cast<std::int64_t>(passed * static_cast<double>(options_.rate));
    for (; calls_sent_ < calls_due_ && !idle_.empty(); ++calls_sent_) {
        Visitor& visitor = *idle_.front();
        idle_.pop_front();
        const auto due =
            static_cast<double>(calls_sent_) * 1e9 / static_cast<double>(options_.rate);
        SHOP_TRY_STATUS(send(visitor, begin_ns_ + static_cast<std::int64_t>(due)));
    }
    return {};
}

Status Load::send(Visitor& visitor, std::int64_t due_ns) {
    visitor.call = visitor.shopper->next();
    visitor.due_ns = due_ns;
    return visitor.connection.send(visitor.call.bytes);
}

int Load::timeout_ms() const {
    return options_.rate == 0 || calls_sent_ >= calls_due_ + 10 ? 100 : 1;
}

Status Load::wait_and_take() {
    std::array<epoll_event, 256> events;
    const int count =
        ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), timeout_ms());
    for (int i = 0; i < count; ++i)
        SHOP_TRY_STATUS(take(*static_cast<Visitor*>(events[static_cast<std::size_t>(i)].data.ptr)));
    return {};
}

Status Load::take(Visitor& visitor) {
    Answer answer;
    SHOP_TRY(whole, visitor.connection.receive(answer));
    if (!whole) return {};
    const bool ok = visitor.shopper->take(answer);
    if (!ok) failed_status_ = answer.status;
    count(visitor, ok, now_ns());
    idle_.push_back(&visitor);
    return {};
}

void Load::count(const Visitor& visitor, bool ok, std::int64_t at) {
    if (at < counted_from_ns_ || at > end_ns_) return;
    failed_ += ok ? 0 : 1;
    journeys_ += ok && visitor.call.ends_journey ? 1 : 0;
    all_.add(at - visitor.due_ns);
    by_name_[visitor.call.name].add(at - visitor.due_ns);
}

void Load::report(double seconds) const {
    Row row(options_.row);
    row.number("per_second", static_cast<double>(all_.count()) / seconds)
        .number("calls", static_cast<double>(all_.count()))
        .number("failed", static_cast<double>(failed_))
        .number("last_failed_status", failed_status_)
        .latencies(all_);
    if (journeys_ > 0) row.number("journeys_per_second", static_cast<double>(journeys_) / seconds);
    if (by_name_.size() == 1) return;
    for (const auto& [name, histogram] : by_name_) {
        row.number(std::string(name) + "_p50_ms", histogram.quantile_ms(0.5));
        row.number(std::string(name) + "_p99_ms", histogram.quantile_ms(0.99));
    }
}

std::unexpected<Error> no_shelf() {
    return fail(ErrorCode::kInvalid, "wrong-use", "--skus, --urls and --pages take files.");
}

Status run(Words words) {
    Options options;
    SHOP_TRY(address, Address::parse(option(words, "--address", "127.0.0.1:8080")));
    options.address = address;
    options.script = option(words, "--script", "get");
    options.row = option(words, "--row", options.script);
    options.connections = number_option(words, "--connections", 64);
    options.rate = number_option(words, "--rate", 0);
    options.seconds = static_cast<double>(number_option(words, "--seconds", 5));
    options.warm_up = static_cast<double>(number_option(words, "--warm-up", 1));
    Shelf shelf{lines_of(option(words, "--skus", "")), lines_of(option(words, "--urls", "")),
                lines_of(option(words, "--pages", ""))};
    for (const std::string& line : lines_of(option(words, "--key", ""))) shelf.staff_key = line;
    const std::string_view script = options.script;
    if ((script == "get" || script == "journey") && shelf.urls.empty()) return no_shelf();
    if ((script == "visible" || script == "journey") && shelf.pages.empty()) return no_shelf();
    if (script != "get" && shelf.skus.empty()) return no_shelf();
    return Load(options, shelf).run();
}

}  // namespace

extern const Bench kLoad;
const Bench kLoad{"load", "HTTP load: --script get|cart|journey|visible --connections N --rate N …",
                  &run};

}  // namespace shop::bench
