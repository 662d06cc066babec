#include "events/upcasters.hpp"

#include "core/base/assert.hpp"

namespace shop {

void Upcasters::add(std::string_view type, int from, Upcaster upcaster) {
    const bool fresh =
        steps_.emplace(std::pair(std::string(type), from), std::move(upcaster)).second;
    SHOP_ASSERT(fresh);
}

const Upcaster* Upcasters::find(std::string_view type, int from) const {
    const auto at = steps_.find({std::string(type), from});
    return at == steps_.end() ? nullptr : &at->second;
}

Result<std::string> upcast(const Upcasters& upcasters, std::string_view type, int from, int to,
                           const json::Value& data) {
    std::string text;
    json::Document document;
    json::Value current = data;
    for (int schema = from; schema < to; ++schema) {
        const Upcaster* step = upcasters.find(type, schema);
        if (step == nullptr)
            return fail(ErrorCode::kCorrupt, "no-upcaster",
                        "is of schema " + std::to_string(schema) + " of " + std::string(type) +
                            ", which nothing brings up to date");
        SHOP_TRY(next, (*step)(current));
        text = std::move(next);
        if (schema + 1 == to) break;
        SHOP_TRY(parsed, document.parse(text));
        current = parsed;
    }
    return text;
}

const Upcasters& upcasters() {
    static const Upcasters kUpcasters = [] {
        Upcasters all;
        // One line for each step, such as: all.add("cart.created", 1, cart_created_1);
        return all;
    }();
    return kUpcasters;
}

}  // namespace shop
