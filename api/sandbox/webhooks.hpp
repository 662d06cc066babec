// Tells the shop what happened, by signed webhooks: at least once, again and again until the shop
// has taken it or three days have passed. What was not taken is told again after a restart
// (desk.hpp). One thread: the loop's.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "api/http/http_client.hpp"
#include "api/sandbox/processor.hpp"
#include "events/executor.hpp"

namespace shop::sandbox {

// How long the shop is told of a thing that it does not take.
inline constexpr Duration kToldFor = days(3);

class Webhooks {
  public:
    // `locate` finds the shop at each new connection: it may come later than the sandbox.
    Webhooks(FdWatcher& watcher, Executor& loop, const Clock& clock, std::string secret,
             HttpClient::Locate locate);
    ~Webhooks();

    // `copies` times the same; `taken` is called for each that the shop has taken.
    void tell(const Answer& answer, int copies, std::function<void()> taken);

    // What happens within a moment is told in reverse.
    void set_reversed(bool reversed) { reversed_ = reversed; }

  private:
    struct Message {
        std::string body;
        Time until;
        Duration back_off;
        std::function<void()> taken;
    };
    void send(Message message);
    void send_gathered();

    Executor& loop_;
    const Clock& clock_;
    const std::string secret_;
    bool reversed_ = false;
    std::vector<Message> gathered_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);  // outlived by posted functions
    HttpClient client_;
};

}  // namespace shop::sandbox
