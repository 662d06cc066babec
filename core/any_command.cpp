#include "core/any_command.hpp"

namespace shop {

StreamId target_of(const AnyCommand& command) {
    return command.visit([](const auto& held) -> StreamId { return held.target(); });
}

std::string_view type_of(const AnyCommand& command) {
    return command.visit([]<class Command>(const Command&) { return Command::kType; });
}

}  // namespace shop
