// Who may call the sandbox: anybody its pages, programs on its own machine everything. It has no
// keys, so that a shop that is open to others must not open the sandbox's API to them too.
#pragma once

#include <string>

#include "api/http/dispatcher.hpp"

namespace shop::sandbox {

// Immutable.
class OwnMachineGate final : public http::Gate {
  public:
    // `listen`: the address the sandbox listens on. Who calls from that very address is here as
    // well.
    explicit OwnMachineGate(std::string listen) : listen_(std::move(listen)) {}

    // Errors: "forbidden".
    Status admit(http::Request& request, const http::Route& route) override {
        const std::string& remote = request.remote;
        const bool is_here = remote.starts_with("127.") || remote == "::1" || remote == listen_;
        if (route.access == http::Access::kPublic || is_here) return {};
        return fail(ErrorCode::kInvalid, "forbidden",
                    "Only programs on the sandbox's own machine may call this.");
    }

  private:
    const std::string listen_;
};

}  // namespace shop::sandbox
