// The sandbox's payments in memory: a fold of the journal's entries. One thread.
#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "api/sandbox/entry.hpp"

namespace shop::sandbox {

enum class PaymentStatus {
    kPending,         // received, not decided
    kActionRequired,  // waits for the shopper
    kAuthorized,
    kDeclined,
    kCaptured,  // in full or in part
    kVoided,
    kExpired,  // nothing was captured
};
SHOP_DESCRIBE_ENUM(PaymentStatus, kPending, kActionRequired, kAuthorized, kDeclined, kCaptured,
                   kVoided, kExpired)

struct Payment {
    std::string reference;
    std::string key;  // of its authorization
    std::string order;
    std::string payment;
    std::string token;
    std::string return_url;
    Money asked;
    Money authorized;  // zero until authorized
    std::int64_t captured = 0;
    int captures = 0;
    std::string operation;       // the shop's id of the last capture
    std::int64_t refunded = 0;   // given back
    std::int64_t refunding = 0;  // going to be given back
    std::int64_t voided = 0;     // no longer held, be it voided or expired
    PaymentStatus status = PaymentStatus::kPending;
    std::string code;  // why it was declined
    Time due_at;       // the next thing that happens by itself; 0: nothing
    Time changed_at;

    // Of what was authorized, what can still be captured.
    std::int64_t held() const { return authorized.minor_units - captured - voided; }
};

enum class RefundStatus { kPending, kDone, kFailed };

struct Refund {
    std::string key;
    std::string reference;  // of the payment
    std::string operation;  // the shop's id of the refund
    Money amount;
    RefundStatus status = RefundStatus::kPending;
    std::string code;
    Time due_at;  // a pending one is done then, one that is done fails; 0: nothing happens
    Time changed_at;
};

// A request that had an answer, by its idempotency key.
struct Operation {
    EntryKind kind = EntryKind::kOpened;  // the last entry of that key
    std::string reference;
    Money amount;
    std::string operation;
    std::string code;
};

// A movement of money, as the shop's auditors read it.
struct Movement {
    std::string effect_id;
    std::string order;
    std::string kind;  // authorize | capture | void | expire | refund | refund_failed
    Money amount;
    Time at;
    bool operator==(const Movement&) const = default;
};
SHOP_DESCRIBE(Movement, effect_id, order, kind, amount, at)

class Book {
  public:
    void apply(const Entry& entry);

    const Payment* find_payment(std::string_view reference) const;
    const Refund* find_refund(std::string_view key) const;
    // What became of a request; nothing if its key was never seen.
    const Operation* find_operation(std::string_view key) const;
    // True if a request with that key got lost on its way in, once.
    bool was_lost(std::string_view key) const;

    // References of the payments with something due by `now`, the earliest first.
    std::vector<std::string> due(Time now) const;
    // Keys of the refunds with something due by `now`, likewise.
    std::vector<std::string> due_refunds(Time now) const;
    // When the next thing is due, if anything is.
    std::optional<Time> next_due() const;

    // Keys of authorizations and refunds that changed by themselves since `since`, and the shop is
    // not known to have heard of it: nobody waited for an answer, only a webhook can tell.
    std::vector<std::string> untold(Time since) const;
    bool is_untold(const std::string& key) const { return untold_.contains(key); }

    // All movements in the order they were made, or those of one order.
    std::vector<Movement> movements(std::string_view order) const;
    std::size_t payment_count() const { return payments_.size(); }

  private:
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const {
            return std::hash<std::string_view>()(text);
        }
    };
    template <class T>
    using ByText = std::unordered_map<std::string, T, Hash, std::equal_to<>>;

    void note_told(const Entry& entry);
    void apply_to(Payment& payment, const Entry& entry);
    void apply_refund(Payment& payment, const Entry& entry);
    void set_due(Payment& payment, Time due_at);
    void record_movement(const Payment& payment, const Entry& entry);
    void move(const Payment& payment, const Entry& entry, std::string_view kind,
              const Money& amount);

    ByText<Payment> payments_;        // by reference
    ByText<Refund> refunds_;          // by key
    ByText<Operation> operations_;    // by key
    ByText<bool> lost_;               // by key
    std::deque<Movement> movements_;  // never shrinks: the ledger is the sandbox's purpose
    ByText<std::vector<std::size_t>> movements_of_order_;
    std::multimap<Time, std::string> due_;          // references
    std::multimap<Time, std::string> due_refunds_;  // keys
    std::map<std::string, Time> untold_;            // by key: when it changed last
};

}  // namespace shop::sandbox
