#include "tests/simulation/controls.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <string>

namespace shop::simulation {
namespace {

constexpr std::uint64_t kSeedsMax = 150;

}  // namespace

bool is_found(const WorldOptions& options, std::initializer_list<std::string_view> words) {
    for (std::uint64_t seed = 1; seed <= kSeedsMax; ++seed) {
        World world(seed, options);
        for (const std::string& complaint : world.run()) {
            const bool is_meant = std::ranges::any_of(words, [&](std::string_view each) {
                return complaint.find(each) != std::string::npos;
            });
            if (is_meant) return true;
            UNSCOPED_INFO("seed " << seed << ": " << complaint);
        }
    }
    return false;
}

WorldOptions deciding(Decide decide) {
    WorldOptions options;
    options.decide = decide;
    return options;
}

void check_found(const Control& control) {
    INFO("without " << control.without);
    CHECK(is_found(deciding(control.decide), {control.complaint}));
}

}  // namespace shop::simulation
