#include "api/sandbox/webhooks.hpp"

#include "api/payments/sandbox_webhook.hpp"
#include "core/json/encode.hpp"

namespace shop::sandbox {
namespace {

constexpr Duration kBackOffFirst = milliseconds(250);
constexpr Duration kBackOffMax = seconds(30);
constexpr Duration kGatherFor = milliseconds(300);

}  // namespace

Webhooks::Webhooks(FdWatcher& watcher, Executor& loop, const Clock& clock, std::string secret,
                   HttpClient::Locate locate)
    : loop_(loop),
      clock_(clock),
      secret_(std::move(secret)),
      client_(watcher, loop, std::move(locate), {.connections_max = 4}) {}

Webhooks::~Webhooks() {
    *alive_ = false;
}

void Webhooks::tell(const Answer& answer, int copies, std::function<void()> taken) {
    const std::string body = json::to_json(payments::sandbox_event(answer), json::Defaults::kOmit);
    const Message message{body, clock_.now() + kToldFor, kBackOffFirst, std::move(taken)};
    for (int i = 0; i < copies; ++i) {
        if (!reversed_) {
            send(message);
            continue;
        }
        if (gathered_.empty())
            loop_.post_after(kGatherFor, [this, alive = alive_] {
                if (*alive) send_gathered();
            });
        gathered_.push_back(message);
    }
}

void Webhooks::send_gathered() {
    std::vector<Message> messages = std::exchange(gathered_, {});
    for (auto at = messages.rbegin(); at != messages.rend(); ++at) send(std::move(*at));
}

void Webhooks::send(Message message) {
    HttpCall call{"POST", std::string(payments::kSandboxWebhookPath),
                  "Content-Type: application/json\r\n" +
                      std::string(payments::kSandboxSignatureHeader) + ": " +
                      payments::sign_sandbox_webhook(message.body, secret_, clock_.now()) + "\r\n",
                  message.body};
    client_.send(std::move(call), [this, alive = alive_, message = std::move(message)](
                                      Result<HttpAnswer> answer) mutable {
        if (!*alive) return;
        if (answer && answer->status / 100 == 2) return message.taken();
        if (clock_.now() >= message.until) return;
        const Duration wait = message.back_off;
        message.back_off = std::min(Duration{wait.us * 2}, kBackOffMax);
        loop_.post_after(wait, [this, alive, message = std::move(message)]() mutable {
            if (*alive) send(std::move(message));
        });
    });
}

}  // namespace shop::sandbox
