// What the records of a file must be to each other and to what the shop has: nothing is credited
// that was not sold, and no more is paid or given back than can be.
//
//   for (const Named& named : checks.not_told(record)) …          // ask the shop, and know() it
//   const Result<RecordSums> moved = checks.check(record);
//
// Pure; one thread. Keeps what is left of the orders that the file tells or names.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "api/history/history_records.hpp"
#include "api/history/record_sums.hpp"
#include "api/history/sold_order.hpp"
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
    // `system` is what the records' shop system is called.
    explicit FileChecks(std::string system) : system_(std::move(system)) {}

    // The file told it before.
    bool is_repeated(const HistoryRecord& record) const;
    // What it names, and neither the file has told nor the shop is known to have.
    std::vector<Named> not_told(const HistoryRecord& record) const;
    // What it moves, or what is wrong with it. In the file's order; a record that is wrong is
    // forgotten. All that it names is told or known.
    Result<RecordSums> check(const HistoryRecord& record);
    // The shop has it already, whatever the file says of it. (Another import may have brought it
    // since the order was looked up.)
    void pass(const HistoryRecord& record);

    // The shop has it, so that it need not be asked again.
    void know(const Named& named) { known_.insert(key_of(named)); }
    void know(SoldOrder order);

    // Records of the file, and lines of orders. Each takes some 100 bytes, an order some 500.
    std::size_t remembered() const { return records_.size() + lines_; }
    // From here on the shop is asked, as behind the end of an earlier file.
    void forget();

  private:
    static std::string key_of(const Named& named);
    void remember(const HistoryRecord& record);
    void keep(SoldOrder order);
    SoldOrder& order_of(const std::string& id) { return orders_.at(id); }

    // Each notes it, and says what the record does not tell of its sums; or what is wrong with it.
    template <class Record>
    std::optional<Error> take(const Record&, MoneySums&) {
        return std::nullopt;
    }
    std::optional<Error> take(const Order& order, MoneySums&);
    std::optional<Error> take(const CreditNote& note, MoneySums& sums);
    std::optional<Error> take(const Payment& payment, MoneySums& sums);
    std::optional<Error> take(const Refund& refund, MoneySums& sums);
    void credit_lines(const CreditNote& note, Credit& credit);
    void settle(const CreditNote& note, Credit& credit);

    const std::string system_;
    std::unordered_set<std::string> records_;  // seen, by type and id
    std::unordered_set<std::string> known_;    // told by the file, or known to the shop
    std::unordered_map<std::string, SoldOrder> orders_;
    std::size_t lines_ = 0;  // of all orders_
};

}  // namespace shop::history
