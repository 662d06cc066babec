#include <algorithm>

#include "api/http/answer_head.hpp"
#include "api/http/route.hpp"
#include "core/base/assert.hpp"

namespace shop::http {
namespace {

// Takes the first segment off "/a/b": returns "a", leaves "/b".
std::string_view take_segment(std::string_view& rest) {
    const std::size_t end = std::min(rest.find('/', 1), rest.size());
    const std::string_view segment = rest.substr(1, end - 1);
    rest.remove_prefix(end);
    return segment;
}

}  // namespace

void Routes::add(Route route, Handler handler) {
    SHOP_ASSERT(route.pattern.starts_with('/') && !route.statuses.empty());
    SHOP_ASSERT(std::ranges::all_of(route.statuses, has_status_line));
    entries_.push_back(
        std::make_unique<Entry>(Entry{std::move(route), std::move(handler), entries_.size()}));
    const Entry* entry = entries_.back().get();
    Node* node = &root_;
    for (std::string_view rest = entry->route.pattern; !rest.empty();) {
        std::string_view segment = take_segment(rest);
        const bool is_parameter = segment.starts_with('{');
        if (is_parameter) segment = segment.substr(1, segment.size() - 2);
        const auto found = std::ranges::find_if(node->children, [&](const auto& child) {
            return child->segment == segment && child->is_parameter == is_parameter;
        });
        if (found != node->children.end()) {
            node = found->get();
            continue;
        }
        auto child = std::make_unique<Node>(Node{segment, is_parameter});
        Node* const fresh = child.get();
        if (is_parameter)
            node->children.push_back(std::move(child));
        else
            node->children.insert(node->children.begin(), std::move(child));
        node = fresh;
    }
    for (const Entry* other : node->entries)
        SHOP_ASSERT(other->route.method != entry->route.method);
    node->entries.push_back(entry);
}

// Patterns with the same parameter under two names are two branches; both are tried.
const Routes::Node* Routes::find_node(const Node& node, std::string_view rest,
                                      std::vector<Field>& parameters) {
    if (rest.empty()) return node.entries.empty() ? nullptr : &node;
    const std::string_view segment = take_segment(rest);
    for (const auto& child : node.children) {
        if (!child->is_parameter) {
            if (child->segment != segment) continue;
            if (const Node* found = find_node(*child, rest, parameters)) return found;
            continue;
        }
        if (segment.empty()) continue;
        parameters.push_back({child->segment, segment});
        if (const Node* found = find_node(*child, rest, parameters)) return found;
        parameters.pop_back();
    }
    return nullptr;
}

Routes::Match Routes::find(Method method, std::string_view path,
                           std::vector<Field>& parameters) const {
    if (!path.starts_with('/')) return {};
    const Node* node = find_node(root_, path, parameters);
    if (node == nullptr) return {};
    for (const Entry* entry : node->entries)
        if (entry->route.method == method) return {entry, {}};
    Match match;
    for (const Entry* entry : node->entries) {
        match.allowed.push_back(entry->route.method);
        if (entry->route.method == Method::kGet) match.allowed.push_back(Method::kHead);
    }
    match.allowed.push_back(Method::kOptions);
    return match;
}

}  // namespace shop::http
