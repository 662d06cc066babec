#include "projections/postgres/pipeline.hpp"

#include <catch2/catch.hpp>

#include "api/system_clock.hpp"
#include "projections/postgres/errors.hpp"
#include "tests/support/poll_loop.hpp"
#include "tests/support/postgres.hpp"

using namespace shop;
using namespace shop::postgres;

namespace {

constexpr Statement kEcho{"echo", "SELECT $1::text"};
constexpr Statement kDivide{"divide", "SELECT 100 / $1::int"};
constexpr Statement kSleep{"sleep", "SELECT pg_sleep($1::float8), pg_backend_pid()"};
constexpr Statement kNonsense{"nonsense", "SELECT nonsense"};
constexpr Statement kWrite{"write", "CREATE TABLE written (a int)"};
constexpr Statement kPid{"pid", "SELECT pg_backend_pid()"};

// Asks and collects what comes back.
struct Reader {
    tests::PollLoop loop;
    api::SystemClock clock;
    Pipeline pipeline;
    std::vector<Result<Rows>> answers;
    std::size_t asked = 0;

    explicit Reader(const std::string& conninfo, PipelineOptions options = {})
        : pipeline({loop, loop, clock}, with(std::move(options), conninfo)) {}
    static PipelineOptions with(PipelineOptions options, const std::string& conninfo) {
        options.conninfo = conninfo;
        return options;
    }
    // The answer's place in `answers`.
    std::size_t ask(Statement statement, Parameters parameters = {}, Lane lane = Lane::kQuick) {
        const std::size_t place = asked++;
        answers.emplace_back(fail(ErrorCode::kUnavailable, "no-answer-yet", ""));
        start(pipeline.query(statement, std::move(parameters), lane),
              [this, place](Result<Rows> rows) {
                  ++answered;
                  answers[place] = std::move(rows);
              });
        return place;
    }
    void wait_for_all() {
        REQUIRE(loop.run_until([this] { return answered == asked; }));
    }
    std::size_t answered = 0;
};

std::string text(const Result<Rows>& rows) {
    if (!rows) return rows.error().type;
    return rows->is_empty() ? "" : std::string(rows->text(0, 0));
}

}  // namespace

TEST_CASE("a thousand reads asked at once are each answered with their own rows") {
    SHOP_WITH_POSTGRES(postgres);
    Reader reader(postgres.conninfo());
    for (int i = 0; i < 1000; ++i) reader.ask(kEcho, {std::to_string(i)});
    reader.wait_for_all();
    for (std::size_t i = 0; i < 1000; ++i) CHECK(text(reader.answers[i]) == std::to_string(i));
}

TEST_CASE("a read that fails does not fail its neighbours") {
    SHOP_WITH_POSTGRES(postgres);
    Reader reader(postgres.conninfo());
    const auto before = reader.ask(kDivide, {"2"});
    const auto zero = reader.ask(kDivide, {"0"});
    const auto after = reader.ask(kDivide, {"5"});
    const auto unpreparable = reader.ask(kNonsense);
    const auto last = reader.ask(kEcho, {"last"});
    reader.wait_for_all();
    CHECK(text(reader.answers[before]) == "50");
    CHECK(text(reader.answers[zero]) == "postgres-22012");
    CHECK(text(reader.answers[after]) == "20");
    CHECK(text(reader.answers[unpreparable]) == "postgres-42703");
    CHECK(text(reader.answers[last]) == "last");
}

TEST_CASE("reads under way survive the loss of their connection") {
    SHOP_WITH_POSTGRES(postgres);
    Reader reader(postgres.conninfo());
    const auto first = reader.ask(kPid);
    reader.wait_for_all();
    const std::string pid = text(reader.answers[first]);
    const auto slept = reader.ask(kSleep, {"0.3"});
    const auto behind = reader.ask(kEcho, {"behind"});
    auto admin = postgres.connect();
    bool terminated = false;
    REQUIRE(reader.loop.run_until([&] {
        const auto busy = admin.query(
            "SELECT count(*) FROM pg_stat_activity WHERE pid = $1 AND state = 'active'", {pid});
        if (!terminated && busy && busy->integer(0, 0) == 1) {
            REQUIRE(admin.query("SELECT pg_terminate_backend($1::int)", {pid}));
            terminated = true;
        }
        return terminated;
    }));
    reader.wait_for_all();
    REQUIRE(reader.answers[slept]);
    CHECK(reader.answers[slept]->text(0, 1) != pid);
    CHECK(text(reader.answers[behind]) == "behind");
}

TEST_CASE("a look-up does not stand behind a slow search") {
    SHOP_WITH_POSTGRES(postgres);
    Reader reader(postgres.conninfo());
    reader.ask(kSleep, {"1.5"}, Lane::kSlow);
    const auto quick = reader.ask(kEcho, {"quick"});
    REQUIRE(reader.loop.run_until([&] { return reader.answered == 1; }));
    CHECK(text(reader.answers[quick]) == "quick");
    reader.wait_for_all();
}

