// The sandbox at work: takes requests, decides them, makes them durable, and only then answers and
// announces. One thread, the loop's; the journal's thread hands back through the executor.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "api/sandbox/journal.hpp"
#include "api/sandbox/processor.hpp"
#include "events/executor.hpp"

namespace shop::sandbox {

// What tests may turn while the sandbox runs; forgotten at its end.
enum class Announce { kChanges, kAll, kNothing };
SHOP_DESCRIBE_ENUM(Announce, kChanges, kAll, kNothing)

struct Knobs {
    Announce webhooks = Announce::kChanges;  // kChanges: only what no answer has told
    std::int64_t webhook_copies = 1;
    bool webhooks_reversed = false;    // the last that happened is told first
    std::int64_t answer_delay_ms = 0;  // before any answer leaves
    bool operator==(const Knobs&) const = default;
};
SHOP_DESCRIBE(Knobs, webhooks, webhook_copies, webhooks_reversed, answer_delay_ms)

struct DeskOptions {
    std::filesystem::path folder;  // of the journal; made if it is missing
    std::string base_url;          // of the shopper's pages: "http://localhost:8090"
    Delays delays;
};

struct Reply {
    bool lost = false;  // to be answered by closing the connection
    Result<Answer> answer;
};

class Desk {
  public:
    using Done = std::move_only_function<void(Reply)>;
    // Tells the shop of a change, as often as `copies` says; calls `taken` on the loop each time
    // the shop has taken it.
    using Taken = std::function<void()>;
    using Teller = std::function<void(const Answer&, int copies, Taken taken)>;

    // Reads the journal. What happened by itself, and the shop is not known to have taken, is told
    // again.
    static Result<std::unique_ptr<Desk>> open(Executor& loop, const Clock& clock,
                                              DeskOptions options, Teller teller);
    // Nothing more is answered; what was decided is durable.
    ~Desk();

    void authorize(const AuthorizeRequest& request, Done done);
    void capture(const CaptureRequest& request, Done done);
    void refund(const RefundRequest& request, Done done);
    void void_payment(const VoidRequest& request, Done done);
    // kNotFound "not-found" if nothing is known of that key, or of that payment.
    void query(const std::string& key, Done done);
    void query_payment(const std::string& reference, Done done);
    // The shopper's choice; done also tells where to go back to: find_payment()->return_url.
    void choose(const std::string& reference, Choice choice, Done done);

    const Payment* find_payment(std::string_view reference) const {
        return book_.find_payment(reference);
    }
    std::vector<Movement> movements(std::string_view order) const { return book_.movements(order); }
    Knobs& knobs() { return knobs_; }

  private:
    struct Held {
        std::string key;
        Done done;
    };

    Desk(Executor& loop, const Clock& clock, DeskOptions options, Teller teller)
        : loop_(loop), clock_(clock), options_(std::move(options)), teller_(std::move(teller)) {}

    void tell(const Answer& answer, int copies);
    void carry_out(Result<Verdict> verdict, const std::string& key, Done done);
    void conclude(const Verdict& verdict, const std::string& key, Done done);
    void deliver(Reply reply, Done done);
    void release_held(const std::string& reference);
    void settle_due();
    void arm();
    std::string new_reference() const;
    Result<Answer> answer_of(std::optional<Answer> found) const;
    Result<Answer> answer_to(const std::string& key) const;
    Result<Answer> news_of(const std::string& key) const;

    Executor& loop_;
    const Clock& clock_;
    const DeskOptions options_;
    const Teller teller_;
    Knobs knobs_;
    Book book_;
    std::unordered_map<std::string, std::vector<Held>> held_;  // by the payment's reference
    std::optional<Duration> armed_;                            // how long until the next look
    std::uint64_t looks_ = 0;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
    std::unique_ptr<Journal> journal_;  // ends first: its thread posts to the desk
};

}  // namespace shop::sandbox
