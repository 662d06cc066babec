// A file of history sent to the running shop, and its report.
#pragma once

#include <functional>
#include <string>

#include "api/admin_client.hpp"
#include "api/history/history_report.hpp"
#include "core/base/result.hpp"

namespace shop::api {

struct HistoryCall {
    std::string system = "import";
    bool dry_run = false;
    bool tell_fates = false;
    int under_way = 0;  // records carried out at once; 0: the shop's own number
    std::function<std::string()> next_piece;  // nothing at the end
};

struct HistoryAnswer {
    std::string json;   // the shop's report
    std::string fates;  // what became of each record, one a line, if that was asked for
    history::HistoryReport report;
};

// Blocks until the shop has dealt with all of it. kInvalid if the system's name is none.
Result<HistoryAnswer> import_history(const AdminClient& shop, HistoryCall call);

}  // namespace shop::api