TEST_CASE("more waiting reads than the limit are refused at once") {
    SHOP_WITH_POSTGRES(postgres);
    Reader reader(postgres.conninfo(), {.slow_connections = 1, .waiting_max = 3});
    for (int i = 0; i < 8; ++i) reader.ask(kEcho, {"x"}, Lane::kSlow);
    CHECK(reader.answered == 5);
    CHECK(text(reader.answers[7]) == "too-many-reads");
    reader.wait_for_all();
    CHECK(text(reader.answers[0]) == "x");
}

TEST_CASE("without Postgres a read is refused soon, and not before") {
    Reader reader("host=/nonexistent", {.wait_max_when_down = milliseconds(80)});
    const auto quick = reader.ask(kEcho, {"x"});
    const auto slow = reader.ask(kEcho, {"x"}, Lane::kSlow);
    CHECK(reader.answered == 0);
    reader.wait_for_all();
    CHECK(text(reader.answers[quick]) == "view-unavailable");
    CHECK(text(reader.answers[slow]) == "view-unavailable");
    const auto again = reader.ask(kEcho, {"x"});
    reader.wait_for_all();
    CHECK(text(reader.answers[again]) == "view-unavailable");
}

TEST_CASE("a read whose turn does not come is refused; the one before it is answered") {
    SHOP_WITH_POSTGRES(postgres);
    Reader reader(postgres.conninfo(), {.slow_connections = 1, .wait_max = milliseconds(300)});
    const auto slept = reader.ask(kSleep, {"2"}, Lane::kSlow);
    const auto behind = reader.ask(kEcho, {"x"}, Lane::kSlow);
    REQUIRE(reader.loop.run_until([&] { return reader.answered == 1; }));
    CHECK(text(reader.answers[behind]) == "too-many-reads");
    reader.wait_for_all();
    CHECK(reader.answers[slept].has_value());
}

TEST_CASE("a connection that is frozen is given up, and its reads go another way") {
    SHOP_WITH_POSTGRES(postgres);
    Reader reader(postgres.conninfo(), {.silence_max = milliseconds(300)});
    const auto first = reader.ask(kPid);
    reader.wait_for_all();
    const std::string pid = text(reader.answers[first]);
    const tests::Frozen frozen(std::stoi(pid));
    const auto asked = reader.ask(kPid);
    reader.wait_for_all();
    REQUIRE(reader.answers[asked].has_value());
    CHECK(text(reader.answers[asked]) != pid);
}

TEST_CASE("reads of a server that is frozen are refused soon, and served when it is not") {
    SHOP_WITH_POSTGRES(postgres);
    Reader reader(postgres.conninfo(),
                  {.slow_connections = 1, .wait_max_when_down = milliseconds(200)});
    const auto quick = reader.ask(kPid);
    const auto slow = reader.ask(kPid, {}, Lane::kSlow);
    reader.wait_for_all();
    const auto pid_of = [&](std::size_t place) { return std::stoi(text(reader.answers[place])); };
    {
        const tests::Frozen quick_frozen(pid_of(quick));
        const tests::Frozen slow_frozen(pid_of(slow));
        for (const Lane lane : {Lane::kSlow, Lane::kQuick, Lane::kSlow, Lane::kQuick}) {
            const auto asked = reader.ask(kEcho, {"x"}, lane);
            REQUIRE(
                reader.loop.run_until([&] { return reader.answered == reader.asked; }, seconds(3)));
            CHECK(text(reader.answers[asked]) == "view-unavailable");
        }
    }
    // The same connections go on: what they owed is not taken for the new answers.
    const auto quick_again = reader.ask(kPid);
    const auto slow_again = reader.ask(kPid, {}, Lane::kSlow);
    reader.wait_for_all();
    CHECK(text(reader.answers[quick_again]) == text(reader.answers[quick]));
    CHECK(text(reader.answers[slow_again]) == text(reader.answers[slow]));
}

TEST_CASE("a slow search of a server that speaks is waited for") {
    SHOP_WITH_POSTGRES(postgres);
    Reader reader(postgres.conninfo(), {.wait_max_when_down = milliseconds(100)});
    const auto slept = reader.ask(kSleep, {"1"}, Lane::kSlow);
    reader.wait_for_all();
    CHECK(reader.answers[slept].has_value());
}

TEST_CASE("a read of the storefront cannot write") {
    SHOP_WITH_POSTGRES(postgres);
    Reader reader(postgres.conninfo());
    const auto written = reader.ask(kWrite);
    reader.wait_for_all();
    CHECK(text(reader.answers[written]) == "postgres-25006");
}
