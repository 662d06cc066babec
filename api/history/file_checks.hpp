// What the records of a file must be to each other, as far as that can be known without the shop:
// what they name was told before, nothing is credited that was not sold, and no more is given back
// than was paid.
//
//   const FileChecks::Verdict verdict = checks.check(record);
//
// Pure; one thread. Keeps the lines of the file's orders.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "api/history/history_records.hpp"
#include "core/base/result.hpp"

namespace shop::history {

// Something that a record names.
enum class NamedKind { kProduct, kCustomer, kOrder };
SHOP_DESCRIBE_ENUM(NamedKind, kProduct, kCustomer, kOrder)

struct Named {
    NamedKind kind = NamedKind::kProduct;
    std::string id;
    auto operator<=>(const Named&) const = default;
};

// "sku", "id" or "number" of a record: what it is called in its system.
const std::string& id_of(const HistoryRecord& record);
std::string_view type_of(const HistoryRecord& record);

class FileChecks {
  public:
    struct Verdict {
        bool is_repeated = false;      // the file told it before
        std::vector<Named> not_told;   // named, and not told by the file: the shop may know them
        std::optional<Error> refusal;  // what is wrong, whatever the shop knows
    };

    // In the file's order. A record that is wrong is forgotten.
    Verdict check(const HistoryRecord& record);

    // The shop knows it, so that it need not be asked again.
    void know(const Named& named) { known_.insert(key_of(named)); }

  private:
    struct Line {
        std::int64_t quantity = 0;  // not credited yet
        std::int64_t amount = 0;    // …
    };
    struct Sold {
        Currency currency;
        std::int64_t total = 0;
        std::int64_t paid = 0;
        std::int64_t refunded = 0;
        std::unordered_map<std::string, Line> lines;
    };
    class Credit;

    static std::string key_of(const Named& named);
    void look_up(Named named, Verdict& verdict) const;

    void take(const Product& product, Verdict& verdict);
    void take(const Customer& customer, Verdict& verdict);
    void take(const Receipt& receipt, Verdict& verdict);
    void take(const Adjustment& adjustment, Verdict& verdict);
    void take(const Order& order, Verdict& verdict);
    void take(const CreditNote& note, Verdict& verdict);
    void take(const Payment& payment, Verdict& verdict);
    void take(const Refund& refund, Verdict& verdict);

    std::unordered_set<std::string> records_;  // seen, by type and id
    std::unordered_set<std::string> known_;    // told by the file, or known to the shop
    std::unordered_map<std::string, Sold> orders_;
};

}  // namespace shop::history
