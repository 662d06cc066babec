// The parts of the bench, each a sub-command of shopverse_bench. Each prints its rows, one JSON
// object a line, to standard output; ./bench/run collects them.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "core/base/result.hpp"

namespace shop::bench {

using Words = std::span<const std::string_view>;

struct Bench {
    std::string_view name;
    std::string_view summary;
    Status (*run)(Words words);
};

// The value behind `flag` ("--seconds 10"), or `otherwise`.
std::string option(Words words, std::string_view flag, std::string_view otherwise);
std::int64_t number_option(Words words, std::string_view flag, std::int64_t otherwise);

}  // namespace shop::bench
