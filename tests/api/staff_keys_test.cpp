// Who may call the admin API.
#include "api/staff_keys.hpp"

#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <fstream>
#include <sstream>

#include "api/staff_gate.hpp"
#include "tests/support/temp_folder.hpp"

namespace shop {
namespace {

using api::Role;
using api::StaffKeys;

class SteppingClock final : public Clock {
  public:
    Time now() const override { return {steady_.us}; }
    Duration steady() const override { return steady_; }
    void step(Duration by) { steady_ = steady_ + by; }

  private:
    Duration steady_ = seconds(1'000);
};

std::string contents(const std::filesystem::path& file) {
    std::ostringstream text;
    text << std::ifstream(file).rdbuf();
    return text.str();
}

TEST_CASE("a staff key is kept as a hash only, in a file nobody else can read") {
    const tests::TempFolder folder;
    const SteppingClock clock;
    const auto keys = StaffKeys::open(folder.path, clock).value();
    const auto made = keys->add("Ada", {Role::kOperator}).value();
    const auto file = folder.path / "staff-keys.json";
    CHECK(contents(file).find(made.secret) == std::string::npos);
    struct stat facts{};
    REQUIRE(::stat(file.c_str(), &facts) == 0);
    CHECK((facts.st_mode & 0777) == 0600);
    CHECK(keys->find(made.secret)->name == "Ada");
    CHECK_FALSE(keys->find(made.secret + "x"));
    CHECK_FALSE(keys->find(""));
}

TEST_CASE("a key revoked by another process is useless within a second") {
    const tests::TempFolder folder;
    SteppingClock clock;
    const auto shop = StaffKeys::open(folder.path, clock).value();
    const auto made = shop->add("Ada", {Role::kStaff}).value();
    REQUIRE(shop->find(made.secret));
    REQUIRE(StaffKeys::open(folder.path, clock).value()->revoke(made.id));
    clock.step(seconds(1));
    CHECK_FALSE(shop->find(made.secret));
}

TEST_CASE("only the first start makes a key by itself") {
    const tests::TempFolder folder;
    const SteppingClock clock;
    const auto keys = StaffKeys::open(folder.path, clock).value();
    CHECK(keys->make_first().value());
    CHECK_FALSE(keys->make_first().value());
    std::string secret = contents(folder.path / "staff-key");
    secret.pop_back();
    CHECK(keys->find(secret)->roles.size() == 3);
}

TEST_CASE("a key opens what its roles allow, and guesses are slowed down") {
    const tests::TempFolder folder;
    SteppingClock clock;
    const auto keys = StaffKeys::open(folder.path, clock).value();
    const std::string header = "Bearer " + keys->add("Ada", {Role::kOperator}).value().secret;
    api::StaffGate gate(*keys, clock, 20);
    const auto admit = [&](std::string_view authorization, http::Access access) {
        http::Request request;
        request.remote = "127.0.0.1";
        if (!authorization.empty()) request.headers = {{"authorization", authorization}};
        const Status status = gate.admit(request, {.pattern = "/", .access = access});
        if (status && access != http::Access::kPublic)
            CHECK(request.caller.actor.kind == ActorKind::kStaff);
        return status ? std::string() : status.error().type;
    };
    CHECK(admit("", http::Access::kPublic).empty());
    CHECK(admit(header, http::Access::kOperator).empty());
    CHECK(admit(header, http::Access::kAnyStaff).empty());
    CHECK(admit(header, http::Access::kStaff) == "forbidden");
    CHECK(admit("", http::Access::kStaff) == "unauthorized");
    CHECK(admit("Bearer wrong", http::Access::kPublic) == "unauthorized");
    for (int i = 0; i < 19; ++i)
        CHECK(admit("Bearer wrong", http::Access::kStaff) == "unauthorized");
    CHECK(admit("Bearer wrong", http::Access::kStaff) == "too-many-requests");
    CHECK(admit(header, http::Access::kOperator).empty());
    clock.step(minutes(1));
    CHECK(admit("Bearer wrong", http::Access::kStaff) == "unauthorized");
}

TEST_CASE("on a public call a staff key's owner is a shopper, but where staff may look") {
    const tests::TempFolder folder;
    const SteppingClock clock;
    const auto keys = StaffKeys::open(folder.path, clock).value();
    const auto made = keys->add("Ada", {Role::kAuditor}).value();
    const std::string header = "Bearer " + made.secret;
    api::StaffGate gate(*keys, clock, 20);
    const auto caller_of = [&](const http::Route& route) {
        http::Request request;
        request.caller.actor.kind = ActorKind::kShopper;
        request.headers = {{"authorization", header}};
        REQUIRE(gate.admit(request, route));
        return request.caller.actor;
    };
    const Actor owner = caller_of({.pattern = "/", .staff_may_look = true});
    CHECK(owner.kind == ActorKind::kStaff);
    CHECK(owner.id == made.id);
    CHECK(owner.role == "auditor");
    Actor guest;
    guest.kind = ActorKind::kShopper;
    CHECK(caller_of({.pattern = "/"}) == guest);
}

}  // namespace
}  // namespace shop
