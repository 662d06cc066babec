// A category of products: a node of the catalog's tree. Its id is made from its first slug, so that
// no two categories begin with the same one.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "core/base/describe.hpp"
#include "core/base/ids.hpp"
#include "core/base/result.hpp"
#include "core/base/time.hpp"

namespace shop {
struct Decision;
struct Env;
class Streams;
}  // namespace shop

namespace shop::category {

inline constexpr std::size_t kTitleMax = 120;
inline constexpr std::size_t kSlugMax = 120;
inline constexpr std::int64_t kPositionMax = 1'000'000;

struct Created {
    static constexpr std::string_view kType = "category.created";
    static constexpr int kSchema = 1;
    std::string title;
    std::string slug;
    CategoryId parent;
    std::int64_t position = 0;
    bool operator==(const Created&) const = default;
};
SHOP_DESCRIBE(Created, title, slug, parent, position)

struct Changed {
    static constexpr std::string_view kType = "category.changed";
    static constexpr int kSchema = 1;
    std::optional<std::string> title;
    bool operator==(const Changed&) const = default;
};
SHOP_DESCRIBE(Changed, title)

struct Moved {
    static constexpr std::string_view kType = "category.moved";
    static constexpr int kSchema = 1;
    CategoryId parent;
    std::int64_t position = 0;
    bool operator==(const Moved&) const = default;
};
SHOP_DESCRIBE(Moved, parent, position)

struct Removed {
    static constexpr std::string_view kType = "category.removed";
    static constexpr int kSchema = 1;
    bool operator==(const Removed&) const = default;
};
SHOP_DESCRIBE_EMPTY(Removed)

using Event = std::variant<Created, Changed, Moved, Removed>;

enum class Status { kActive, kRemoved };
SHOP_DESCRIBE_ENUM(Status, kActive, kRemoved)

struct State {
    Status status = Status::kActive;
    std::string title;
    std::string slug;
    CategoryId parent;
    std::int64_t position = 0;
    bool operator==(const State&) const = default;
};
SHOP_DESCRIBE(State, status, title, slug, parent, position)

void evolve(State&, const Created&, Time);
void evolve(State&, const Changed&, Time);
void evolve(State&, const Moved&, Time);
void evolve(State&, const Removed&, Time);

// No event if the same category exists; kConflict "slug-in-use" if another has the slug.
struct Create {
    static constexpr std::string_view kType = "CreateCategory";
    std::string title;
    std::string slug;
    CategoryId parent;
    std::int64_t position = 0;
    StreamId target() const;
    bool operator==(const Create&) const = default;
};
SHOP_DESCRIBE(Create, title, slug, parent, position)

struct Change {
    static constexpr std::string_view kType = "ChangeCategory";
    CategoryId category;
    std::optional<std::string> title;
    std::optional<std::uint64_t> expected_version;
    StreamId target() const { return category; }
    bool operator==(const Change&) const = default;
};
SHOP_DESCRIBE(Change, category, title, expected_version)

// kConflict "category-cycle" if the new parent is the category or stands below it.
struct Move {
    static constexpr std::string_view kType = "MoveCategory";
    CategoryId category;
    CategoryId parent;
    std::int64_t position = 0;
    std::optional<std::uint64_t> expected_version;
    StreamId target() const { return category; }
    bool operator==(const Move&) const = default;
};
SHOP_DESCRIBE(Move, category, parent, position, expected_version)

struct Remove {
    static constexpr std::string_view kType = "RemoveCategory";
    CategoryId category;
    std::optional<std::uint64_t> expected_version;
    StreamId target() const { return category; }
    bool operator==(const Remove&) const = default;
};
SHOP_DESCRIBE(Remove, category, expected_version)

using Command = std::variant<Create, Change, Move, Remove>;

Result<Decision> decide(const Create&, const Streams&, const Env&);
Result<Decision> decide(const Change&, const Streams&, const Env&);
Result<Decision> decide(const Move&, const Streams&, const Env&);
Result<Decision> decide(const Remove&, const Streams&, const Env&);

CategoryId category_of(std::string_view slug);

}  // namespace shop::category
