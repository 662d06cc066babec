#include "core/any_command.hpp"

namespace shop {

StreamId target_of(const AnyCommand& command) {
    return std::visit([](const auto& held) -> StreamId { return held.target(); }, command);
}

std::string_view type_of(const AnyCommand& command) {
    return std::visit([]<class Command>(const Command&) { return Command::kType; }, command);
}

}  // namespace shop
