#include "projections/storefront/category_tree.hpp"

#include <algorithm>
#include <set>

namespace shop::projections::storefront {
namespace {

// No tree is deeper; a cycle, should there ever be one, ends here.
constexpr int kDepthMax = 32;

std::vector<CategoryNode> nodes_in(const postgres::Rows& rows) {
    std::vector<CategoryNode> nodes;
    for (std::size_t i = 0; i < rows.size(); ++i)
        nodes.push_back({std::string(rows.text(i, 0)), std::string(rows.text(i, 1)),
                         std::string(rows.text(i, 2)), std::string(rows.text(i, 3)),
                         rows.integer(i, 4)});
    return nodes;
}

}  // namespace

CategoryTree::CategoryTree(const postgres::Rows& rows) : CategoryTree(nodes_in(rows)) {}

CategoryTree::CategoryTree(std::vector<CategoryNode> nodes) : nodes_(std::move(nodes)) {
    std::ranges::sort(nodes_, [](const CategoryNode& a, const CategoryNode& b) {
        return std::tie(a.place, a.title, a.id) < std::tie(b.place, b.title, b.id);
    });
    for (std::size_t i = 0; i < nodes_.size(); ++i) by_id_.emplace(nodes_[i].id, i);
    for (CategoryNode& node : nodes_)
        if (find(node.parent) == nullptr) node.parent.clear();
}

const CategoryNode* CategoryTree::find(std::string_view id) const {
    const auto at = by_id_.find(id);
    return at == by_id_.end() ? nullptr : &nodes_[at->second];
}

const CategoryNode* CategoryTree::find_slug(std::string_view slug) const {
    const auto at = std::ranges::find(nodes_, slug, &CategoryNode::slug);
    return at == nodes_.end() ? nullptr : &*at;
}

std::vector<std::string> CategoryTree::below(std::string_view slug) const {
    const CategoryNode* root = find_slug(slug);
    if (root == nullptr) return {};
    std::vector<std::string> ids;
    for (const CategoryNode& node : nodes_) {
        const CategoryNode* at = &node;
        for (int depth = 0; at != nullptr && at != root && depth < kDepthMax; ++depth)
            at = find(at->parent);
        if (at == root) ids.push_back(node.id);
    }
    return ids;
}

std::vector<const CategoryNode*> CategoryTree::above(const std::vector<std::string>& ids) const {
    std::set<const CategoryNode*> all;
    for (const std::string& id : ids) {
        const CategoryNode* at = find(id);
        for (int depth = 0; at != nullptr && depth < kDepthMax; ++depth) {
            all.insert(at);
            at = find(at->parent);
        }
    }
    return {all.begin(), all.end()};
}

}  // namespace shop::projections::storefront
