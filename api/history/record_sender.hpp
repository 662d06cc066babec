// Carries out one record of history by ordinary commands, and says whether it changed the shop.
//
// Every document has an id made of the system's name and the record's own id, and every stock item
// remembers the receipts and adjustments it has: so a record that comes again, in the same file or
// in another one, changes nothing, and an import that was cut off is sent again as a whole.
//
// One thread: the executor's. It outlives its last send().
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "api/history/credit_commands.hpp"
#include "api/history/history_records.hpp"
#include "api/import/product_importer.hpp"
#include "api/import/submitter.hpp"

namespace shop {
class CatalogFold;
class KeyStore;
}  // namespace shop

namespace shop::history {

// True: it changed the shop. False: the shop had it already.
using Sent = Result<bool>;

class RecordSender {
  public:
    struct Parts {
        Engine& engine;
        CatalogFold& catalog;
        KeyStore& keys;
        Executor& home;
    };
    // `system` is what the other shop system is called; ids of records are its own.
    RecordSender(const Parts& parts, std::string system, Submission base);

    // Once all of it is done: a sale is placed and has left, goods are in stock again. What it
    // names is there. Errors: those of its commands.
    Task<Sent> send(const HistoryRecord* record);

    // The last record of each partition that was written.
    std::vector<Position> positions() const;

  private:
    Task<Sent> send_one(const Product* product);
    Task<Sent> send_one(const Customer* customer);
    Task<Sent> send_one(const Receipt* receipt);
    Task<Sent> send_one(const Adjustment* adjustment);
    Task<Sent> send_one(const Order* order);
    Task<Sent> send_one(const CreditNote* note);
    Task<Sent> send_one(const Payment* payment);
    Task<Sent> send_one(const Refund* refund);

    Task<Status> place(const Order* order, OrderId id);
    Task<Status> fulfill(const Order* order, OrderId id);
    Task<Result<bool>> note(const Order* order, OrderId id, CustomerId customer);
    Task<Result<bool>> record(order::RecordPayment payment);
    Task<Result<Currency>> currency_of(OrderId id);
    Task<Sent> credit(credit_note::Request request, std::string name);
    // Whether each order of a note over several takes its part: once the note has its number it is
    // too late to say no.
    Task<Status> ask_orders(credit_note::Request request);
    template <class Move>
    Task<Sent> move_stock(Move move, std::string sku, std::string name);
    // Makes the goods' stock item known, if the shop sells them and nothing of them came yet.
    Task<Status> open_stock(std::string sku);
    Task<bool> exists(StreamId id);
    sale::External external_of(const std::string& id) const { return {system_, id}; }

    const Parts parts_;
    const std::string system_;
    import::ProductImporter products_;
    import::Submitter submitter_;
};

}  // namespace shop::history
