#include "api/keys/shared_erasures.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "api/system_clock.hpp"
#include "events/keys/erasures.hpp"
#include "tests/support/postgres.hpp"
#include "tests/support/temp_folder.hpp"

namespace shop::api {
namespace {

const SystemClock kClock;

// A process with a data folder of its own; it exchanges at its start.
struct Process {
    explicit Process(const tests::TestDatabase& postgres)
        : shelf(PostgresShelf::open(postgres.conninfo(), kClock).value()) {
        exchange();
    }
    void exchange() { REQUIRE(shared.exchange()); }
    void list(const std::string& name) {
        Erasure erasure{.customer = CustomerId::derive({name}),
                        .keys = {"1." + name},
                        .reason = {.code = "asked", .note = "a \"quoted\" note"},
                        .at = {1}};
        REQUIRE(erasures.add({&erasure, 1}));
    }
    std::vector<std::string> listed() const {
        std::vector<std::string> keys;
        for (const Erasure& erasure : erasures.all().value()) keys.push_back(erasure.keys.front());
        return keys;
    }

    tests::TempFolder data;
    Erasures erasures{data.path};
    std::unique_ptr<PostgresShelf> shelf;
    SharedErasures shared{*shelf, erasures.list()};
};

using Keys = std::vector<std::string>;

TEST_CASE("whom one process erased all others have on their lists") {
    SHOP_WITH_POSTGRES(postgres);
    Process here(postgres);
    Process there(postgres);
    here.list("Ada");
    here.exchange();
    there.list("Grace");
    there.exchange();
    here.exchange();
    CHECK(here.listed() == Keys{"1.Ada", "1.Grace"});
    CHECK(there.listed() == Keys{"1.Grace", "1.Ada"});
    there.exchange();
    here.list("Alan");
    here.exchange();
    there.exchange();
    CHECK(there.listed() == Keys{"1.Grace", "1.Ada", "1.Alan"});
    CHECK(here.erasures.all().value().front().customer == CustomerId::derive({"Ada"}));
    CHECK(Process(postgres).listed().size() == 3);
    // What was taken is not given back: that would use up numbers, of which few are looked at
    // twice.
    CHECK(here.shelf->erasures_after(0)->last == 3);
}

TEST_CASE("an old copy of the database learns from any folder whom it does not know of") {
    SHOP_WITH_POSTGRES(postgres);
    Process here(postgres);
    here.list("Ada");
    {
        Process there(postgres);
        here.exchange();
        there.exchange();
        (void)postgres.rows("DELETE FROM shop_keys.erasure");
        Process next(postgres);
        CHECK(next.listed().empty());
        SharedErasures started(*there.shelf, there.erasures.list());
        REQUIRE(started.exchange());
    }
    CHECK(Process(postgres).listed() == Keys{"1.Ada"});
}

}  // namespace
}  // namespace shop::api
