// Who may call the sandbox of a shop that is open to others.
#include "api/sandbox/own_machine_gate.hpp"

#include <catch2/catch.hpp>

namespace shop::sandbox {
namespace {

TEST_CASE("anybody sees the sandbox's pages; only its own machine calls its API") {
    OwnMachineGate gate("192.168.1.5");
    const auto admits = [&](const std::string& remote, http::Access access) {
        http::Request request;
        request.remote = remote;
        return gate.admit(request, {.pattern = "/", .access = access}).has_value();
    };
    for (const char* here : {"127.0.0.1", "127.9.9.9", "::1", "192.168.1.5"}) {
        CHECK(admits(here, http::Access::kPublic));
        CHECK(admits(here, http::Access::kStaff));
    }
    for (const char* elsewhere : {"192.168.1.6", "192.168.1.50", "8.8.8.8", "fd00::1", ""}) {
        CHECK(admits(elsewhere, http::Access::kPublic));
        CHECK_FALSE(admits(elsewhere, http::Access::kStaff));
    }
}

}  // namespace
}  // namespace shop::sandbox
