// A shop of pure functions under a seed: carts, stock, orders and a provider, with effects that are
// sent, repeated, delayed and lost at random, and a memory that is lost at any moment. Everything
// that was owed must come right in the end.
//
// One thread. Time passes only when the model says so.
#pragma once

#include <cstdint>
#include <map>
#include <random>
#include <set>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <variant>
#include <vector>

#include "core/effect.hpp"
#include "tests/core/checkout/model/sandbox_desk.hpp"
#include "tests/support/given.hpp"
#include "tests/support/test_catalog.hpp"

namespace shop::tests {

// The protections of the design. Taken out one at a time, the model must find the harm.
struct Protections {
    bool release_is_recorded_if_nothing_is_held = true;
    bool timeout_is_unknown = true;
    bool late_answers_count = true;
    bool canceled_payments_are_voided = true;
    bool effects_keep_their_keys = true;
    bool refused_lines_wait_in_order = true;
};

struct ModelPlan {
    std::uint64_t seed = 0;
    int carts = 6;
    int skus = 2;
    std::int64_t stock = 4;  // of each
    int steps = 700;
    int cancels = 12;        // percent of what shoppers do
    bool hostile = true;     // shoppers cancel, cards fail, messages get lost, memory too
    bool slow_time = false;  // too little passes for patience and deadlines to run out
    Protections protections = {};
};

class ShopModel {
  public:
    explicit ShopModel(const ModelPlan& plan);

    // Runs to the end: chaos, then quiet until nothing is owed. What is wrong, or empty.
    std::string run();

    int placed() const { return static_cast<int>(numbers_.size()); }
    std::int64_t sold() const;

  private:
    struct Request {
        Effect effect;
    };
    struct Response {
        StreamId owner;
        EffectId effect;
        std::optional<Outcome> outcome;  // none: the caller only learns that it is over
    };
    using Message = std::variant<Request, Response, payment::RecordProviderResult>;

    bool chance(int percent) { return static_cast<int>(random_() % 100) < percent; }
    template <class Items>
    auto& any_of(Items& items) {
        return items[random_() % items.size()];
    }

    void set_up();
    void fill_cart(int number);
    void one_step();
    void shopper_acts();
    void start_checkout(const CartId& cart);
    void time_passes();
    void lose_memory();

    // The engine: what is due for one open stream.
    void visit(const StreamId& stream);
    void send(const Effect& effect);
    void deliver_one();
    void deliver(Request request);
    void deliver(Response response);
    void deliver(payment::RecordProviderResult webhook);
    std::optional<Outcome> call_stream(const Effect& effect);
    std::optional<Outcome> call_provider(const Effect& effect);
    void take_step(const Step& step);

    // One record. False if it was refused.
    bool record(const CommandId& id, const AnyCommand& command);
    void alter(const AnyCommand& command, Decision& decision) const;
    void fold(const NewEvent& event);
    void note(const NewEvent& event);
    CommandId new_command() { return command_id(++commands_); }

    bool settle_down();
    void check_always(const StreamId& stream);
    void check_end();
    void check_order(const CartId& cart);
    void wrong(std::string what);

    const ModelPlan plan_;
    std::mt19937_64 random_;
    Time now_ = kNoon;
    TestCatalog catalog_;
    StreamTable streams_;
    SandboxDesk sandbox_;
    Actor actor_;
    SeriesId numbers_series_;
    std::vector<CartId> carts_;
    std::vector<StockId> stocks_;
    std::set<StreamId> open_;
    std::unordered_map<StreamId, Answers> answers_;
    std::unordered_set<EffectId> in_flight_;
    std::vector<Message> messages_;
    std::unordered_set<CommandId> known_;
    std::set<std::string> numbers_;
    std::map<StreamId, int> placed_;
    int commands_ = 0;
    int sent_ = 0;
    std::string wrong_;
};

}  // namespace shop::tests
