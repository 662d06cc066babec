#include "api/history/record_sender.hpp"

#include "api/history/record_rows.hpp"
#include "core/stock/stock.hpp"
#include "events/catalog/catalog_fold.hpp"

namespace shop::history {
namespace {

constexpr Duration kFoldMax = seconds(10);

}  // namespace

RecordSender::RecordSender(const Parts& parts, std::string system, Submission base)
    : parts_(parts),
      system_(std::move(system)),
      products_({parts.engine, parts.catalog, parts.home}, base),
      submitter_(parts.engine, parts.home, std::move(base)) {}

Task<Sent> RecordSender::send(const HistoryRecord* record) {
    return std::visit([this](const auto& held) { return send_one(&held); }, *record);
}

std::vector<Position> RecordSender::positions() const {
    std::vector<Position> all = products_.positions();
    const std::vector<Position> others = submitter_.positions();
    all.insert(all.end(), others.begin(), others.end());
    return all;
}

// Done once whoever decides on sales and stock knows it, also if another import made it just now.
Task<Sent> RecordSender::send_one(const Product* product) {
    import::ProductRows rows = rows_of(*product, parts_.catalog, submitter_.now());
    const import::RowFates fates = co_await products_.import(std::move(rows));
    if (!fates.refused.empty())
        co_return fail(ErrorCode::kConflict, "product-refused", fates.refused.front().reason);
    co_await parts_.catalog.wait_passed(parts_.home, fates.last, kFoldMax);
    co_return fates.accepted > 0;
}

Task<Sent> RecordSender::send_one(const Receipt* receipt) {
    stock::Receive command{.stock = {},
                           .quantity = receipt->quantity,
                           .reason = receipt->reason,
                           .reference = receipt->reference.value_or("")};
    command.external = external_of(receipt->id);
    command.moved_at = receipt->at;
    return move_stock(std::move(command), receipt->sku, "receipt " + receipt->id);
}

Task<Sent> RecordSender::send_one(const Adjustment* adjustment) {
    stock::Adjust command{.stock = {},
                          .delta = adjustment->delta,
                          .reason = adjustment->reason,
                          .note = adjustment->note.value_or("")};
    command.external = external_of(adjustment->id);
    command.moved_at = adjustment->at;
    return move_stock(std::move(command), adjustment->sku, "adjustment " + adjustment->id);
}

// The item is opened with what first comes.
template <class Move>
Task<Sent> RecordSender::move_stock(Move move, std::string sku, std::string name) {
    const auto product = parts_.catalog.find_any_sku(sku);
    if (product == nullptr)
        co_return fail(ErrorCode::kNotFound, "unknown-sku", "There is no product " + sku + ".");
    const product::Variant& variant = product->state.find_sku(sku)->variant;
    move.stock = stock::stock_of(variant.inventory_item);
    auto receipt = co_await submitter_.submit(move, name);
    if (!receipt && receipt.error().type == "unknown-stock") {
        const Status opened = co_await open_stock(sku);
        if (!opened) co_return std::unexpected(opened.error());
        receipt = co_await submitter_.submit(move, name);
    }
    if (!receipt) co_return std::unexpected(receipt.error());
    co_return receipt->changed;
}

Task<Status> RecordSender::open_stock(std::string sku) {
    const auto product = parts_.catalog.find_any_sku(sku);
    if (product == nullptr) co_return Status();
    const product::Variant& variant = product->state.find_sku(sku)->variant;
    stock::Open open{stock::stock_of(variant.inventory_item), variant.variant_id,
                     variant.inventory_item};
    const auto opened = co_await submitter_.submit(std::move(open), "open " + sku);
    if (!opened) co_return std::unexpected(opened.error());
    co_return Status();
}

Task<bool> RecordSender::exists(StreamId id) {
    const auto read = co_await submitter_.read(id);
    co_return read && read->state != nullptr;
}

}  // namespace shop::history
