// Waiting until a view has passed a position, as readers do.
#pragma once

#include <catch2/catch.hpp>
#include <optional>
#include <utility>

#include "projections/projector.hpp"
#include "tests/support/poll_loop.hpp"

namespace shop::tests {

// Announces the position and waits; false if the view does not pass it in twenty seconds.
inline bool sees(projections::Projector& projector, PollLoop& loop, const Position& position) {
    projector.announce(position.partition, position.offset + 1);
    std::optional<Result<bool>> passed;
    shop::start(projector.progress().wait_passed(loop, {position}, seconds(20)),
                [&](Result<bool> value) { passed = std::move(value); });
    REQUIRE(loop.run_until([&] { return passed.has_value(); }));
    return *passed && **passed;
}

}  // namespace shop::tests
