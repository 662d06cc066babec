#include "api/import/import_call.hpp"

#include <fmt/format.h>

#include <utility>

#include "api/import/product_importer.hpp"
#include "core/json/decode.hpp"

namespace shop::api {
namespace {

constexpr int kTimeoutSeconds = 3'600;
constexpr std::size_t kShownMax = 20;

std::string text_of(const import::ImportReport& report) {
    std::string text =
        fmt::format("{} rows of {} products: {} accepted, {} unchanged, {} refused", report.rows,
                    report.products, report.accepted, report.unchanged, report.refused);
    std::size_t shown = 0;
    for (const import::BadRow& bad : report.bad_rows) {
        if (shown++ == kShownMax) {
            text += "\n  … (--json names them all)";
            break;
        }
        text += fmt::format("\n  row {}: {}", bad.row, bad.reason);
    }
    return text;
}

}  // namespace

Result<ImportAnswer> import_products(const AdminClient& shop,
                                     std::function<std::string()> next_piece) {
    SHOP_TRY(json, shop.ask({.method = "POST",
                             .target = "/api/v1/admin/imports/products",
                             .content_type = "text/csv",
                             .pieces = std::move(next_piece),
                             .timeout_seconds = kTimeoutSeconds}));
    SHOP_TRY(report, json::from_json<import::ImportReport>(json, json::Missing::kIsDefault));
    return ImportAnswer{std::move(json), text_of(report), report.accepted, report.refused};
}

}  // namespace shop::api
