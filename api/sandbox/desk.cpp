#include "api/sandbox/desk.hpp"

#include "api/sandbox/refunds.hpp"
#include "api/sandbox/webhooks.hpp"
#include "core/base/digest.hpp"

namespace shop::sandbox {
namespace {

constexpr Duration kTick = milliseconds(50);
constexpr Duration kLongTick = minutes(1);

}  // namespace

Result<std::unique_ptr<Desk>> Desk::open(Executor& loop, const Clock& clock, DeskOptions options,
                                         Teller teller) {
    std::error_code failed;
    std::filesystem::create_directories(options.folder, failed);
    const auto file = options.folder / "journal";
    std::unique_ptr<Desk> desk(new Desk(loop, clock, std::move(options), std::move(teller)));
    SHOP_TRY(length, read_journal(file, [&](const Entry& entry) { desk->book_.apply(entry); }));
    SHOP_TRY(journal, Journal::open(file, length));
    desk->journal_ = std::move(journal);
    for (const std::string& key : desk->book_.untold(clock.now() - kToldFor))
        if (const auto answer = desk->news_of(key)) desk->tell(*answer, 1);
    desk->arm();
    return desk;
}

Desk::~Desk() {
    *alive_ = false;
    journal_.reset();
}

void Desk::authorize(const AuthorizeRequest& request, Done done) {
    carry_out(sandbox::authorize(book_, request, new_reference(), clock_.now(), options_.delays),
              request.effect_id, std::move(done));
}

void Desk::capture(const CaptureRequest& request, Done done) {
    carry_out(sandbox::capture(book_, request, clock_.now()), request.effect_id, std::move(done));
}

void Desk::refund(const RefundRequest& request, Done done) {
    carry_out(sandbox::refund(book_, request, clock_.now(), options_.delays), request.effect_id,
              std::move(done));
}

void Desk::void_payment(const VoidRequest& request, Done done) {
    carry_out(sandbox::void_payment(book_, request, clock_.now()), request.effect_id,
              std::move(done));
}

void Desk::query(const std::string& key, Done done) {
    carry_out(Verdict{}, key, std::move(done));
}

void Desk::query_payment(const std::string& reference, Done done) {
    // Through the journal like any request: nothing is told before it is durable.
    journal_->append({},
                     [this, alive = alive_, reference, d = std::move(done)](Status status) mutable {
                         loop_.post([this, alive, reference, status, d = std::move(d)]() mutable {
                             if (!*alive) return;
                             Result<Answer> answer = std::unexpected(Error{});
                             if (status)
                                 answer = answer_of(find_payment_answer(book_, reference));
                             else
                                 answer = std::unexpected(status.error());
                             deliver({false, std::move(answer)}, std::move(d));
                         });
                     });
}

void Desk::choose(const std::string& reference, Choice choice, Done done) {
    const Payment* payment = book_.find_payment(reference);
    carry_out(sandbox::choose(book_, reference, choice, clock_.now(), options_.delays),
              payment == nullptr ? std::string() : payment->key, std::move(done));
}

// That the shop took it may get lost in a crash: then it is told once more.
void Desk::tell(const Answer& answer, int copies) {
    Entry told;
    told.kind = EntryKind::kTold;
    told.reference = answer.reference;
    told.key = answer.effect_id;
    told.at = answer.at;
    teller_(answer, copies, [this, alive = std::weak_ptr(alive_), told = std::move(told)] {
        const auto is_alive = alive.lock();
        if (!is_alive || !*is_alive || !book_.is_untold(told.key)) return;
        book_.apply(told);
        journal_->append({told}, [](const Status&) {});
    });
}

// Entries are applied at once, so that the next request sees them; nothing that rests on them is
// told before they are durable, for every answer goes through the journal, in order.
void Desk::carry_out(Result<Verdict> verdict, const std::string& key, Done done) {
    const Entries entries = verdict ? verdict->entries : Entries();
    for (const Entry& entry : entries) book_.apply(entry);
    arm();
    journal_->append(entries, [this, alive = alive_, verdict = std::move(verdict), key,
                               d = std::move(done)](Status status) mutable {
        loop_.post(
            [this, alive, verdict = std::move(verdict), key, status, d = std::move(d)]() mutable {
                if (!*alive) return;
                if (!status) return deliver({false, std::unexpected(status.error())}, std::move(d));
                if (!verdict)
                    return deliver({false, std::unexpected(verdict.error())}, std::move(d));
                conclude(*verdict, key, std::move(d));
            });
    });
}

void Desk::conclude(const Verdict& verdict, const std::string& key, Done done) {
    const Result<Answer> answer = answer_to(key);
    const bool lost = verdict.delivery == Delivery::kLose;
    int copies = verdict.webhook_copies;
    const bool news = !verdict.entries.empty() && !lost;
    if (knobs_.webhooks == Announce::kAll && news) copies = std::max(copies, 1);
    if (knobs_.webhooks == Announce::kNothing) copies = 0;
    if (answer && copies > 0) tell(*answer, copies * static_cast<int>(knobs_.webhook_copies));
    if (answer) release_held(answer->reference);
    if (verdict.delivery == Delivery::kHold && answer && answer->status == AnswerStatus::kPending) {
        held_[answer->reference].push_back({key, std::move(done)});
        return;
    }
    deliver({lost, answer}, std::move(done));
}

void Desk::deliver(Reply reply, Done done) {
    if (knobs_.answer_delay_ms <= 0) return done(std::move(reply));
    loop_.post_after(milliseconds(knobs_.answer_delay_ms),
                     [alive = alive_, r = std::move(reply), d = std::move(done)]() mutable {
                         if (*alive) d(std::move(r));
                     });
}

void Desk::release_held(const std::string& reference) {
    const auto at = held_.find(reference);
    if (at == held_.end()) return;
    const Payment* payment = book_.find_payment(reference);
    if (payment == nullptr || payment->status == PaymentStatus::kPending) return;
    std::vector<Held> held = std::move(at->second);
    held_.erase(at);
    for (Held& each : held) deliver({false, answer_to(each.key)}, std::move(each.done));
}

void Desk::settle_due() {
    const Time now = clock_.now();
    for (const std::string& reference : book_.due(now)) {
        const Payment& payment = *book_.find_payment(reference);
        const std::string key = payment.key;
        carry_out(settle(payment, now, options_.delays), key, [](Reply) {});
    }
    for (const std::string& key : book_.due_refunds(now))
        carry_out(settle_refund(*book_.find_refund(key), now), key, [](Reply) {});
}

// What is due soon is looked for in short steps, what is due in days once a minute.
void Desk::arm() {
    const auto due = book_.next_due();
    if (!due) return;
    const Duration left = *due - clock_.now();
    const Duration wait = left.us < kLongTick.us ? kTick : kLongTick;
    if (armed_ && armed_->us <= wait.us) return;
    armed_ = wait;
    loop_.post_after(wait, [this, look = ++looks_, alive = alive_] {
        if (!*alive || look != looks_) return;  // another one comes sooner
        armed_.reset();
        settle_due();
        arm();
    });
}

std::string Desk::new_reference() const {
    return "sbx_" + to_base64url(random_bytes(15));
}

Result<Answer> Desk::answer_of(std::optional<Answer> found) const {
    if (!found) return fail(ErrorCode::kNotFound, "not-found", "Nothing is known of that.");
    if (found->action) found->action->url = options_.base_url + found->action->url;
    return std::move(*found);
}

Result<Answer> Desk::answer_to(const std::string& key) const {
    return answer_of(find_answer(book_, key));
}

// How a refund stands that changed by itself, or a payment, whatever was done with it since.
Result<Answer> Desk::news_of(const std::string& key) const {
    const Operation* operation = book_.find_operation(key);
    if (book_.find_refund(key) != nullptr || operation == nullptr) return answer_to(key);
    return answer_of(find_payment_answer(book_, operation->reference));
}

}  // namespace shop::sandbox
