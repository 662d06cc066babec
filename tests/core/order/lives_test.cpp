// Orders live as they like: no penny and no unit is lost or made, whatever happens to them.
//
// SHOPVERSE_LIFE runs the life of one seed; SHOPVERSE_LIVES says how many the slow test runs.
#include <catch2/catch.hpp>
#include <cstdlib>

#include "core/order/series.hpp"
#include "tests/core/order/lives/life.hpp"

namespace shop::tests {
namespace {

std::uint64_t number_from(const char* name, std::uint64_t otherwise) {
    const char* text = std::getenv(name);
    return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

struct Lived {
    std::size_t notes = 0;
    std::size_t refunds = 0;
    std::size_t fulfillments = 0;
    std::size_t later_payments = 0;
};

Lived live(std::uint64_t count) {
    const std::uint64_t only = number_from("SHOPVERSE_LIFE", 0);
    const std::uint64_t first = only == 0 ? 1 : only;
    const std::uint64_t last = only == 0 ? count : only;
    Lived lived;
    for (std::uint64_t seed = first; seed <= last; ++seed) {
        INFO("seed " << seed << " (again with SHOPVERSE_LIFE=" << seed << ")");
        Life life(seed);
        REQUIRE(life.run() == "");
        lived.notes += life.notes();
        lived.refunds += life.refunds();
        lived.fulfillments += life.fulfillments();
        lived.later_payments += life.later_payments();
    }
    return lived;
}

TEST_CASE("whatever becomes of an order, its books are right at every step") {
    const Lived lived = live(1'000);
    if (number_from("SHOPVERSE_LIFE", 0) != 0) return;
    CHECK(lived.notes > 1'000);  // it is about something
    CHECK(lived.refunds > 500);
    CHECK(lived.fulfillments > 500);
    CHECK(lived.later_payments > 500);
}

TEST_CASE("many orders live, and their books are right at every step", "[slow]") {
    live(number_from("SHOPVERSE_LIVES", 10'000));
}

// The first fault that a hundred lives show with something broken on purpose.
std::string fault_with(const SmallEngine::Alter& alter) {
    for (std::uint64_t seed = 1; seed <= 100; ++seed)
        if (std::string fault = Life(seed, alter).run(); !fault.empty()) return fault;
    return {};
}

template <class Event, class Change>
SmallEngine::Alter changing(Change change) {
    return [change](const AnyCommand&, Decision& decision) {
        for (NewEvent& event : decision.events)
            if (const auto* held = event.data.get_if<Event>()) {
                Event changed = *held;
                change(changed);
                event.data = AnyEvent(std::move(changed));
            }
    };
}

template <class Event>
SmallEngine::Alter without() {
    return [](const AnyCommand&, Decision& decision) {
        std::erase_if(decision.events,
                      [](const NewEvent& event) { return event.data.get_if<Event>() != nullptr; });
    };
}

// As if nobody looked at what is still to be paid.
SmallEngine::Alter beyond_due() {
    return [](const AnyCommand& command, Decision& decision) {
        if (command.get_if<order::RecordPayment>() == nullptr) return;
        for (NewEvent& event : decision.events) {
            if (auto* held = event.data.get_if<payment::Authorized>())
                event.data = AnyEvent(payment::Authorized{.amount = held->amount + gbp(5'000)});
            else if (auto* taken = event.data.get_if<payment::Captured>())
                event.data = AnyEvent(payment::Captured{.capture_id = taken->capture_id,
                                                        .amount = taken->amount + gbp(5'000)});
        }
    };
}

TEST_CASE("control: what breaks an order's books is found") {
    CHECK(fault_with(without<payment::RefundRequested>()) != "");
    CHECK(fault_with(without<credit_note::Settled>()) == "a note is not settled");
    CHECK(fault_with(without<order::LinesCredited>()) != "");
    CHECK(fault_with(changing<order::LinesCredited>([](auto& event) {
              event.amount.minor_units += 1;
          })) == "the order credits what no note says");
    CHECK(fault_with(beyond_due()) == "more was kept than is due");
    CHECK(fault_with(changing<stock::Restocked>([](auto& event) { ++event.quantity; })) != "");
    CHECK(fault_with(changing<series::NumberAssigned>([](auto& event) {
              if (event.series == series::kCreditNotes && event.number > 1) ++event.number;
          })) == "the numbers of credit notes have a gap");
}

}  // namespace
}  // namespace shop::tests
