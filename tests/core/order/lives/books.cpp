#include "tests/core/order/lives/books.hpp"

namespace shop::tests {

void Books::read_on() {
    const auto& events = engine_.events();
    for (; read_ < events.size(); ++read_) sums_.take(events[read_].stream, events[read_].data);
}

std::string Books::first_fault() const {
    return sums_.faults.empty() ? std::string() : sums_.faults.front().sentence;
}

std::string Books::fault() {
    read_on();
    check(sums_, engine_.streams());
    return first_fault();
}

std::string Books::fault_at_rest(std::int64_t opening) {
    read_on();
    check_at_rest(sums_, engine_.streams(), engine_.provider.book());
    for (const StreamId& open : engine_.open()) {
        const auto* payment = engine_.find<payment::State>(open);
        sums_.expect(payment != nullptr && needs_operator(*payment, engine_.now()).has_value(),
                     open, "something is owed, and nobody is told");
    }
    for (const auto& [id, goods] : sums_.goods)
        sums_.expect(engine_.find<stock::State>(id)->on_hand <= opening, id,
                     "goods came from nowhere");
    return first_fault();
}

}  // namespace shop::tests
