// How long a decision and its fold take, without log, lock or codec.
#include <map>

#include "bench/bench.hpp"
#include "bench/goods.hpp"
#include "bench/measure.hpp"
#include "core/any_command.hpp"

namespace shop::bench {
namespace {

constexpr int kLines = 20;

// States as a shard keeps them, for one cart.
class OneCart final : public Streams {
  public:
    const AnyState* find_any(const StreamId& id) const override {
        return id == StreamId(cart) && version > 0 ? &state : nullptr;
    }
    std::uint64_t version_of(const StreamId&) const override { return version; }
    // Decides and folds; the number of events.
    std::size_t submit(const AnyCommand& command, const Env& env) {
        const auto decision = decide_any(command, *this, env);
        if (!decision) return 0;
        for (const NewEvent& event : decision->events) evolve_any(state, event.data, env.now);
        version += decision->events.size();
        return decision->events.size();
    }

    CartId cart = CartId::derive({"bench"});
    AnyState state;
    std::uint64_t version = 0;
};

Status run(Words words) {
    const double seconds = static_cast<double>(number_option(words, "--milliseconds", 500)) * 1e-3;
    const Goods goods(kLines);
    std::size_t events = 0;
    std::size_t carts = 0;
    const double each = nanoseconds_each(seconds, kLines + 1, [&] {
        OneCart cart;
        const Actor actor{.kind = ActorKind::kShopper};
        Env env{.now = {1'000'000}, .actor = &actor, .catalog = &goods};
        env.command = CommandId::derive({"create", std::to_string(++carts)});
        cart::Create create;
        create.cart = cart.cart;
        events += cart.submit(create, env);
        for (std::size_t i = 0; i < kLines; ++i) {
            env.command.body[19] = "0123456789abcdefghjk"[i];
            events += cart.submit(cart::AddLine{cart.cart, goods.sku(i), 1}, env);
        }
    });
    Row("decide: a cart and 20 lines, each")
        .number("decide_and_fold_ns", each)
        .number("events_per_cart", static_cast<double>(events) / static_cast<double>(carts));
    return {};
}

}  // namespace

extern const Bench kDecide;
const Bench kDecide{"decide", "deciding and folding AddLine: --milliseconds N", &run};

}  // namespace shop::bench
