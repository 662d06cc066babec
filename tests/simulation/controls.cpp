#include "tests/simulation/controls.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

namespace shop::simulation {
namespace {

constexpr std::uint64_t kSeedsMax = 150;

}  // namespace

std::vector<std::string> first_complaint(const WorldOptions& options) {
    for (std::uint64_t seed = 1; seed <= kSeedsMax; ++seed) {
        World world(seed, options);
        auto broken = world.run();
        for (const std::string& sentence : broken) UNSCOPED_INFO(sentence);
        if (!broken.empty()) return broken;
    }
    return {};
}

bool is_said(const WorldOptions& options, std::string_view words) {
    for (std::uint64_t seed = 1; seed <= kSeedsMax; ++seed)
        if (says(World(seed, options).run(), words)) return true;
    return false;
}

bool says(const std::vector<std::string>& complaints, std::string_view words) {
    for (const std::string& each : complaints) UNSCOPED_INFO(each);
    return std::ranges::any_of(
        complaints, [&](const std::string& each) { return each.find(words) != std::string::npos; });
}

WorldOptions deciding(Decide decide) {
    WorldOptions options;
    options.decide = decide;
    return options;
}

void check_found(const Control& control) {
    INFO("without " << control.without);
    CHECK(says(first_complaint(deciding(control.decide)), control.complaint));
}

}  // namespace shop::simulation
