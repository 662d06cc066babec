// The format of a history's records as a JSON Schema (2020-12), made from the structs that read
// them, so that a file can be checked with any tool before it is sent.
#pragma once

#include <string>

namespace shop::history {

// Of one record: one line of a file. The same text each time, with a line end.
std::string record_schema();

}  // namespace shop::history
