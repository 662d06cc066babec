// docs/events.md as the code has it: every event with its newest version and its fields, and the
// values those fields are made of.
#pragma once

#include <string>

namespace shop::tests {

std::string events_page();

}  // namespace shop::tests
