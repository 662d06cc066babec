// A cart: what a shopper means to buy, up to the moment of checkout.
//
// open ⇄ checking_out → completed; open → expired. One that is open and was not touched for kLife
// is over: nobody can change or buy it, so that its person's key may be destroyed, and then it is
// recorded as expired. While it is checking out nothing in it changes:
// the quote was frozen by the checkout (core/checkout). A cart shares its slot, and the body of its
// id, with its one checkout and its one order.
//
// The lines' prices are those the shopper was shown; tax and shipping are quoted from them when
// somebody looks (core/cart/quote.hpp).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/base/ids.hpp"
#include "core/base/result.hpp"
#include "core/base/time.hpp"
#include "core/sale/values.hpp"

namespace shop {
struct Decision;
struct Env;
class Streams;
}  // namespace shop

namespace shop::cart {

inline constexpr std::size_t kLinesMax = 500;
inline constexpr std::int64_t kQuantityMax = 1'000'000;  // steps of the unit, of one line
inline constexpr Duration kLife = days(30);              // an untouched cart expires

// ---- Events: stored for ever --------------------------------------------------------------------

struct Created {
    static constexpr std::string_view kType = "cart.created";
    static constexpr int kSchema = 1;
    std::string channel = "main";
    Currency currency;
    std::string country;  // ISO 3166-1 alpha-2, if the shopper said so
    std::string locale;
    CustomerId customer_id;
    std::string access_token_hash;  // the token itself is never stored
    bool operator==(const Created&) const = default;
};
SHOP_DESCRIBE(Created, channel, currency, country, locale, customer_id, access_token_hash)

// The line carries its price, and neither tax nor gross: those depend on where it goes.
struct LineAdded {
    static constexpr std::string_view kType = "cart.line_added";
    static constexpr int kSchema = 1;
    sale::Line line;
    bool operator==(const LineAdded&) const = default;
};
SHOP_DESCRIBE(LineAdded, line)

struct LineQuantityChanged {
    static constexpr std::string_view kType = "cart.line_quantity_changed";
    static constexpr int kSchema = 1;
    LineId line_id;
    std::int64_t quantity = 0;                  // absolute, > 0
    std::optional<sale::UnitPrice> unit_price;  // if the new quantity is of another price tier
    std::optional<sale::PriceSource> price_source;
    bool operator==(const LineQuantityChanged&) const = default;
};
SHOP_DESCRIBE(LineQuantityChanged, line_id, quantity, unit_price, price_source)

struct LineRemoved {
    static constexpr std::string_view kType = "cart.line_removed";
    static constexpr int kSchema = 1;
    LineId line_id;
    bool operator==(const LineRemoved&) const = default;
};
SHOP_DESCRIBE(LineRemoved, line_id)

enum class RepriceCause { kPrice, kTier, kCountry, kRules };
SHOP_DESCRIBE_ENUM(RepriceCause, kPrice, kTier, kCountry, kRules)

struct RepricedLine {
    LineId line_id;
    sale::UnitPrice before;
    sale::UnitPrice after;
    sale::PriceSource price_source;
    bool operator==(const RepricedLine&) const = default;
};
SHOP_DESCRIBE(RepricedLine, line_id, before, after, price_source)

struct Repriced {
    static constexpr std::string_view kType = "cart.repriced";
    static constexpr int kSchema = 1;
    RepriceCause cause = RepriceCause::kPrice;
    std::vector<RepricedLine> lines;
    bool operator==(const Repriced&) const = default;
};
SHOP_DESCRIBE(Repriced, cause, lines)

struct ContactSet {
    static constexpr std::string_view kType = "cart.contact_set";
    static constexpr int kSchema = 1;
    sale::Party party;
    bool operator==(const ContactSet&) const = default;
};
SHOP_DESCRIBE(ContactSet, party)

struct ShippingAddressSet {
    static constexpr std::string_view kType = "cart.shipping_address_set";
    static constexpr int kSchema = 1;
    sale::Address address;
    bool operator==(const ShippingAddressSet&) const = default;
};
SHOP_DESCRIBE(ShippingAddressSet, address)

struct BillingAddressSet {
    static constexpr std::string_view kType = "cart.billing_address_set";
    static constexpr int kSchema = 1;
    sale::Address address;
    bool operator==(const BillingAddressSet&) const = default;
};
SHOP_DESCRIBE(BillingAddressSet, address)

struct ShippingOptionChosen {
    static constexpr std::string_view kType = "cart.shipping_option_chosen";
    static constexpr int kSchema = 1;
    sale::ShippingChoice choice;
    bool operator==(const ShippingOptionChosen&) const = default;
};
SHOP_DESCRIBE(ShippingOptionChosen, choice)

struct Locked {
    static constexpr std::string_view kType = "cart.locked";
    static constexpr int kSchema = 1;
    OrderId order_id;
    std::int32_t attempt = 0;  // of the checkout, from 1
    bool operator==(const Locked&) const = default;
};
SHOP_DESCRIBE(Locked, order_id, attempt)

struct Unlocked {
    static constexpr std::string_view kType = "cart.unlocked";
    static constexpr int kSchema = 1;
    std::string cause;  // the reason the checkout failed for
    bool operator==(const Unlocked&) const = default;
};
SHOP_DESCRIBE(Unlocked, cause)

struct Completed {
    static constexpr std::string_view kType = "cart.completed";
    static constexpr int kSchema = 1;
    OrderId order_id;
    bool operator==(const Completed&) const = default;
};
SHOP_DESCRIBE(Completed, order_id)

struct Expired {
    static constexpr std::string_view kType = "cart.expired";
    static constexpr int kSchema = 1;
    bool operator==(const Expired&) const = default;
};
SHOP_DESCRIBE_EMPTY(Expired)

using Event = std::variant<Created, LineAdded, LineQuantityChanged, LineRemoved, Repriced,
                           ContactSet, ShippingAddressSet, BillingAddressSet, ShippingOptionChosen,
                           Locked, Unlocked, Completed, Expired>;

// ---- State --------------------------------------------------------------------------------------

enum class Status { kOpen, kCheckingOut, kCompleted, kExpired, kMerged };
SHOP_DESCRIBE_ENUM(Status, kOpen, kCheckingOut, kCompleted, kExpired, kMerged)

struct State {
    Status status = Status::kOpen;
    std::string channel;
    Currency currency;
    std::string country;
    std::string locale;
    std::string access_token_hash;
    std::vector<sale::Line> lines;
    std::optional<sale::Party> contact;
    std::optional<sale::Address> shipping_address;
    std::optional<sale::Address> billing_address;
    std::optional<sale::ShippingChoice> shipping;
    std::int64_t revision = 0;  // counts what a quote rests on: lines, prices, addresses, shipping
    Time changed_at;
    bool operator==(const State&) const = default;

