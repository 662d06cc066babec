// The active categories, as readers need them: by slug, with everything above and below.
// Immutable.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "projections/postgres/rows.hpp"

namespace shop::projections::storefront {

struct CategoryNode {
    std::string id;
    std::string slug;
    std::string title;
    std::string parent;  // id; empty: a root, or a child of a removed one
    std::int64_t place = 0;
};

class CategoryTree {
  public:
    // Rows of kCategories (reader_sql.hpp).
    explicit CategoryTree(const postgres::Rows& rows);
    explicit CategoryTree(std::vector<CategoryNode> nodes);
    CategoryTree(const CategoryTree&) = delete;
    CategoryTree& operator=(const CategoryTree&) = delete;

    const std::vector<CategoryNode>& all() const { return nodes_; }  // by place, then title
    const CategoryNode* find(std::string_view id) const;
    const CategoryNode* find_slug(std::string_view slug) const;

    // The category of that slug and all below it: ids; none if there is no such category.
    std::vector<std::string> below(std::string_view slug) const;
    // The categories that products assigned to `ids` count for: those and all above, each once.
    std::vector<const CategoryNode*> above(const std::vector<std::string>& ids) const;

  private:
    std::vector<CategoryNode> nodes_;
    std::unordered_map<std::string_view, std::size_t> by_id_;  // into nodes_
};

}  // namespace shop::projections::storefront
