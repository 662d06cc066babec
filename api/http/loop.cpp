#include "api/http/loop.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <unordered_map>

namespace shop::http {
namespace asio = boost::asio;
namespace {

using IoExecutor = asio::io_context::executor_type;
using Descriptor = asio::posix::basic_stream_descriptor<IoExecutor>;
using Timer = asio::basic_waitable_timer<std::chrono::steady_clock,
                                         asio::wait_traits<std::chrono::steady_clock>, IoExecutor>;

// A watched descriptor. Handlers under way hold it weakly: once forgotten, they say nothing.
struct Watched {
    Descriptor descriptor;
    explicit Watched(asio::io_context& context, int fd) : descriptor(context, fd) {}
    ~Watched() { descriptor.release(); }  // whoever owns the socket closes it
};

}  // namespace

struct Loop::Impl {
    asio::io_context context{1};
    asio::executor_work_guard<IoExecutor> work{context.get_executor()};
    // shared: a wait that is being delivered must find out that it was forgotten.
    std::unordered_map<int, std::shared_ptr<Watched>> watched;

    void wait(int fd, Descriptor::wait_type what, FdWatcher::Function ready) {
        auto& at = watched[fd];
        if (!at) at = std::make_shared<Watched>(context, fd);
        at->descriptor.async_wait(what, [weak = std::weak_ptr<Watched>(at),
                                         ready = std::move(ready)](auto error) mutable {
            if (!error && !weak.expired()) ready();
        });
    }
};

Loop::Loop() : impl_(std::make_unique<Impl>()) {}
Loop::~Loop() = default;

void Loop::post(Executor::Function function) {
    asio::post(impl_->context, std::move(function));
}

void Loop::post_after(Duration delay, Executor::Function function) {
    auto timer = std::make_unique<Timer>(impl_->context, std::chrono::microseconds(delay.us));
    Timer& at = *timer;
    at.async_wait([timer = std::move(timer), function = std::move(function)](auto error) mutable {
        if (!error) function();
    });
}

void Loop::when_readable(int fd, FdWatcher::Function ready) {
    impl_->wait(fd, Descriptor::wait_read, std::move(ready));
}

void Loop::when_writable(int fd, FdWatcher::Function ready) {
    impl_->wait(fd, Descriptor::wait_write, std::move(ready));
}

void Loop::forget(int fd) {
    impl_->watched.erase(fd);
}

void Loop::run() {
    impl_->context.run();
}

void Loop::stop() {
    asio::post(impl_->context, [this] { impl_->context.stop(); });
}

asio::io_context& Loop::context() {
    return impl_->context;
}

}  // namespace shop::http
