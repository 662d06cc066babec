// shopverse demo check: whether the shop's books of the demo's year agree with the figures that an
// independent script computed from the original table.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <thread>

#include "api/admin_client.hpp"
#include "api/commands/command.hpp"
#include "api/demo/demo_catalog.hpp"
#include "api/demo/year/shop_books.hpp"
#include "api/process_file.hpp"
#include "api/shop_log.hpp"
#include "core/json/decode.hpp"
#include "core/json/encode.hpp"
#include "events/log.hpp"
#include "projections/postgres/database.hpp"
#include "projections/status.hpp"

namespace shop::api {
namespace {

constexpr std::string_view kRows = "rows";  // the table's; a shop knows no rows
constexpr auto kCatchUpMax = std::chrono::minutes(5);
constexpr auto kBetweenLooks = std::chrono::milliseconds(200);

struct CheckOptions {
    std::string data = "var";
    std::string postgres;
    std::string system = "online-retail";
    std::string demo_files;
    bool json = false;
    static constexpr std::array kHelp = {
        OptionHelp{"data", "DIR", "the data folder of the shop that has the year"},
        OptionHelp{"postgres", "CONNINFO",
                   "the views' database, as libpq takes it; by itself, the running shop's"},
        OptionHelp{"system", "NAME", "what the year's system was called when it was imported"},
        OptionHelp{"demo_files", "DIR", "the folder demo/ of the source, if it is not found"},
        OptionHelp{"json", "", "answers in JSON"}};
};
SHOP_DESCRIBE(CheckOptions, data, postgres, system, demo_files, json)

// One figure as everybody says it.
struct CheckedFigure {
    std::string figure;
    std::string independent;
    std::string views;
    std::string log;
    bool agrees = false;
};
SHOP_DESCRIBE(CheckedFigure, figure, independent, views, log, agrees)

std::vector<CheckedFigure> side_by_side(const demo::YearFigures& golden,
                                        const demo::YearFigures& views,
                                        const demo::YearFigures& log) {
    const auto by_views = demo::compare(golden, views);
    const auto by_log = demo::compare(golden, log);
    std::vector<CheckedFigure> all;
    for (const demo::Comparison& seen : by_views) {
        if (seen.figure == kRows) continue;
        const auto same = std::ranges::find(by_log, seen.figure, &demo::Comparison::figure);
        const std::string folded = same == by_log.end() ? "" : same->found;
        all.push_back({.figure = seen.figure,
                       .independent = seen.expected,
                       .views = seen.found,
                       .log = folded,
                       .agrees = seen.expected == seen.found && seen.expected == folded});
    }
    return all;
}

std::string text_of(const std::vector<CheckedFigure>& figures) {
    std::string out =
        fmt::format("{:<26}{:>18}{:>18}{:>18}\n", "figure", "independent", "views", "log");
    for (const CheckedFigure& figure : figures)
        out += fmt::format("{:<26}{:>18}{:>18}{:>18}{}\n", figure.figure, figure.independent,
                           figure.views, figure.log, figure.agrees ? "" : "  differs");
    return out;
}

// Until they have read all of the log; or for as long as that may take: the figures then differ.
Status wait_for_views(const AdminClient& shop) {
    const auto end = std::chrono::steady_clock::now() + kCatchUpMax;
    for (;;) {
        SHOP_TRY(answer, shop.ask({.target = "/api/v1/admin/projections"}));
        SHOP_TRY(versions,
                 json::from_json<projections::ViewVersions>(answer, json::Missing::kIsDefault));
        const bool is_behind = std::ranges::any_of(
            versions.items, [](const projections::VersionStatus& each) { return each.lag > 0; });
        if (!is_behind || std::chrono::steady_clock::now() > end) return {};
        std::this_thread::sleep_for(kBetweenLooks);
    }
}

// Of the running shop, once its views have caught up.
Result<std::string> find_postgres(const std::string& data) {
    auto process = read_process_file(data, "serve");
    if (!process)
        return fail(process.error().code, process.error().type,
                    process.error().message + ". Or name the views' database: --postgres.");
    if (!process->postgres)
        return fail(ErrorCode::kUnavailable, "no-views",
                    "The shop on " + data + " runs without Postgres; the check needs its views.");
    SHOP_TRY(shop, AdminClient::find(data));
    SHOP_TRY_STATUS(wait_for_views(shop));
    return std::move(*process->postgres);
}

Status run(Words words) {
    SHOP_TRY(options, read_options<CheckOptions>(words));
    SHOP_TRY(golden, demo::load_golden_figures(demo::find_demo_folder(options.demo_files)));
    if (options.postgres.empty()) {
        SHOP_TRY(found, find_postgres(options.data));
        options.postgres = std::move(found);
    }
    SHOP_TRY(database, postgres::Database::connect(options.postgres));
    SHOP_TRY(views, demo::figures_of_views(database, options.system));
    SHOP_TRY(log, open_shop_log(options.data));
    SHOP_TRY(folded, demo::figures_of_log(*log, options.system));
    if (views.orders == 0 && folded.orders == 0)
        return fail(ErrorCode::kNotFound, "no-year",
                    "The shop has no order of the system " + options.system +
                        "; bring the year in first: shopverse demo year --data " + options.data);
    const auto figures = side_by_side(golden, views, folded);
    print_answer(options.json ? json::to_json(figures, json::Defaults::kWrite) : text_of(figures));
    if (!std::ranges::all_of(figures, &CheckedFigure::agrees))
        return fail(ErrorCode::kCorrupt, "figures-differ",
                    "Not all figures agree with the independent ones.");
    return {};
}

}  // namespace

extern const Command kDemoCheckCommand;
const Command kDemoCheckCommand{"demo check", "compares the year's books with independent figures",
                                &help_of<CheckOptions>, &run};

}  // namespace shop::api
