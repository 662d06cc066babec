// What a checkout may charge: each line has the price that its product had at the version the line
// names, and one that counted when the checkout was started. A catalog may be a moment behind the
// log, but never behind a change whose answer somebody had before the start was asked for; of
// several processes, an answer by the one that was asked, or from before it started.
#include <algorithm>
#include <map>

#include "core/pricing/price.hpp"
#include "tests/simulation/audit.hpp"
#include "tests/simulation/fold.hpp"
#include "tests/simulation/world.hpp"

namespace shop::simulation {
namespace {

// A change of a product that somebody was told of.
struct Told {
    Exchange when;
    std::uint64_t version = 0;
};

struct Books {
    std::map<Position, const FoldedRecord*> records;
    std::map<StreamId, std::vector<Told>> told;                // of products
    std::map<CommandId, Exchange> asked;                       // when, and whom
    std::map<StreamId, const checkout::Started*> last_quotes;  // of checkouts
};

std::uint64_t version_in(const Record& record, const StreamId& stream) {
    std::uint64_t version = 0;
    for (const RecordedEvent& event : record.events)
        if (event.stream == stream) version = event.version;
    return version;
}

Books books_of(World& world, const Folded& folded) {
    Books books;
    for (const FoldedRecord& each : folded.records) books.records[each.position] = &each;
    for (const Answered& answer : world.history().answers) {
        const auto at = books.records.find(answer.receipt.position);
        if (!answer.receipt.changed || at == books.records.end()) continue;
        if (!answer.receipt.replayed) books.asked[answer.command] = answer.when;
        if (answer.target.kind == StreamKind::kProduct)
            books.told[answer.target].push_back(
                {answer.when, version_in(at->second->record, answer.target)});
    }
    return books;
}

// Whether whoever was asked must know of an answer.
bool must_know(const World& world, const Exchange& asked, const Exchange& answered) {
    if (answered.ended >= asked.began) return false;
    return !world.is_cluster() || answered.process == asked.process ||
           answered.ended < world.history().started[asked.process];
}

// The version that whoever asked could count on.
std::uint64_t told_before(const World& world, const Books& books, const StreamId& product,
                          const Exchange& asked) {
    std::uint64_t version = 0;
    const auto at = books.told.find(product);
    if (at == books.told.end()) return version;
    for (const Told& told : at->second)
        if (must_know(world, asked, told.when)) version = std::max(version, told.version);
    return version;
}

const product::PricedVariant* find_variant(const FoldedStream& stream, std::uint64_t version,
                                           const sale::Line& line) {
    if (version == 0 || version > stream.versions.size()) return nullptr;
    const auto& product = std::get<product::State>(stream.versions[version - 1]);
    if (product.status != product::Status::kPublished) return nullptr;
    return product.find_variant(line.variant_id);
}

// The line's price is the one it names.
bool is_named_price(const FoldedStream& stream, const sale::Line& line) {
    const auto* variant = find_variant(stream, line.price_source.product_version, line);
    return variant != nullptr && std::ranges::any_of(variant->prices, [&](const auto& price) {
               return pricing::text_of(price.key) == line.price_source.key &&
                      price.price == line.unit_price;
           });
}

// Some version from that one on, and not of the future, sold it at the line's price.
bool has_counted(const FoldedStream& stream, const sale::Line& line, std::uint64_t from,
                 const sale::Terms& terms, Time now) {
    const pricing::PriceQuery query{.currency = terms.currency,
                                    .quantity = line.quantity,
                                    .includes_tax = terms.prices_include_tax,
                                    .now = now};
    for (std::uint64_t n = from; n <= stream.versions.size() && stream.times[n - 1] <= now; ++n) {
        const auto* variant = find_variant(stream, n, line);
        const auto* price = variant == nullptr ? nullptr : pricing::choose_price(*variant, query);
        if (price != nullptr && price->price == line.unit_price) return true;
    }
    return false;
}

void audit_quote(World& world, const Folded& folded, const Books& books, const Record& record,
                 const checkout::Started& quote) {
    const auto asked = books.asked.find(record.command.id);
    for (const sale::Line& line : quote.lines) {
        if (line.kind != sale::LineKind::kItem) continue;
        const FoldedStream& product = folded.streams.at(line.product_id);
        if (!is_named_price(product, line))
            world.complain(quote.order_id.to_string() + " charges for " + line.sku +
                           " what it never cost");
        const std::uint64_t told = asked == books.asked.end()
                                       ? 0
                                       : told_before(world, books, line.product_id, asked->second);
        const std::uint64_t from = std::max(told, line.price_source.product_version);
        if (!has_counted(product, line, from, quote.terms, record.time))
            world.complain(quote.order_id.to_string() + " charges for " + line.sku +
                           " what it no longer cost");
    }
}

// What was quoted is what was sold.
void audit_order(World& world, const Books& books, const RecordedEvent& event,
                 const order::Placed& placed) {
    const auto quote = books.last_quotes.find(placed.checkout_id);
    if (quote == books.last_quotes.end() || quote->second->lines != placed.lines)
        world.complain(event.stream.to_string() + " is not what was quoted");
}

}  // namespace

void audit_prices(World& world, const Folded& folded) {
    Books books = books_of(world, folded);
    for (const FoldedRecord& each : folded.records)
        for (const RecordedEvent& event : each.record.events) {
            if (const auto* quote = event.data.get_if<checkout::Started>()) {
                audit_quote(world, folded, books, each.record, *quote);
                books.last_quotes[event.stream] = quote;
            }
            if (const auto* placed = event.data.get_if<order::Placed>())
                audit_order(world, books, event, *placed);
        }
}

}  // namespace shop::simulation
