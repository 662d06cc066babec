// Beast's request parser as it comes, without what api/http/request_parser.hpp refuses besides: to
// show that the refusals are needed.
#pragma once

#include <string_view>

namespace shop::tests {

// Whether it takes the bytes for one whole request.
bool beast_takes(std::string_view bytes);

}  // namespace shop::tests
