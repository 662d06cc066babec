#include "api/import/import_call.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "api/import/import_report.hpp"
#include "core/json/decode.hpp"

namespace shop::api {
namespace {

constexpr int kTimeoutSeconds = 3'600;
constexpr std::size_t kShownMax = 20;
constexpr std::string_view kMore = "\n  … (--json names more)";

std::string text_of(const import::ImportChanges& changes) {
    std::string text = fmt::format(
        "\nNothing was changed. It would make {} categories and {} products, change {} products, "
        "add {} variants and change {} prices; of {} SKUs there would be other stock: {} units "
        "more, {} less.",
        changes.categories_made, changes.products_made, changes.products_changed,
        changes.variants_added, changes.prices_changed, changes.levels_changed, changes.units_added,
        changes.units_removed);
    const std::size_t shown = std::min(changes.levels.size(), kShownMax);
    for (std::size_t i = 0; i < shown; ++i) {
        const import::LevelChange& level = changes.levels[i];
        text += fmt::format("\n  {}: {} units, then {}", level.sku, level.before, level.after);
    }
    if (shown < changes.levels_changed) text += kMore;
    return text;
}

std::string text_of(const import::ImportReport& report) {
    std::string text =
        fmt::format("{} rows of {} products: {} accepted, {} unchanged, {} refused", report.rows,
                    report.products, report.accepted, report.unchanged, report.refused);
    std::size_t shown = 0;
    for (const import::BadRow& bad : report.bad_rows) {
        if (shown++ == kShownMax) {
            text += kMore;
            break;
        }
        text += fmt::format("\n  row {}: {}", bad.row, bad.reason);
    }
    if (report.changes) text += text_of(*report.changes);
    return text;
}

}  // namespace

Result<ImportAnswer> import_products(const AdminClient& shop, ImportCall call) {
    std::string target = "/api/v1/admin/imports/products";
    if (call.dry_run) target += "?dry_run=1";
    SHOP_TRY(json, shop.ask({.method = "POST",
                             .target = std::move(target),
                             .content_type = "text/csv",
                             .pieces = std::move(call.next_piece),
                             .timeout_seconds = kTimeoutSeconds}));
    SHOP_TRY(report, json::from_json<import::ImportReport>(json, json::Missing::kIsDefault));
    return ImportAnswer{std::move(json), text_of(report), report.accepted, report.refused};
}

}  // namespace shop::api
