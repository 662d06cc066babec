#include "api/demo/year/year_reader.hpp"

#include "api/demo/year/london_time.hpp"
#include "api/demo/year/row_class.hpp"

namespace shop::demo {
namespace {

// The shop opens for the demo when the year is over.
constexpr std::string_view kClosing = "2011-12-10 00:00";

template <class T>
std::uint32_t count_of(const std::vector<T>& all) {
    return static_cast<std::uint32_t>(all.size());
}

}  // namespace

Result<YearReader> YearReader::open(const std::filesystem::path& demo) {
    SHOP_TRY(golden, load_golden_figures(demo));
    SHOP_TRY(book, load_year_book(demo));
    return YearReader(std::move(book), std::move(golden));
}

YearReader::YearReader(YearBook book, YearFigures golden)
    : book_(std::make_unique<const YearBook>(std::move(book))),
      golden_(std::move(golden)),
      receipts_(assumed_receipts(book_->data)),
      notes_(*book_) {
    plan();
}

void YearReader::plan() {
    for (std::uint32_t i = 0; i < count_of(book_->products); ++i)
        steps_.push_back({StepKind::kProduct, i});
    for (std::uint32_t i = 0; i < count_of(book_->customers); ++i)
        steps_.push_back({StepKind::kCustomer, i});
    std::uint32_t receipt = 0;
    for (std::uint32_t i = 0; i < count_of(book_->data.documents); ++i) {
        const Time at = book_->data.documents[i].at;
        for (; receipt < receipts_.size() && receipts_[receipt].at <= at; ++receipt)
            steps_.push_back({StepKind::kReceipt, receipt});
        steps_.push_back({StepKind::kDocument, i});
    }
    for (std::uint32_t i = 0; i < count_of(book_->products); ++i)
        if (!book_->products[i].is_draft) steps_.push_back({StepKind::kClosing, i});
}

std::optional<history::HistoryRecord> YearReader::next() {
    while (ready_.empty() && step_ < steps_.size()) take(steps_[step_++]);
    if (ready_.empty()) return std::nullopt;
    history::HistoryRecord record = std::move(ready_.front());
    ready_.pop_front();
    maker_.add(record);
    return record;
}

void YearReader::take(const Step& step) {
    switch (step.kind) {
        case StepKind::kProduct:
            return ready_.push_back(product_of(book_->products[step.index]));
        case StepKind::kCustomer:
            return ready_.push_back(
                history::Customer{.id = std::to_string(book_->customers[step.index])});
        case StepKind::kReceipt:
            return ready_.push_back(receipt_of(step.index));
        case StepKind::kDocument:
            return take_document(step.index);
        case StepKind::kClosing:
            return ready_.push_back(closing_of(book_->products[step.index]));
    }
}

void YearReader::take_document(std::uint32_t place) {
    const YearDocument& document = book_->data.documents[place];
    tell_rows_of(document);
    switch (document.kind) {
        case DocumentKind::kSale:
        case DocumentKind::kGift:
        case DocumentKind::kBadDebt: {
            history::Order order = order_of(*book_, document);
            if (document.kind == DocumentKind::kSale) notes_.sell(place);
            if (!order.lines.empty()) ready_.push_back(std::move(order));
            return;
        }
        case DocumentKind::kAdjustment:
            for (history::Adjustment& adjustment : adjustments_of(*book_, document))
                ready_.push_back(std::move(adjustment));
            return;
        case DocumentKind::kCredit:
            return ready_.push_back(notes_.note_of(document));
    }
}

void YearReader::tell_rows_of(const YearDocument& document) {
    std::size_t place = 0;
    for (const YearRow& row : document.rows) {
        const RowClass row_class = class_of(book_->data, document, row);
        const ClassRule& rule = rule_of(row_class);
        RowFate fate{.row = row.number,
                     .document = document.number,
                     .sku = book_->data.sku_of(row).code,
                     .row_class = row_class,
                     .outcome = rule.outcome,
                     .code = std::string(rule.code),
                     .record = std::string(rule.record)};
        if (!rule.record.empty())
            fate.id = document.kind == DocumentKind::kAdjustment ? adjustment_id_of(document, place)
                                                                 : document.number;
        ++place;
        maker_.add_row(fate, pence_of(row));
        if (tell_row_) tell_row_(fate);
    }
}

history::Product YearReader::product_of(const DemoProduct& product) const {
    history::Product record{.sku = product.code,
                            .title = product.title,
                            .publish = !product.is_draft,
                            .slug = product.slug,
                            .category = product.category};
    if (!product.is_draft) record.price = Money{product.price_milli / 10, kPounds};
    if (!product.color.empty()) record.color = product.color;
    if (!product.material.empty()) record.material = product.material;
    return record;
}

history::Receipt YearReader::receipt_of(std::uint32_t index) const {
    const AssumedReceipt& receipt = receipts_[index];
    const std::string& code = book_->data.skus[receipt.sku].code;
    const std::string day = to_rfc3339(receipt.at + hours(12)).substr(0, 10);
    return {.id = "assumed-" + day + "-" + code,
            .at = receipt.at,
            .sku = code,
            .quantity = receipt.quantity,
            .reason = stock::ReceiveReason::kAssumed};
}

history::Receipt YearReader::closing_of(const DemoProduct& product) const {
    return {.id = "closing-" + product.code,
            .at = *parse_london_minute(kClosing),
            .sku = product.code,
            .quantity = product.stock,
            .reason = stock::ReceiveReason::kAssumed};
}

}  // namespace shop::demo
