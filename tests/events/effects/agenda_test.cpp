#include "events/effects/agenda.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

namespace shop {
namespace {

class Awaited {
  public:
    explicit Awaited(int count) {
        const CheckoutId checkout = CheckoutId::derive({"agenda"});
        for (int n = 0; n < count; ++n) {
            effects_.push_back(
                checkout::reserve_effect(checkout, LineId::derive({std::to_string(n)}), 1));
            agenda_.effect_started(effects_.back());
        }
    }

    // How many of their ends, one after the other, are worth a look; each is taken.
    int looks() {
        int looks = 0;
        while (!effects_.empty()) {
            agenda_.effect_ended(effects_.back(), std::nullopt, {}, backoff_);
            effects_.pop_back();
            if (!agenda_.wants_look()) continue;
            ++looks;
            agenda_.look(AnyState(), {});
        }
        return looks;
    }

  private:
    Agenda agenda_{CheckoutId::derive({"agenda"})};
    Backoff backoff_{1};
    std::vector<EffectId> effects_;
};

TEST_CASE("of a thousand effects under way a few ends are worth a look, of some each is") {
    CHECK(Awaited(1'000).looks() < 30);
    CHECK(Awaited(16).looks() == 16);
    CHECK(Awaited(1).looks() == 1);
}

}  // namespace
}  // namespace shop
