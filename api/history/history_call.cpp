#include "api/history/history_call.hpp"

#include <fmt/format.h>

#include <utility>

#include "api/history/record_checks.hpp"
#include "core/json/decode.hpp"

namespace shop::api {
namespace {

constexpr int kTimeoutSeconds = 24 * 3'600;
std::string target_of(const HistoryCall& call) {
    std::string target = "/api/v1/admin/imports/history?system=" + call.system;
    if (call.dry_run) target += "&dry_run=1";
    if (call.tell_fates) target += "&fates=1";
    if (call.under_way > 0) target += fmt::format("&under_way={}", call.under_way);
    return target;
}

}  // namespace

Result<HistoryAnswer> import_history(const AdminClient& shop, HistoryCall call) {
    if (!history::is_system_name(call.system))
        return fail(ErrorCode::kInvalid, "wrong-use",
                    fmt::format("A system's name is {}.", history::kSystemNameHelp));
    SHOP_TRY(body, shop.ask({.method = "POST",
                             .target = target_of(call),
                             .content_type = "application/x-ndjson",
                             .pieces = std::move(call.next_piece),
                             .timeout_seconds = kTimeoutSeconds}));
    HistoryAnswer answer;
    // The report is the last line.
    if (body.ends_with('\n')) body.pop_back();
    const std::size_t begin = body.rfind('\n') + 1;  // 0 if there is none
    answer.json = body.substr(begin);
    answer.fates = body.substr(0, begin);
    SHOP_TRY(report,
             json::from_json<history::HistoryReport>(answer.json, json::Missing::kIsDefault));
    answer.report = std::move(report);
    return answer;
}

}  // namespace shop::api
