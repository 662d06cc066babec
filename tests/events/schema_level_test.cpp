// An older program refuses what a newer one has written, by a number that nobody has to remember to
// raise.
#include <catch2/catch.hpp>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "events/schema_level.hpp"

namespace shop::tests {
namespace {

enum class Color { kRed, kBlue };
SHOP_DESCRIBE_ENUM(Color, kRed, kBlue)
enum class MoreColor { kRed, kBlue, kGreen };
SHOP_DESCRIBE_ENUM(MoreColor, kRed, kBlue, kGreen)

struct Part {
    std::string text;
};
SHOP_DESCRIBE(Part, text)
struct MorePart {
    std::string text;
    std::string note;
};
SHOP_DESCRIBE(MorePart, text, note)

struct Plain {
    static constexpr int kSchema = 1;
    Color color;
    std::vector<Part> parts;
    std::map<std::string, std::optional<Part>> by_name;
};
SHOP_DESCRIBE(Plain, color, parts, by_name)

struct Greener {
    static constexpr int kSchema = 1;
    MoreColor color;
    std::vector<Part> parts;
    std::map<std::string, std::optional<Part>> by_name;
};
SHOP_DESCRIBE(Greener, color, parts, by_name)

struct Noted {
    static constexpr int kSchema = 1;
    Color color;
    std::vector<Part> parts;
    std::map<std::string, std::optional<MorePart>> by_name;
};
SHOP_DESCRIBE(Noted, color, parts, by_name)

struct Wider {
    static constexpr int kSchema = 1;
    Color color;
    std::vector<Part> parts;
    std::map<std::string, std::optional<Part>> by_name;
    std::string more;
};
SHOP_DESCRIBE(Wider, color, parts, by_name, more)

struct Second {
    static constexpr int kSchema = 2;
};
SHOP_DESCRIBE_EMPTY(Second)
struct Another {
    static constexpr int kSchema = 1;
};
SHOP_DESCRIBE_EMPTY(Another)

constexpr std::int64_t kLevel = kSchemaLevelOf<OneOf<Plain>>;

TEST_CASE("whatever is added to events raises the level of the log") {
    CHECK(kSchemaLevelOf<OneOf<Wider>> > kLevel);           // a member
    CHECK(kSchemaLevelOf<OneOf<Greener>> > kLevel);         // an enumerator
    CHECK(kSchemaLevelOf<OneOf<Noted>> > kLevel);           // a member of a value it holds
    CHECK(kSchemaLevelOf<OneOf<Plain, Another>> > kLevel);  // an event, though it says nothing more
    CHECK(kSchemaLevelOf<OneOf<Second>> > kLevel);          // a version, though it says less
}

TEST_CASE("a log of the first release, whose claims say level 1, is read") {
    CHECK(schema_level() > 1);
}

}  // namespace
}  // namespace shop::tests