    const sale::Line* find_line(LineId id) const;
    // Where it is delivered as far as known: the shipping address, else the country it was made
    // for.
    const std::string& destination() const;
};
SHOP_DESCRIBE(State, status, channel, currency, country, locale, access_token_hash, lines, contact,
              shipping_address, billing_address, shipping, revision, changed_at)

// Its time is over: it has expired, be that recorded or not. Never while it is being paid.
bool is_over(const State& cart, Time now);

void evolve(State&, const Created&, Time);
void evolve(State&, const LineAdded&, Time);
void evolve(State&, const LineQuantityChanged&, Time);
void evolve(State&, const LineRemoved&, Time);
void evolve(State&, const Repriced&, Time);
void evolve(State&, const ContactSet&, Time);
void evolve(State&, const ShippingAddressSet&, Time);
void evolve(State&, const BillingAddressSet&, Time);
void evolve(State&, const ShippingOptionChosen&, Time);
void evolve(State&, const Locked&, Time);
void evolve(State&, const Unlocked&, Time);
void evolve(State&, const Completed&, Time);
void evolve(State&, const Expired&, Time);

// ---- Commands -----------------------------------------------------------------------------------
// All but Create answer kNotFound "unknown-cart" for a cart that is not there, kConflict
// "cart-locked", "cart-completed" or "cart-expired" for one that may not change any more, and
// kConflict "version-mismatch" if expected_version is given and is not the stream's. A command that
// changes nothing makes no event.

// kConflict "cart-exists"; kInvalid for a country the shop does not deliver to.
struct Create {
    static constexpr std::string_view kType = "CreateCart";
    CartId cart;  // derived from the command id
    std::string channel = "main";
    Currency currency;  // empty: the shop's
    std::string country;
    std::string locale;
    CustomerId customer_id;
    std::string access_token_hash;
    StreamId target() const { return cart; }
    bool operator==(const Create&) const = default;
};
SHOP_DESCRIBE(Create, cart, channel, currency, country, locale, customer_id, access_token_hash)

// Adds to the line of equal variant and options whose price is the catalog's too, or makes a new
// one with the id new_line(command id). The line then has the catalog's price for its whole
// quantity. kNotFound "unknown-sku"; kConflict "no-price" if it has none in the cart's currency
// that includes tax as the shop's prices do, "cart-full" beyond kLinesMax; kInvalid for a quantity
// below the variant's minimum, off its step, or beyond the limits.
struct AddLine {
    static constexpr std::string_view kType = "AddLine";
    CartId cart;
    std::string sku;
    std::int64_t quantity = 0;
    std::optional<std::uint64_t> expected_version;
    StreamId target() const { return cart; }
    bool operator==(const AddLine&) const = default;
};
SHOP_DESCRIBE(AddLine, cart, sku, quantity, expected_version)

// kNotFound "unknown-line"; kConflict "not-available" if it is not sold any more; else as AddLine.
struct ChangeQuantity {
    static constexpr std::string_view kType = "ChangeLineQuantity";
    CartId cart;
    LineId line_id;
    std::int64_t quantity = 0;  // absolute
    std::optional<std::uint64_t> expected_version;
    StreamId target() const { return cart; }
    bool operator==(const ChangeQuantity&) const = default;
};
SHOP_DESCRIBE(ChangeQuantity, cart, line_id, quantity, expected_version)

struct RemoveLine {
    static constexpr std::string_view kType = "RemoveLine";
    CartId cart;
    LineId line_id;
    std::optional<std::uint64_t> expected_version;
    StreamId target() const { return cart; }
    bool operator==(const RemoveLine&) const = default;
};
SHOP_DESCRIBE(RemoveLine, cart, line_id, expected_version)

// An empty customer_id leaves the cart with the customer it has.
struct SetContact {
    static constexpr std::string_view kType = "SetContact";
    CartId cart;
    sale::Party party;
    std::optional<std::uint64_t> expected_version;
    StreamId target() const { return cart; }
    bool operator==(const SetContact&) const = default;
};
SHOP_DESCRIBE(SetContact, cart, party, expected_version)

// The country must be one the shop delivers to. A chosen shipping option the new country does not
// have is dropped from the quote; the shopper chooses again.
struct SetShippingAddress {
    static constexpr std::string_view kType = "SetShippingAddress";
    CartId cart;
    sale::Address address;
    std::optional<std::uint64_t> expected_version;
    StreamId target() const { return cart; }
    bool operator==(const SetShippingAddress&) const = default;
};
SHOP_DESCRIBE(SetShippingAddress, cart, address, expected_version)

struct SetBillingAddress {
    static constexpr std::string_view kType = "SetBillingAddress";
    CartId cart;
    sale::Address address;
    std::optional<std::uint64_t> expected_version;
    StreamId target() const { return cart; }
    bool operator==(const SetBillingAddress&) const = default;
};
SHOP_DESCRIBE(SetBillingAddress, cart, address, expected_version)

// kInvalid "unknown-shipping-option" if it is none of shipping_options() (core/cart/quote.hpp).
struct ChooseShippingOption {
    static constexpr std::string_view kType = "ChooseShippingOption";
    CartId cart;
    std::string option_id;
    std::optional<std::uint64_t> expected_version;
    StreamId target() const { return cart; }
    bool operator==(const ChooseShippingOption&) const = default;
};
SHOP_DESCRIBE(ChooseShippingOption, cart, option_id, expected_version)

// Brings the lines' prices up to what the catalog says now (core/cart/check.hpp: differences).
// Lines that cannot be bought any more keep theirs.
struct Reprice {
    static constexpr std::string_view kType = "RepriceCart";
    CartId cart;
    RepriceCause cause = RepriceCause::kPrice;
    StreamId target() const { return cart; }
    bool operator==(const Reprice&) const = default;
};
SHOP_DESCRIBE(Reprice, cart, cause)

// Records that a cart is over; no event if it is not. Its person's key is destroyed before.
struct Expire {
    static constexpr std::string_view kType = "ExpireCart";
    CartId cart;
    StreamId target() const { return cart; }
    bool operator==(const Expire&) const = default;
};
SHOP_DESCRIBE(Expire, cart)

using Command =
    std::variant<Create, AddLine, ChangeQuantity, RemoveLine, SetContact, SetShippingAddress,
                 SetBillingAddress, ChooseShippingOption, Reprice, Expire>;

Result<Decision> decide(const Create&, const Streams&, const Env&);
Result<Decision> decide(const AddLine&, const Streams&, const Env&);
Result<Decision> decide(const ChangeQuantity&, const Streams&, const Env&);
Result<Decision> decide(const RemoveLine&, const Streams&, const Env&);
Result<Decision> decide(const SetContact&, const Streams&, const Env&);
Result<Decision> decide(const SetShippingAddress&, const Streams&, const Env&);
Result<Decision> decide(const SetBillingAddress&, const Streams&, const Env&);
Result<Decision> decide(const ChooseShippingOption&, const Streams&, const Env&);
Result<Decision> decide(const Reprice&, const Streams&, const Env&);
Result<Decision> decide(const Expire&, const Streams&, const Env&);

// The id a line added by that command gets.
LineId new_line(const CommandId& command);

}  // namespace shop::cart
