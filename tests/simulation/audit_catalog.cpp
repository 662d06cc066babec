#include <algorithm>

#include "tests/simulation/audit.hpp"
#include "tests/simulation/fold.hpp"
#include "tests/simulation/world.hpp"

namespace shop::simulation {
namespace {

using unique_key::Key;

std::string name_of(const Key& key) {
    return std::string(enum_name(key.scope)) + " " + key.value;
}

const unique_key::State& key_at(const FoldedStream& stream, std::size_t n) {
    return std::get<unique_key::State>(stream.versions[n]);
}

// From the moment on, and to the end, the key is the product's.
bool is_owned_from(const Folded& folded, const Key& key, const StreamId& product, Time moment) {
    const auto at = folded.streams.find(unique_key::key_of(key));
    if (at == folded.streams.end()) return false;
    const FoldedStream& stream = at->second;
    const auto later = std::ranges::upper_bound(stream.times, moment) - stream.times.begin();
    if (later == 0) return false;
    for (auto n = static_cast<std::size_t>(later) - 1; n < stream.versions.size(); ++n)
        if (key_at(stream, n).owner != product) return false;
    return true;
}

// What a published product is found and sold by.
std::vector<Key> names_of(const product::State& product) {
    std::vector<Key> names{{unique_key::Scope::kSlug, product.slug}};
    for (const product::PricedVariant& priced : product.variants)
        names.push_back({unique_key::Scope::kSku, priced.variant.sku});
    return names;
}

void audit_product(World& world, const Folded& folded, const StreamId& id,
                   const FoldedStream& stream) {
    std::size_t known = 0;
    for (std::size_t n = 0; n < stream.versions.size(); ++n) {
        const auto& product = std::get<product::State>(stream.versions[n]);
        for (; known < product.keys.size(); ++known)
            if (!is_owned_from(folded, product.keys[known], id, stream.times[n]))
                world.complain(id.to_string() + " has not claimed " + name_of(product.keys[known]));
        if (product.status != product::Status::kPublished) continue;
        for (const Key& name : names_of(product))
            if (!product.owns(name))
                world.complain(id.to_string() + " is published without " + name_of(name));
    }
}

// Whoever was refused one name of several has let go of the others.
void audit_key(World& world, const Folded& folded, const unique_key::State& key) {
    if (key.owner.is_empty()) return;
    const auto owner = folded.streams.find(key.owner);
    const product::State* product = owner == folded.streams.end()
                                        ? nullptr
                                        : std::get_if<product::State>(&owner->second.last());
    if (product == nullptr || !product->owns(key.key))
        world.complain(key.owner.to_string() + " keeps " + name_of(key.key) +
                       ", which it was refused");
}

// The catalog in memory says of the product what the log says.
void audit_memory(World& world, const StreamId& id, const FoldedStream& stream) {
    const CatalogFold& catalog = world.survivor().catalog();
    const auto& product = std::get<product::State>(stream.last());
    const auto known = catalog.find_product(id.as<ProductId>());
    if (known == nullptr || known->version != stream.versions.size() || known->state != product) {
        world.complain(id.to_string() + " is not in the catalog as it is in the log");
        return;
    }
    for (const Key& key : product.keys) {
        const bool is_slug = key.scope == unique_key::Scope::kSlug;
        if (is_slug && catalog.find_slug(key.value) != known)
            world.complain(id.to_string() + " is not found by " + name_of(key));
    }
    if (product.status != product::Status::kPublished) return;
    for (const product::PricedVariant& priced : product.variants)
        if (catalog.find_sku(priced.variant.sku) != known)
            world.complain(id.to_string() + " is not sold as " + priced.variant.sku);
}

}  // namespace

void audit_catalog(World& world, const Folded& folded) {
    while (world.survivor().catalog().step()) {
    }
    for (const auto& [id, stream] : folded.streams) {
        if (const auto* key = std::get_if<unique_key::State>(&stream.last()))
            audit_key(world, folded, *key);
        if (!std::holds_alternative<product::State>(stream.last())) continue;
        audit_product(world, folded, id, stream);
        audit_memory(world, id, stream);
    }
}

}  // namespace shop::simulation
