// A customer: a person or company the shop knows, with or without an account.
//
// known → erased. Personal values are sealed under keys of the customer's own, and those of a
// guest's order that was assigned to them later under the order's; erasing destroys all of them,
// and every copy in the log, the views and the dead letters reads as "[erased]" from then on, while
// all sums stay.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/base/actor.hpp"
#include "core/base/ids.hpp"
#include "core/base/result.hpp"
#include "core/base/time.hpp"
#include "core/sale/values.hpp"

namespace shop {
struct Decision;
struct Env;
class Streams;
}  // namespace shop

namespace shop::customer {

// ---- Events: stored for ever --------------------------------------------------------------------

enum class Kind { kPerson, kCompany };
SHOP_DESCRIBE_ENUM(Kind, kPerson, kCompany)

// What is known of a customer. `personal` seals {name, email, phone, company, vat_id}.
struct Profile {
    Kind kind = Kind::kPerson;
    Sealed personal;
    std::string country;       // ISO 3166-1, if known
    std::string country_text;  // what an import said that is no country ("Unspecified")
    std::optional<sale::External> external;
    bool operator==(const Profile&) const = default;
};
SHOP_DESCRIBE(Profile, kind, personal, country, country_text, external)

struct Registered {
    static constexpr std::string_view kType = "customer.registered";
    static constexpr int kSchema = 1;
    Profile profile;
    Reason reason;
    bool operator==(const Registered&) const = default;
};
SHOP_DESCRIBE(Registered, profile, reason)

struct Imported {
    static constexpr std::string_view kType = "customer.imported";
    static constexpr int kSchema = 1;
    Profile profile;
    bool operator==(const Imported&) const = default;
};
SHOP_DESCRIBE(Imported, profile)

struct ContactChanged {
    static constexpr std::string_view kType = "customer.contact_changed";
    static constexpr int kSchema = 1;
    Sealed personal;
    std::string country;
    Reason reason;
    bool operator==(const ContactChanged&) const = default;
};
SHOP_DESCRIBE(ContactChanged, personal, country, reason)

// `keys`: what was destroyed, so that every later reader, and every backup that is restored,
// destroys it too.
struct Erased {
    static constexpr std::string_view kType = "customer.erased";
    static constexpr int kSchema = 1;
    std::vector<std::string> keys;
    Reason reason;
    bool operator==(const Erased&) const = default;
};
SHOP_DESCRIBE(Erased, keys, reason)

// What a guest bought, or tried to, is this customer's. `keys` seal what they said, and go with
// them.
struct OrderAssigned {
    static constexpr std::string_view kType = "customer.order_assigned";
    static constexpr int kSchema = 1;
    OrderId order_id;
    std::vector<std::string> keys;
    Reason reason;
    bool operator==(const OrderAssigned&) const = default;
};
SHOP_DESCRIBE(OrderAssigned, order_id, keys, reason)

// … and was not, after all.
struct OrderUnassigned {
    static constexpr std::string_view kType = "customer.order_unassigned";
    static constexpr int kSchema = 1;
    OrderId order_id;
    Reason reason;
    bool operator==(const OrderUnassigned&) const = default;
};
SHOP_DESCRIBE(OrderUnassigned, order_id, reason)

using Event =
    std::variant<Registered, Imported, ContactChanged, Erased, OrderAssigned, OrderUnassigned>;

// ---- State --------------------------------------------------------------------------------------

enum class Status { kKnown, kErased };
SHOP_DESCRIBE_ENUM(Status, kKnown, kErased)

struct State {
    Status status = Status::kKnown;
    Profile profile;
    Time known_since;
    std::vector<std::string> keys;  // person keys its values were ever sealed under
    std::map<OrderId, std::vector<std::string>> orders;  // assigned: their keys
    bool operator==(const State&) const = default;

