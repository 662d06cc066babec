#include "events/unsaved.hpp"

#include <catch2/catch.hpp>

namespace shop {
namespace {

const StreamId kCart = CartId::derive({"a"});

StoredCommand command_at(const char* name, Offset offset) {
    return {CommandId::derive({name}), "print", offset, Time{offset}, 1};
}

// A command and a record of kCart's at the offset.
void add(Unsaved& unsaved, const char* name, Offset offset) {
    unsaved.add(command_at(name, offset));
    unsaved.add(StreamRecord{kCart, offset});
}

Offset place_of(const Unsaved& unsaved, const char* name) {
    const StoredCommand* found = unsaved.find_command(CommandId::derive({name}));
    return found == nullptr ? -1 : found->offset;
}

}  // namespace

TEST_CASE("what a save is storing is found until it has ended", "[unsaved]") {
    Unsaved unsaved;
    add(unsaved, "one", 1);
    const auto traces = unsaved.capture();
    add(unsaved, "two", 2);
    CHECK(traces->commands == std::vector{command_at("one", 1)});
    CHECK(unsaved.commands() == 2);
    CHECK(place_of(unsaved, "one") == 1);
    CHECK(unsaved.records_of(kCart, 9) == std::vector<Offset>{1, 2});
    CHECK(unsaved.records_of(kCart, 1) == std::vector<Offset>{1});
    CHECK(unsaved.records_of(CartId::derive({"b"}), 9).empty());
    (void)unsaved.saved(true, nullptr);
    CHECK(unsaved.commands() == 1);
    CHECK(place_of(unsaved, "one") == -1);
    CHECK(place_of(unsaved, "two") == 2);
    CHECK(unsaved.records_of(kCart, 9) == std::vector<Offset>{2});
}

TEST_CASE("what was not stored is part of the next save, in its order", "[unsaved]") {
    Unsaved unsaved;
    add(unsaved, "one", 1);
    const auto first = unsaved.capture();
    add(unsaved, "two", 2);
    (void)unsaved.saved(false, nullptr);
    CHECK(unsaved.commands() == 2);
    const auto second = unsaved.capture();
    CHECK(first->commands.size() == 1);
    CHECK(second->commands == std::vector{command_at("one", 1), command_at("two", 2)});
    REQUIRE(second->records.size() == 2);
    CHECK(second->records[1].offset == 2);
}

TEST_CASE("what comes behind a save goes into the room that was made for it", "[unsaved]") {
    Unsaved unsaved;
    add(unsaved, "one", 1);
    const auto first = unsaved.capture();
    const auto room = Unsaved::room_like(*first);
    (void)unsaved.saved(true, room);
    add(unsaved, "two", 2);
    CHECK(unsaved.capture()->commands == std::vector{command_at("two", 2)});
    add(unsaved, "three", 3);
    (void)unsaved.saved(true, nullptr);
    const auto third = unsaved.capture();
    CHECK(third->commands == std::vector{command_at("three", 3)});
    CHECK_FALSE(third.owner_before(room));
    CHECK_FALSE(room.owner_before(third));
}

TEST_CASE("batches without traces share one that is empty", "[unsaved]") {
    CHECK(StateBatch{}.traces == StateBatch{}.traces);
    CHECK(StateBatch{}.traces->commands.empty());
}

TEST_CASE("of commands with one id the newest counts", "[unsaved]") {
    Unsaved unsaved;
    add(unsaved, "one", 1);
    (void)unsaved.capture();
    add(unsaved, "one", 2);
    CHECK(place_of(unsaved, "one") == 2);
    (void)unsaved.saved(false, nullptr);
    CHECK(place_of(unsaved, "one") == 2);
    unsaved.clear();
    CHECK(place_of(unsaved, "one") == -1);
    CHECK(unsaved.commands() == 0);
}

}  // namespace shop
