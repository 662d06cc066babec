#include "api/import/product_importer.hpp"

#include <algorithm>
#include <utility>

#include "core/base/digest.hpp"
#include "events/catalog/catalog_fold.hpp"

namespace shop::import {
namespace {

constexpr Duration kKeysMax = seconds(30);
constexpr Duration kFoldMax = seconds(10);

}  // namespace

// One product on its way. In the frame of its coroutine.
struct ProductImporter::Work {
    FileProduct product;
    std::string name;  // of its commands: tells this content from another
    bool changed = false;
    std::int32_t requests = 0;               // for keys, that it had before its command
    std::vector<unique_key::Key> lost = {};  // to other products, while it asked for them

    // How many requests for keys the product had before the one that is waited for. `state`: as it
    // is behind the import's command.
    std::int32_t requests_before(const product::State& state) const {
        if (!changed) return state.requests - (state.request ? 1 : 0);
        return requests;
    }
    bool has_lost(unique_key::Scope scope, std::string_view value) const {
        return std::ranges::count(lost, unique_key::Key{scope, std::string(value)}) > 0;
    }
};

ProductImporter::ProductImporter(const Parts& parts, Submission base)
    : parts_(parts), submitter_(parts.engine, parts.home, std::move(base)) {}

Task<RowFates> ProductImporter::import(ProductRows rows) {
    std::string name = to_hex(sha256_of_parts({rows.slug, rows.content}));
    Work work{match_product(std::move(rows), parts_.catalog), std::move(name)};
    FileProduct& product = work.product;
    if (product.known) work.requests = product.known->state.requests;
    if (product.rows.variants.empty()) co_return std::move(product.fates);
    const Status imported = co_await import_product(&work);
    if (imported)
        co_await set_stocks(&work);
    else
        product.refuse_all(text_of(imported.error()));
    co_return std::move(product.fates);
}

Task<Status> ProductImporter::import_product(Work* work) {
    FileProduct& product = work->product;
    if (!product.rows.category.empty()) {
        const auto category = co_await ensure_categories(&product.rows.category);
        if (!category) co_return std::unexpected(category.error());
        product.category = *category;
    }
    const Status sent = co_await send_product(work, "product ");
    if (work->lost.empty() || !co_await drop_lost_rows(work)) co_return sent;
    co_return co_await send_product(work, "rest of product ");
}

Task<Status> ProductImporter::send_product(Work* work, std::string_view what) {
    std::string name(what);
    name += work->name;
    const auto receipt = co_await submitter_.submit(command_of(work->product), std::move(name));
    if (!receipt) co_return std::unexpected(receipt.error());
    work->changed = work->changed || receipt->changed;
    co_return co_await wait_for_keys(work);
}

// Two imports at the same moment are told apart by a SKU's key, in which only one can win. Rows of
// the other are refused, and what they brought into the product is taken out again. False if none
// is left, or if the slug is what was lost.
Task<bool> ProductImporter::drop_lost_rows(Work* work) {
    FileProduct& product = work->product;
    if (work->has_lost(unique_key::Scope::kSlug, product.rows.slug)) co_return false;
    std::vector<std::string> taken;
    for (const VariantRow& row : product.rows.variants) {
        const std::string& sku = row.variant.sku;
        if (work->has_lost(unique_key::Scope::kSku, sku) && !product.is_known(sku))
            taken.push_back(sku);
    }
    product.refuse_skus(work->lost);
    for (const std::string& sku : taken) {
        // Refused if the product is on sale: it gets no variant before it has its key.
        product::RemoveVariant command{product.id, product::new_variant(product.id, sku),
                                       Reason{"import", "the SKU is in use"}};
        std::string name = "lost " + work->name + " " + sku;
        co_await submitter_.submit(std::move(command), std::move(name));
    }
    co_return !product.rows.variants.empty();
}

// Until the product's request for keys, if it has one, is answered: ours, or that of another import
// that was quicker.
Task<Status> ProductImporter::wait_for_keys(Work* work) {
    const Time begun = parts_.engine.now();
    auto read = co_await parts_.engine.read(parts_.home, work->product.id);
    std::optional<std::int32_t> before;
    for (;;) {
        if (!read) co_return std::unexpected(read.error());
        const auto& state = std::get<product::State>(*read->state);
        if (!before) before = work->requests_before(state);
        const bool is_ours = state.refused && state.refused->request > *before;
        if (is_ours && !state.refused->keys.empty()) {
            work->lost = state.refused->keys;
            work->requests = state.refused->request;
            co_return std::unexpected(keys_in_use(work->lost));
        }
        work->product.fates.last = read->position;
        if (!state.request) co_return Status();
        if (parts_.engine.now() - begun > kKeysMax)
            co_return fail(ErrorCode::kUnavailable, "keys-under-way",
                           "its slug and SKU have not been claimed yet; import the row again");
        read =
            co_await parts_.engine.wait(parts_.home, work->product.id, read->version, seconds(1));
    }
}

Task<bool> ProductImporter::set_stocks(Work* work) {
    FileProduct& product = work->product;
    for (const VariantRow& row : product.rows.variants) {
        bool changed = work->changed;
        if (row.stock) {
            std::string name = "stock " + work->name + " " + row.variant.sku;
            const auto receipt =
                co_await submitter_.submit(level_of(product, row), std::move(name));
            if (!receipt) {
                product.refuse(row, text_of(receipt.error()));
                continue;
            }
            changed = changed || receipt->changed;
        }
        ++(changed ? product.fates.accepted : product.fates.unchanged);
    }
    co_return true;
}

// The category's path from the top; categories that are not there yet are made.
Task<Result<CategoryId>> ProductImporter::ensure_categories(
    const std::vector<std::string>* titles) {
    CategoryId last;
    for (const category::Create& command : categories_of(*titles)) {
        last = category::category_of(command.slug);
        if (categories_.contains(command.slug)) continue;
        const Status is_there = co_await ensure_category(command);
        if (!is_there) co_return std::unexpected(is_there.error());
        categories_.insert(command.slug);
    }
    co_return last;
}

// There, and known to whoever decides on products, whatever their partition.
Task<Status> ProductImporter::ensure_category(category::Create command) {
    const StreamId id = command.target();
    const auto receipt = co_await submitter_.submit(command, "category " + command.slug);
    // One with this slug that the owner has changed since is the one that is meant.
    const bool is_there = receipt || receipt.error().type == "slug-in-use";
    if (!is_there) co_return std::unexpected(receipt.error());
    const auto read = co_await parts_.engine.read(parts_.home, id);
    if (!read) co_return std::unexpected(read.error());
    co_await parts_.catalog.wait_passed(parts_.home, read->position, kFoldMax);
    co_return Status();
}

}  // namespace shop::import
