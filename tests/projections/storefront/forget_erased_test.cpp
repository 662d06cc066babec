// Who was erased is in no row of a view any more, even where the record that says so is a dead
// letter.
#include <catch2/catch.hpp>

#include "tests/support/shop_log.hpp"
#include "tests/support/views.hpp"

namespace shop::tests {
namespace {

const Reason kWhy{"asked", ""};
const CustomerId kAda = CustomerId::derive({"ada"});
const CustomerId kMary = CustomerId::derive({"mary"});

// Two customers, each with an order, as staff find them.
class Persons {
  public:
    explicit Persons(const TestDatabase& postgres)
        : postgres_(postgres),
          runner_(log_.log(), postgres, make_version(postgres, TestRunner::kStorefront)) {
        for (const CustomerId& customer : {kAda, kMary}) {
            const Sealed contact{customer.to_string() + "/key", "sealed"};
            log_.add(customer, customer::Registered{{.personal = contact, .country = "GB"}, kWhy});
            order::Placed placed;
            placed.number = customer.to_string();
            placed.party = {.customer_id = customer, .personal = contact};
            placed.totals.total = {100, *Currency::parse("GBP")};
            log_.add(OrderId::derive({customer.to_string()}), placed);
        }
        runner_.catch_up();
        for (const char* table : {"sale", "customer"})
            postgres_.rows("UPDATE storefront_1." + std::string(table) + " SET email_hash = 'h'");
    }

    // The view takes no such row any more.
    void refuse(const std::string& row) {
        postgres_.rows(
            "CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS "
            "'BEGIN RAISE ''no such row''; END'; "
            "CREATE TRIGGER no BEFORE INSERT ON storefront_1.customer FOR EACH ROW WHEN (" +
            row + ") EXECUTE FUNCTION no()");
    }
    void move_to(const CustomerId& customer, const std::string& country) {
        log_.add(customer,
                 customer::ContactChanged{{customer.to_string() + "/key", "new"}, country, kWhy});
    }
    void erase(const CustomerId& customer) {
        log_.add(customer, customer::Erased{{customer.to_string() + "/key"}, kWhy});
    }
    void catch_up() { runner_.catch_up(); }

    std::size_t dead_letters() const { return runner_.observed.dead_letters.size(); }
    bool is_found(const CustomerId& customer) const {
        return rows("sale", customer) + rows("customer", customer) == "h\nh\n";
    }
    bool is_forgotten(const CustomerId& customer) const {
        const std::string left = postgres_.rows(
            "SELECT status, person, personal FROM storefront.customer WHERE customer_id = '" +
            customer.to_string() + "'");
        return rows("sale", customer) + rows("customer", customer) == "\n\n" &&
               left == "erased||\n";
    }

  private:
    std::string rows(const std::string& table, const CustomerId& customer) const {
        return postgres_.rows("SELECT email_hash FROM storefront." + table +
                              " WHERE customer_id = '" + customer.to_string() + "'");
    }

    const TestDatabase& postgres_;
    ShopLog log_;
    TestRunner runner_;
};

TEST_CASE("an erasure is obeyed though a change before it is a dead letter", "[projections]") {
    SHOP_WITH_POSTGRES(postgres);
    Persons persons(postgres);
    REQUIRE(persons.is_found(kAda));
    persons.refuse("NEW.country = 'FR'");
    persons.move_to(kAda, "FR");
    SECTION("in the same batch") {}
    SECTION("later") {
        persons.catch_up();
        REQUIRE(persons.dead_letters() == 1);
    }
    persons.erase(kAda);
    persons.catch_up();
    CHECK(persons.dead_letters() == 2);
    CHECK(persons.is_forgotten(kAda));
    CHECK(persons.is_found(kMary));
}

TEST_CASE("an erasure that cannot be applied itself is obeyed", "[projections]") {
    SHOP_WITH_POSTGRES(postgres);
    Persons persons(postgres);
    persons.refuse("NEW.status = 'erased'");
    persons.erase(kMary);
    persons.catch_up();
    CHECK(persons.dead_letters() == 1);
    CHECK(persons.is_forgotten(kMary));
    CHECK(persons.is_found(kAda));
}

}  // namespace
}  // namespace shop::tests
