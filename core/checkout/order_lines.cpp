#include "core/checkout/order_lines.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <unordered_set>
#include <utility>

#include "core/cart/cart.hpp"
#include "core/catalog/rules.hpp"
#include "core/catalog/sold_line.hpp"
#include "core/json/encode.hpp"
#include "core/pricing/price.hpp"
#include "core/pricing/tax.hpp"

namespace shop::checkout {
namespace {

constexpr std::int32_t kScaleMax = 6;
constexpr std::size_t kTitleMax = 300;

bool names_something(const OrderLine& line) {
    return line.kind == sale::LineKind::kItem && (!line.sku.empty() || !line.product_id.is_empty());
}

struct Sold {
    std::shared_ptr<const CatalogProduct> product;
    const product::PricedVariant* variant = nullptr;
};

// Nothing of it (variant is nullptr) if the catalog has no such thing.
Sold find_sold(const OrderLine& line, const Catalog& catalog) {
    const bool by_product = !line.product_id.is_empty();
    Sold sold{by_product ? catalog.find_product(line.product_id) : catalog.find_sku(line.sku),
              nullptr};
    if (sold.product == nullptr) return sold;
    const product::State& product = sold.product->state;
    sold.variant = line.variant_id.is_empty() ? product.find_sku(line.sku)
                                              : product.find_variant(line.variant_id);
    return sold;
}

// Makes the lines one by one, and collects what is wrong with them.
class LineMaker {
  public:
    LineMaker(const PlaceOrder& command, Currency currency, const pricing::Rules& rules,
              const Env& env)
        : command_(command), currency_(currency), rules_(rules), env_(env) {}

    sale::Line make(const OrderLine& line, std::size_t number) {
        at_ = fmt::format("/lines/{}", number);
        sale::Line made;
        Sold sold;
        if (names_something(line)) {
            sold = find_sold(line, *env_.catalog);
            require(sold.variant != nullptr, "/sku", "nothing is sold under this SKU");
        }
        if (sold.variant != nullptr)
            made = catalog::line_of(*sold.product, sold.variant->variant);
        else
            made = free_line(line);
        made.line_id =
            line_of(command_.order, line.key.empty() ? std::to_string(number + 1) : line.key);
        require(ids_.insert(made.line_id).second, "/key", "is the key of another line");
        if (!line.title.empty()) made.title = line.title;
        checks_.text(at_ + "/title", made.title, 1, kTitleMax);
        checks_.number(at_ + "/quantity", line.quantity, 1, cart::kQuantityMax);
        made.kind = line.kind;
        made.quantity = line.quantity;
        set_price(line, sold, made);
        return made;
    }

    shop::Status result() const { return checks_.result(); }

  private:
    void require(bool holds, std::string_view member, std::string_view detail) {
        checks_.require(holds, at_ + std::string(member), detail);
    }

    sale::Line free_line(const OrderLine& line) const {
        sale::Line made;
        made.sku = line.sku;
        made.tax_class = line.kind == sale::LineKind::kShipping
                             ? rules_.tax->document.shipping_class
                             : "standard";
        return made;
    }

    void set_price(const OrderLine& line, const Sold& sold, sale::Line& made) {
        if (line.unit_price) return set_agreed_price(line, made);
        const product::Price* price = nullptr;
        if (sold.variant != nullptr)
            price = pricing::choose_price(
                *sold.variant, {.currency = currency_,
                                .quantity = line.quantity,
                                .includes_tax = rules_.store->document.prices_include_tax,
                                .now = env_.now});
        if (price == nullptr)
            return require(false, "/unit_price", "is required, for the list has no price for it");
        made.list_price = price->compare_at;
        made.unit_price = price->price;
        made.price_source = pricing::source_of(*price, sold.product->version);
        require_within_limit(made);
    }

    void set_agreed_price(const OrderLine& line, sale::Line& made) {
        const sale::UnitPrice& price = *line.unit_price;
        const bool may_be_negative = line.kind == sale::LineKind::kAdjustment;
        const bool fits =
            !price.precise || (price.precise->scale >= 0 && price.precise->scale <= kScaleMax);
        require(price.money.currency == currency_, "/unit_price/currency",
                fmt::format("must be {}, as the order's", currency_.view()));
        require(fits, "/unit_price/precise/scale", fmt::format("must be 0 to {}", kScaleMax));
        require(may_be_negative || price.money.minor_units >= 0, "/unit_price",
                "must not be below 0, but of an adjustment");
        made.unit_price = price;
        made.price_source.source = sale::PriceSourceKind::kAgreed;
        if (!fits || price.money.currency != currency_) return;
        require_within_limit(made);
        if (price.precise && pricing::is_within_limit(price, 1))
            require(pricing::extend(price, 1, Rounding::kHalfUp) == price.money,
                    "/unit_price/precise", "is another price than its rounded one; make them one");
    }

    void require_within_limit(const sale::Line& line) {
        require(pricing::is_within_limit(line.unit_price, line.quantity), "/unit_price",
                fmt::format("and quantity must come to at most {} minor units", kMoneyMax));
    }

    const PlaceOrder& command_;
    const Currency currency_;
    const pricing::Rules& rules_;
    const Env& env_;
    std::string at_;  // the line's pointer
    std::unordered_set<LineId> ids_;
    catalog::Checks checks_;
};

sale::TaxLine exempt_by_staff(const sale::Line& line, const std::string& country) {
    return {.jurisdiction = country,
            .tax_class = line.tax_class,
            .rate = "0",
            .base = line.net,
            .amount = {0, line.net.currency},
            .exempt_reason = "staff"};
}

// In the order's country; those without tax stay out of every sum that is rounded.
void tax_lines(std::vector<sale::Line>& lines, const PlaceOrder& command,
               const pricing::Rules& rules) {
    const std::string destination =
        command.shipping_address ? command.shipping_address->country : std::string();
    const std::string& country = rules.country_or_home(destination);
    std::vector<sale::Line> taxed;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        sale::Line& line = lines[i];
        if (command.lines[i].tax == LineTax::kByRules) {
            taxed.push_back(std::move(line));
            continue;
        }
        line.net = line.gross = pricing::amount_of(line, rules.tax->document.rounding);
        if (command.source != Source::kImport) line.tax = {exempt_by_staff(line, country)};
        line.tax_class.clear();
    }
    pricing::apply_tax(taxed, {.tax = rules.tax->document,
                               .country = country,
                               .prices_include_tax = rules.store->document.prices_include_tax});
    auto next = taxed.begin();
    for (std::size_t i = 0; i < lines.size(); ++i)
        if (command.lines[i].tax == LineTax::kByRules) lines[i] = std::move(*next++);
}

}  // namespace

Result<std::vector<sale::Line>> lines_of(const PlaceOrder& command, Currency currency,
                                         const pricing::Rules& rules, const Env& env) {
    if (command.lines.empty() || command.lines.size() > kLinesMax)
        return fail_field("/lines", fmt::format("must be 1 to {} lines", kLinesMax));
    LineMaker maker(command, currency, rules, env);
    std::vector<sale::Line> lines;
    lines.reserve(command.lines.size());
    for (const OrderLine& line : command.lines) lines.push_back(maker.make(line, lines.size()));
    SHOP_TRY_STATUS(maker.result());
    tax_lines(lines, command, rules);
    if (json::to_json(lines, json::Defaults::kOmit).size() > kLinesBytesMax)
        return fail_field("/lines", "are too much for one order; make two");
    return lines;
}

}  // namespace shop::checkout
