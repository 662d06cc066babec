// The names of all events and of all commands, made once each (record.cpp, command_codec.cpp): to
// make them takes the compiler half a minute. Whoever uses NamedTypes of these includes this.
#pragma once

#include "core/any_command.hpp"
#include "core/any_event.hpp"
#include "events/named_types.hpp"

namespace shop {

extern template class NamedTypes<AnyEvent>;
extern template class NamedTypes<AnyCommand>;

}  // namespace shop
