#include "tests/support/shop_year.hpp"

#include <fmt/format.h>

namespace shop::tests {
namespace {

const Currency kPounds = *Currency::parse("GBP");
constexpr std::array<const char*, 4> kColors = {"Red", "Blue", "Green", ""};
constexpr std::array<const char*, 3> kMaterials = {"Wood", "Glass", ""};

std::string slug_of(std::string_view title) {
    std::string slug;
    for (const char c : title) {
        if (c >= 'A' && c <= 'Z')
            slug += static_cast<char>(c - 'A' + 'a');
        else
            slug += c == ' ' ? '-' : c;
    }
    return slug;
}

product::Price price_of(std::int64_t minor_units) {
    product::Price price;
    price.key.currency = kPounds;
    price.price.money = {minor_units, kPounds};
    return price;
}

}  // namespace

std::int64_t ShopYear::pick(std::int64_t below) {
    return std::uniform_int_distribution<std::int64_t>(0, below - 1)(random_);
}

ShopYear::Product& ShopYear::any_product() {
    return products_[static_cast<std::size_t>(pick(static_cast<std::int64_t>(products_.size())))];
}

CategoryId ShopYear::add_category(const std::string& slug, CategoryId parent) {
    const CategoryId id = category::category_of(slug);
    log_.add(id, category::Created{"The " + slug, slug, parent, count_++});
    categories_.push_back(id);
    return id;
}

ProductId ShopYear::add_product(const std::string& title, std::int64_t price, std::int64_t on_hand,
                                const std::string& color, const std::string& material,
                                std::vector<CategoryId> categories) {
    Product product;
    product.id = ProductId::derive({"product", std::to_string(++count_)});
    product::Variant& variant = product.variant;
    variant.sku = fmt::format("SKU{}", count_);
    variant.variant_id = product::new_variant(product.id, variant.sku);
    variant.inventory_item = variant.variant_id.to_string();
    product::Created created{.title = title, .slug = slug_of(title)};
    if (!color.empty()) created.attributes["color"] = color;
    if (!material.empty()) created.attributes["material"] = material;
    std::vector<ShopLog::Happened> events{{product.id, created},
                                          {product.id, product::VariantAdded{variant}}};
    events.push_back({product.id, product::PriceSet{variant.variant_id, price_of(price), {}}});
    for (const CategoryId& category : categories)
        events.push_back({product.id, product::CategoryAssigned{category}});
    events.push_back({product.id, product::Published{}});
    log_.add(std::move(events));
    product.is_published = true;
    const StockId stock = stock::stock_of(variant.inventory_item);
    log_.add({{stock, stock::Opened{variant.variant_id, variant.inventory_item, "loc_main"}},
              {stock, stock::Received{on_hand, stock::ReceiveReason::kOpening, ""}}});
    products_.push_back(std::move(product));
    return products_.back().id;
}

void ShopYear::live(int happenings) {
    if (categories_.empty()) add_category("first");
    for (int i = 0; i < happenings; ++i) {
        const std::int64_t what = pick(30);
        if (products_.empty() || what < 3)
            add_product(fmt::format("Thing {} of many", count_), 1 + pick(9'000), pick(50),
                        kColors[static_cast<std::size_t>(pick(4))],
                        kMaterials[static_cast<std::size_t>(pick(3))],
                        {categories_[static_cast<std::size_t>(
                            pick(static_cast<std::int64_t>(categories_.size())))]});
        else if (what < 4)
            move_category();
        else if (what < 8)
            change_product();
        else if (what < 10)
            move_stock();
        else if (what < 13)
            hold_stock();
        else if (what < 16)
            end_hold();
        else if (what < 18)
            place_order();
        else if (what < 20)
            change_payment();
        else
            after_sales_.happen();
    }
}

void ShopYear::move_category() {
    if (categories_.size() < 5 || pick(2) == 0) {
        add_category(fmt::format("category-{}", count_), categories_.front());
        return;
    }
    const CategoryId id = categories_.back();
    if (pick(4) == 0)
        log_.add(id, category::Removed{});
    else if (pick(2) == 0)
        log_.add(id, category::Changed{"Renamed"});
    else
        log_.add(id, category::Moved{categories_[1], pick(10)});
}

void ShopYear::change_product() {
    Product& product = any_product();
    switch (pick(5)) {
        case 0:
            if (product.is_published)
                log_.add(product.id, product::Unpublished{});
            else
                log_.add(product.id, product::Published{});
            product.is_published = !product.is_published;
            break;
        case 1:
            log_.add(product.id,
                     product::PriceSet{product.variant.variant_id, price_of(1 + pick(9'000)), {}});
            break;
        case 2: {
            product::DetailsChanged details;
            details.title = fmt::format("Renamed {}", ++count_);
            log_.add(product.id, details);
            break;
        }
        case 3:
            log_.add(product.id, product::SlugChanged{fmt::format("slug-{}", ++count_),
                                                      fmt::format("slug-{}", count_ - 1)});
            break;
        default:
            log_.add(product.id, product::CategoryAssigned{categories_.back()});
    }
}

void ShopYear::move_stock() {
    const StockId stock = stock::stock_of(any_product().variant.inventory_item);
    if (pick(3) == 0)
        log_.add(stock, stock::PolicySet{pick(4) != 0, pick(3) - 1, pick(3)});
    else if (pick(2) == 0)
        log_.add(stock, stock::Received{1 + pick(9), stock::ReceiveReason::kPurchase, ""});
    else
        log_.add(stock, stock::Adjusted{.delta = -pick(3)});
}

void ShopYear::hold_stock() {
    Hold hold;
    hold.stock = stock::stock_of(any_product().variant.inventory_item);
    hold.reservation.order_id = OrderId::derive({"order", std::to_string(++count_)});
    hold.reservation.line_id = LineId::derive({"line", std::to_string(count_)});
    hold.reservation.attempt = 1;
    hold.quantity = 1 + pick(3);
    log_.add(hold.stock, stock::Reserved{hold.reservation, hold.quantity, 0});
    holds_.push_back(hold);
}

// A hold is sold, given back, or made anew with another quantity.
void ShopYear::end_hold() {
    if (holds_.empty()) return hold_stock();
    const auto at = static_cast<std::size_t>(pick(static_cast<std::int64_t>(holds_.size())));
    Hold& hold = holds_[at];
    if (!hold.allocated && pick(3) == 0) {
        ++hold.reservation.attempt;
        hold.quantity = 1 + pick(3);
        log_.add(hold.stock, stock::Reserved{hold.reservation, hold.quantity, 0});
    } else if (!hold.allocated && pick(2) == 0) {
        hold.allocated = true;
        log_.add(hold.stock, stock::Allocated{hold.reservation, hold.quantity});
    } else {
        log_.add(hold.stock,
                 stock::Released{hold.reservation, hold.quantity, stock::ReleaseReason::kCanceled});
        holds_.erase(holds_.begin() + static_cast<std::ptrdiff_t>(at));
    }
}

void ShopYear::place_order() {
    const CartId cart = CartId::derive({"cart", std::to_string(++count_)});
    const OrderId order = checkout::order_of(cart);
    const PaymentId payment{order.body};
    order::Placed placed;
    placed.number = fmt::format("A-{}", count_);
    placed.checkout_id = checkout::checkout_of(cart);
    placed.cart_id = cart;
    placed.lines = {any_line(sale::LineKind::kItem), any_line(sale::LineKind::kItem),
                    any_line(sale::LineKind::kShipping)};
    placed.totals.total = {0, kPounds};
    for (const sale::Line& line : placed.lines) placed.totals.total += line.gross;
    placed.totals.items = placed.totals.total;
    payment::Initiated initiated;
    initiated.order_id = order;
    initiated.attempt = 1;
    initiated.provider = "sandbox";
    initiated.amount = placed.totals.total;
    payment::Authorized authorized;
    authorized.amount = placed.totals.total;
    log_.add({{payment, initiated}});
    log_.add({{order, placed}, {payment, authorized}});
    after_sales_.add_order(order, placed, payment);
    payments_.push_back(payment);
    orders_.push_back(order);
}

sale::Line ShopYear::any_line(sale::LineKind kind) {
    sale::Line line;
    line.line_id = LineId::derive({"sold", std::to_string(++count_)});
    line.kind = kind;
    line.quantity = 1;
    line.gross = {100 + pick(400), kPounds};
    if (kind != sale::LineKind::kItem) return line;
    line.quantity += pick(4);
    line.stock_id = stock::stock_of(any_product().variant.inventory_item);
    return line;
}

void ShopYear::change_payment() {
    if (orders_.empty()) return place_order();
    const auto at = static_cast<std::size_t>(pick(static_cast<std::int64_t>(orders_.size())));
    if (pick(2) == 0) {
        log_.add({{orders_[at], order::Canceled{}}, {payments_[at], payment::Voided{}}});
    } else {
        payment::Captured captured;
        captured.amount = {50, kPounds};
        log_.add(payments_[at], captured);
    }
}

}  // namespace shop::tests