    // All that has to be destroyed to erase them.
    std::vector<std::string> all_keys() const;
};
SHOP_DESCRIBE(State, status, profile, known_since, keys, orders)

void evolve(State&, const Registered&, Time);
void evolve(State&, const Imported&, Time);
void evolve(State&, const ContactChanged&, Time);
void evolve(State&, const Erased&, Time);
void evolve(State&, const OrderAssigned&, Time);
void evolve(State&, const OrderUnassigned&, Time);

// ---- Commands -----------------------------------------------------------------------------------

// Staff gets to know a customer. One that is known already, or was erased: no event.
struct Register {
    static constexpr std::string_view kType = "RegisterCustomer";
    CustomerId customer;  // made from what the caller knows them by
    Profile profile;      // always sealed, be it nothing: the key is for what is still to come
    Reason reason;
    StreamId target() const { return customer; }
    bool operator==(const Register&) const = default;
};
SHOP_DESCRIBE(Register, customer, profile, reason)

// The same for another system's customer.
struct Import {
    static constexpr std::string_view kType = "ImportCustomer";
    CustomerId customer;
    Profile profile;
    StreamId target() const { return customer; }
    bool operator==(const Import&) const = default;
};
SHOP_DESCRIBE(Import, customer, profile)

// What is not given stays as it is when the change is recorded. kNotFound; kConflict
// "customer-erased", "version-mismatch".
struct ChangeContact {
    static constexpr std::string_view kType = "ChangeCustomerContact";
    CustomerId customer;
    std::optional<Sealed> personal;  // all of it
    std::optional<std::string> country;
    Reason reason;
    std::optional<std::uint64_t> expected_version = {};
    StreamId target() const { return customer; }
    bool operator==(const ChangeContact&) const = default;
};
SHOP_DESCRIBE(ChangeContact, customer, personal, country, reason, expected_version)

// Notes that the customer's keys were destroyed: whoever sends it has listed the erasure and
// destroyed them before (events/keys/erasures.hpp). No event if it is noted already; kNotFound;
// kConflict "customer-changed" if there are keys by now that are not among them.
struct Erase {
    static constexpr std::string_view kType = "EraseCustomer";
    CustomerId customer;
    std::vector<std::string> keys;
    Reason reason;
    StreamId target() const { return customer; }
    bool operator==(const Erase&) const = default;
};
SHOP_DESCRIBE(Erase, customer, keys, reason)

// Before the order itself is assigned (order::AssignCustomer), or placed for them after guests'
// tries (checkout::PlaceOrder), so that none of an erased customer's can be read. Keys that the
// customer has for it already stay theirs. kNotFound, kConflict "customer-erased".
struct AssignOrder {
    static constexpr std::string_view kType = "AssignOrderToCustomer";
    CustomerId customer;
    OrderId order;
    std::vector<std::string> keys;
    Reason reason;
    StreamId target() const { return customer; }
    bool operator==(const AssignOrder&) const = default;
};
SHOP_DESCRIBE(AssignOrder, customer, order, keys, reason)

// It was given to somebody else. No event if it is not theirs.
struct UnassignOrder {
    static constexpr std::string_view kType = "UnassignOrderOfCustomer";
    CustomerId customer;
    OrderId order;
    Reason reason;
    StreamId target() const { return customer; }
    bool operator==(const UnassignOrder&) const = default;
};
SHOP_DESCRIBE(UnassignOrder, customer, order, reason)

using Command = std::variant<Register, Import, ChangeContact, Erase, AssignOrder, UnassignOrder>;

Result<Decision> decide(const Register&, const Streams&, const Env&);
Result<Decision> decide(const Import&, const Streams&, const Env&);
Result<Decision> decide(const ChangeContact&, const Streams&, const Env&);
Result<Decision> decide(const Erase&, const Streams&, const Env&);
Result<Decision> decide(const AssignOrder&, const Streams&, const Env&);
Result<Decision> decide(const UnassignOrder&, const Streams&, const Env&);

// ---- Ids ----------------------------------------------------------------------------------------

// The customer that another system knows by that id.
CustomerId customer_of(const sale::External& external);

}  // namespace shop::customer
