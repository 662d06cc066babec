#include "api/http/session_set.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <list>

#include "api/http/session.hpp"
#include "core/base/assert.hpp"

namespace shop::http {

struct SessionSet::Impl {
    SessionContext context;
    std::list<std::unique_ptr<Session>> sessions;
    // shared: the timer's next turn may come when the set is gone.
    std::shared_ptr<bool> alive = std::make_shared<bool>(true);

    void turn() {
        context.date = http_date(context.clock.now());
        context.loop.post_after(seconds(1), [this, held = alive] {
            if (!*held) return;
            for (const auto& session : sessions) session->tick();
            turn();
        });
    }
};

SessionSet::SessionSet(Loop& loop, Dispatcher& dispatcher, const Clock& clock,
                       SessionOptions options)
    : impl_(std::make_unique<Impl>(Impl{{loop, dispatcher, clock, options, {}}, {}})) {
    impl_->turn();
}

SessionSet::~SessionSet() {
    *impl_->alive = false;
    SHOP_ASSERT(impl_->sessions.empty());
}

void SessionSet::adopt(int socket, std::string remote) {
    const int on = 1;
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    auto& sessions = impl_->sessions;
    sessions.push_back(std::make_unique<Session>(impl_->context, socket, std::move(remote)));
    const auto at = std::prev(sessions.end());
    count_.fetch_add(1, std::memory_order_relaxed);
    start((*at)->run(), [this, at](bool) {
        impl_->sessions.erase(at);
        count_.fetch_sub(1, std::memory_order_relaxed);
    });
}

void SessionSet::stop() {
    impl_->context.stopping = true;
    for (const auto& session : impl_->sessions) session->stop();
}

void SessionSet::abort() {
    impl_->context.stopping = true;
    for (const auto& session : impl_->sessions) session->abort();
}

}  // namespace shop::http
