// A seeded world on one thread: processes over one log, a payment provider, shoppers and staff, and
// whatever can go wrong between them. The same seed gives the same world.
//
//   World world(seed, options);
//   REQUIRE(world.run().empty());     // what the audit found broken
//
// First there is chaos, for as long as the options say: processes die at any step and start again,
// two are in office at once, the log loses, repeats and delays. Then it is calm, everybody finishes
// what they began, and the books are audited.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tests/simulation/dice.hpp"
#include "tests/simulation/history.hpp"
#include "tests/simulation/keys.hpp"
#include "tests/simulation/office.hpp"
#include "tests/simulation/process.hpp"
#include "tests/simulation/provider.hpp"
#include "tests/simulation/shared_log.hpp"
#include "tests/simulation/view.hpp"
#include "tests/support/virtual_loop.hpp"

namespace shop::simulation {

// When every world begins.
inline constexpr Time kStart{1'795'608'000'000'000};

struct WorldOptions {
    bool is_rush = false;  // all want the same few units; else everybody does as they like
    int shoppers = 5;
    int double_clicks = 200;  // in thousandths of the checkouts
    Duration chaos = seconds(60);
    int deaths = 3;          // in thousandths of the steps, of any process
    int second_process = 1;  // likewise: another one takes office while the first still runs
    int power_cuts = 2;
    // Several processes, of which any may be asked and each has some offices, which move.
    int processes = 1;
    int moves = 2;  // in thousandths of the steps: an office is to be somebody else's
    PeerFaults peers = {};
    ClusterOptions cluster = {};
    FaultRates log_faults = {20, 20, 20, 20, 20, 50, 80, 20};
    int late_landings = 20;  // in thousandths of the steps: one of those that are due
    int lagging_reads = 20;
    NetworkFaults network = {};
    DiskFaults disk = {};  // of the state store
    int view_crashes = 5;  // in thousandths of the steps it takes
    EngineOptions engine = {};
    EffectOptions effects = {};
    // For negative controls: decisions with a rule taken out, calls to the provider without their
    // own key, commands of staff that are sent under another id each time, and answers to them that
    // do not wait for the catalog.
    Decide decide = decide_any;
    bool fresh_keys = false;
    bool view_saves_apart = false;
    bool fresh_ids = false;
    bool awaits_catalog = true;
};

class World {
  public:
    World(std::uint64_t seed, WorldOptions options);
    ~World();

    // Runs to the end; one sentence for everything that is broken.
    std::vector<std::string> run();

    // ---- For those who live in it (shopping.hpp, staff.hpp) -------------------------------------
    // Sends the command until it is answered by something else than "not now". Staff may say how
    // far they have seen the catalog: nothing older is decided on.
    Task<Result<Receipt>> call(AnyCommand command, CommandId id,
                               ActorKind actor = ActorKind::kShopper,
                               std::optional<Position> seen = {});
    Task<Snapshot> read(StreamId id);
    Task<bool> pause(Duration least, Duration most);
    // Somebody begins to live in it.
    void spawn(Task<bool> life);

    // Nothing is under way any more, but so many lives.
    bool is_at_rest(int lives);
    bool is_calm(Duration since = {}) const { return clock_.steady() >= options_.chaos + since; }
    Dice& dice() { return dice_; }
    ModelProvider& provider() { return *provider_; }
    Keys& keys() { return keys_; }
    const WorldOptions& options() const { return options_; }
    bool is_cluster() const { return options_.processes > 1; }

    // ---- For the audit --------------------------------------------------------------------------
    const History& history() const { return history_; }
    const MemoryLog& log() { return log_.memory(); }
    const SlotMap& map() const { return map_; }
    const View& view() const { return view_; }
    Process& survivor();  // the one in office at the end
    void complain(std::string sentence) { broken_.push_back(std::move(sentence)); }

  private:
    template <class T>
    Task<Result<T>> ask(Partition partition, std::function<Task<Result<T>>(Process&)> question,
                        std::function<void(const Result<T>&, Exchange, bool by_office)> note);
    void step();
    bool step_log();
    bool step_view();
    void strike();
    void start_process(bool with_store);
    void kill(Process& process);
    void kill_all();
    void check_store(const StateStore& store);
    void hear(const sandbox::Answer& answer, const std::string& event_id);
    Process* pick_process();
    std::size_t number_of(const Process& process) const;
    std::vector<Process*> alive() const;
    void strike_cluster();
    void give_office(Partition partition, Process& process);
    void announce(const Owner& owner);
    void settle_offices();
    void move_clock();
    void calm_down();

    const WorldOptions options_;
    Dice dice_;
    tests::VirtualClock clock_;
    tests::VirtualLoop loop_;  // of the world itself: networks, patience, the provider
    SharedLog log_;
    Office office_;
    const SlotMap map_;
    std::unique_ptr<ModelProvider> provider_;
    Keys keys_;
    Switchboard peers_;
    Ground ground_;
    std::vector<std::unique_ptr<Process>> processes_;  // the dead too
    std::map<Partition, Process*> offices_;            // who was asked to serve, of several
    Directory announced_;                              // as a compacted topic keeps it
    DiskFaults disk_faults_;
    std::shared_ptr<DiskStore> store_;
    View view_;
    History history_;
    std::vector<std::string> broken_;
    int lives_ = 0;
    bool was_calmed_ = false;
};

}  // namespace shop::simulation
