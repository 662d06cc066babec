// Apart from any_command.cpp: this unit needs every decision of the domain.
#include "core/any_command.hpp"

namespace shop {

Result<Decision> decide_any(const AnyCommand& command, const Streams& streams, const Env& env) {
    return command.visit([&](const auto& held) { return decide(held, streams, env); });
}

}  // namespace shop
