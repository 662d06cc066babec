#include "tests/support/shopper.hpp"

#include "tests/support/test_catalog.hpp"

namespace shop::tests {

std::vector<AnyCommand> ready_cart(const CartId& cart, const std::vector<Wish>& wishes) {
    const std::string person = "person of " + cart.to_string();
    std::vector<AnyCommand> commands;
    cart::Create create;
    create.cart = cart;
    create.currency = tests::gbp(0).currency;
    create.country = "GB";
    commands.emplace_back(std::move(create));
    for (const Wish& wish : wishes)
        commands.emplace_back(cart::AddLine{cart, wish.sku, wish.quantity});
    commands.emplace_back(cart::SetContact{cart, {{}, {person, "Ada"}}});
    commands.emplace_back(
        cart::SetShippingAddress{cart, {"GB", "EC1", {person, "12 St James's Square"}}});
    commands.emplace_back(cart::ChooseShippingOption{cart, "standard"});
    return commands;
}

checkout::Start pay(const CartId& cart, const std::string& token) {
    checkout::Start start;
    start.cart = cart;
    start.payment = checkout::PaymentChoice{
        "sandbox", {"card", "visa", "4242"}, {"key of " + cart.to_string(), token}, ""};
    return start;
}

std::string token_of(const Sealed& sealed) {
    return sealed.ciphertext;
}

stock::SetLevel stock_level(const std::string& sku, std::int64_t units) {
    return {stock_id(sku), tests::TestCatalog::variant_id(sku), sku, units};
}

StockId stock_id(const std::string& sku) {
    return stock::stock_of(sku);
}

}  // namespace shop::tests
