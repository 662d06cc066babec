#include "api/import/product_importer.hpp"

#include <algorithm>
#include <utility>

#include "api/import/row_cells.hpp"
#include "core/base/digest.hpp"
#include "core/catalog/category.hpp"
#include "core/stock/stock.hpp"
#include "events/catalog/catalog_fold.hpp"

namespace shop::import {
namespace {

constexpr std::size_t kUnderWayMax = 256;
constexpr Duration kKeysMax = seconds(30);
constexpr Duration kFoldMax = seconds(10);

std::string text_of(const Error& error) {
    if (error.fields.empty()) return error.message;
    const FieldError& first = error.fields.front();
    return first.pointer.substr(first.pointer.starts_with('/') ? 1 : 0) + " " + first.detail;
}

std::string text_of(const std::vector<unique_key::Key>& keys) {
    std::string text;
    for (const unique_key::Key& key : keys) {
        if (!text.empty()) text += ", ";
        text += key.scope == unique_key::Scope::kSlug ? "slug " : "SKU ";
        text += key.value;
    }
    return text;
}

}  // namespace

// One product on its way. In the frame of its coroutine.
struct ProductImporter::Work {
    ProductRows rows;
    std::string name;  // of its commands: tells this content from another
    ProductId product;
    std::shared_ptr<const CatalogProduct> known;  // as the shop has it
    std::optional<CategoryId> category;
    bool changed = false;
    std::int32_t requests = 0;               // for keys, that it had before its command
    std::vector<unique_key::Key> lost = {};  // to other products, while it asked for them
    RowFates fates = {};

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
    : parts_(parts),
      submitter_(parts.engine, parts.home, std::move(base)),
      window_(parts.home, kUnderWayMax) {}

Task<bool> ProductImporter::add(ProductRows rows) {
    co_await window_.room();
    window_.start(import_and_count(std::move(rows)));
    co_return true;
}

Task<bool> ProductImporter::import_and_count(ProductRows rows) {
    ++report_.products;
    add_fates(co_await import(std::move(rows)));
    co_return true;
}

void ProductImporter::add_fates(RowFates fates) {
    report_.accepted += fates.accepted;
    report_.unchanged += fates.unchanged;
    report_.refused += fates.refused.size();
    report_.bad_rows.insert(report_.bad_rows.end(), std::make_move_iterator(fates.refused.begin()),
                            std::make_move_iterator(fates.refused.end()));
}

Task<ImportReport> ProductImporter::finish() {
    co_await window_.empty();
    std::ranges::sort(report_.bad_rows, {}, &BadRow::row);
    if (report_.bad_rows.size() > kBadRowsMax) report_.bad_rows.resize(kBadRowsMax);
    co_return report_;
}

Task<RowFates> ProductImporter::import(ProductRows rows) {
    Work work{.rows = std::move(rows), .name = {}, .product = {}, .known = {}, .category = {}};
    work.name = to_hex(sha256_of_parts({work.rows.slug, work.rows.content}));
    work.known = parts_.catalog.find_slug(work.rows.slug);
    if (work.known) work.requests = work.known->state.requests;
    work.product = work.known ? work.known->id : product::imported_product(work.rows.slug);
    if (!drop_foreign_skus(work)) co_return std::move(work.fates);
    const Status imported = co_await import_product(&work);
    if (imported)
        co_await set_stocks(&work);
    else
        for (const VariantRow& row : work.rows.variants)
            work.fates.refused.push_back({row.row, text_of(imported.error())});
    co_return std::move(work.fates);
}

// Rows whose SKU another product owns, on sale or not, are refused before anything of them is
// applied.
bool ProductImporter::drop_foreign_skus(Work& work) {
    std::erase_if(work.rows.variants, [&](const VariantRow& row) {
        const auto owner = parts_.catalog.find_sku_owner(row.variant.sku);
        if (!owner || owner->id == work.product) return false;
        work.fates.refused.push_back(
            {row.row, "the SKU is in use by the product " + owner->state.slug});
        return true;
    });
    return !work.rows.variants.empty();
}

product::Import ProductImporter::command_of(const Work& work) const {
    product::Import command{
        .product = work.product, .slug = work.rows.slug, .details = work.rows.details};
    command.publish = work.rows.publish;
    for (const VariantRow& row : work.rows.variants) command.variants.push_back(row.variant);
    // Variants that the file does not name keep their options.
    if (work.known && command.details.options)
        for (const std::string& name : work.known->state.options)
            if (std::ranges::count(*command.details.options, name) == 0)
                command.details.options->push_back(name);
    if (work.category) command.categories = std::vector{*work.category};
    return command;
}

Task<Status> ProductImporter::import_product(Work* work) {
    if (!work->rows.category.empty()) {
        const auto category = co_await ensure_categories(&work->rows.category);
        if (!category) co_return std::unexpected(category.error());
        work->category = *category;
    }
    const Status sent = co_await send_product(work, "product ");
    if (work->lost.empty() || !co_await drop_lost_rows(work)) co_return sent;
    co_return co_await send_product(work, "rest of product ");
}

Task<Status> ProductImporter::send_product(Work* work, std::string_view what) {
    std::string name(what);
    name += work->name;
    const auto receipt = co_await submitter_.submit(command_of(*work), std::move(name));
    if (!receipt) co_return std::unexpected(receipt.error());
    work->changed = work->changed || receipt->changed;
    co_return co_await wait_for_keys(work);
}

// Two imports at the same moment are told apart by a SKU's key, in which only one can win. Rows of
// the other are refused, and what they brought into the product is taken out again. False if none
// is left, or if the slug is what was lost.
Task<bool> ProductImporter::drop_lost_rows(Work* work) {
    if (work->has_lost(unique_key::Scope::kSlug, work->rows.slug)) co_return false;
    std::vector<VariantRow> kept;
    for (VariantRow& row : work->rows.variants) {
        const std::string sku = row.variant.sku;
        if (!work->has_lost(unique_key::Scope::kSku, sku)) {
            kept.push_back(std::move(row));
            continue;
        }
        work->fates.refused.push_back({row.row, "the SKU is in use by another product"});
        if (work->known && work->known->state.find_sku(sku)) continue;
        // Refused if the product is on sale: it gets no variant before it has its key.
        product::RemoveVariant command{work->product, product::new_variant(work->product, sku),
                                       Reason{"import", "the SKU is in use"}};
        std::string name = "lost " + work->name + " " + sku;
        co_await submitter_.submit(std::move(command), std::move(name));
    }
    work->rows.variants = std::move(kept);
    co_return !work->rows.variants.empty();
}

// Until the product's request for keys, if it has one, is answered: ours, or that of another import
// that was quicker.
Task<Status> ProductImporter::wait_for_keys(Work* work) {
    const Time begun = parts_.engine.now();
    auto read = co_await parts_.engine.read(parts_.home, work->product);
    std::optional<std::int32_t> before;
    for (;;) {
        if (!read) co_return std::unexpected(read.error());
        const auto& state = std::get<product::State>(*read->state);
        if (!before) before = work->requests_before(state);
        const bool is_ours = state.refused && state.refused->request > *before;
        if (is_ours && !state.refused->keys.empty()) {
            work->lost = state.refused->keys;
            work->requests = state.refused->request;
            co_return fail(ErrorCode::kConflict, "keys-in-use",
                           text_of(state.refused->keys) + " is in use by another product");
        }
        work->fates.last = read->position;
        if (!state.request) co_return Status();
        if (parts_.engine.now() - begun > kKeysMax)
            co_return fail(ErrorCode::kUnavailable, "keys-under-way",
                           "its slug and SKU have not been claimed yet; import the row again");
        read = co_await parts_.engine.wait(parts_.home, work->product, read->version, seconds(1));
    }
}

Task<bool> ProductImporter::set_stocks(Work* work) {
    for (const VariantRow& row : work->rows.variants) {
        const bool is_known = work->known && work->known->state.find_sku(row.variant.sku);
        const VariantId variant =
            is_known ? work->known->state.find_sku(row.variant.sku)->variant.variant_id
                     : product::new_variant(work->product, row.variant.sku);
        const std::string item =
            is_known ? work->known->state.find_sku(row.variant.sku)->variant.inventory_item
                     : variant.to_string();
        bool changed = work->changed;
        if (row.stock) {
            stock::SetLevel command{stock::stock_of(item), variant, item, *row.stock};
            std::string name = "stock " + work->name + " " + row.variant.sku;
            const auto receipt = co_await submitter_.submit(std::move(command), std::move(name));
            if (!receipt) {
                work->fates.refused.push_back({row.row, text_of(receipt.error())});
                continue;
            }
            changed = changed || receipt->changed;
        }
        ++(changed ? work->fates.accepted : work->fates.unchanged);
    }
    co_return true;
}

// The category's path from the top; categories that are not there yet are made.
Task<Result<CategoryId>> ProductImporter::ensure_categories(
    const std::vector<std::string>* titles) {
    CategoryId parent;
    std::string slug;
    for (const std::string& title : *titles) {
        slug += (slug.empty() ? "" : "-") + slug_of(title);
        const CategoryId id = category::category_of(slug);
        if (!categories_.contains(slug)) {
            category::Create command{title, slug, parent, 0};
            const Status is_there = co_await ensure_category(std::move(command));
            if (!is_there) co_return std::unexpected(is_there.error());
            categories_.insert(slug);
        }
        parent = id;
    }
    co_return parent;
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
