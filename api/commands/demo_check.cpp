// shopverse demo check: whether the shop's books of the demo's year agree with the figures that an
// independent script computed from the original table.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "api/commands/command.hpp"
#include "api/demo/demo_catalog.hpp"
#include "api/demo/year/shop_books.hpp"
#include "api/shop_log.hpp"
#include "core/json/encode.hpp"
#include "events/log.hpp"
#include "projections/postgres/database.hpp"

namespace shop::api {
namespace {

struct CheckOptions {
    std::string data = "var";
    std::string postgres;
    std::string system = "online-retail";
    std::string demo_files;
    bool json = false;
    static constexpr std::array kHelp = {
        OptionHelp{"data", "DIR", "the shop's data folder"},
        OptionHelp{"postgres", "CONNINFO", "the views' database, as libpq takes it"},
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

Status run(Words words) {
    SHOP_TRY(options, read_options<CheckOptions>(words));
    if (options.postgres.empty())
        return fail(ErrorCode::kInvalid, "wrong-use", "--postgres is needed.");
    SHOP_TRY(golden, demo::load_golden_figures(demo::find_demo_folder(options.demo_files)));
    golden.rows = 0;  // rows are the report's of `demo year`; the shop knows no rows
    SHOP_TRY(database, postgres::Database::connect(options.postgres));
    SHOP_TRY(views, demo::figures_of_views(database, options.system));
    SHOP_TRY(log, open_shop_log(options.data));
    SHOP_TRY(folded, demo::figures_of_log(*log, options.system));
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
