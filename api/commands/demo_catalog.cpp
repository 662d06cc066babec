// shopverse demo catalog: fills the running shop with the catalog of a real one.
#include <array>

#include "api/admin_client.hpp"
#include "api/commands/command.hpp"
#include "api/demo/demo_catalog.hpp"
#include "api/import/import_call.hpp"

namespace shop::api {
namespace {

struct DemoCatalogOptions {
    std::string data = "var";
    std::string demo_files;
    bool print = false;
    bool json = false;
    static constexpr std::array kHelp = {
        OptionHelp{"data", "DIR", "the shop's data folder"},
        OptionHelp{"demo_files", "DIR", "the folder demo/ of the source, if it is not found"},
        OptionHelp{"print", "", "prints the file instead of importing it"},
        OptionHelp{"json", "", "answers in JSON"}};
};
SHOP_DESCRIBE(DemoCatalogOptions, data, demo_files, print, json)

Status run(Words words) {
    SHOP_TRY(options, read_options<DemoCatalogOptions>(words));
    SHOP_TRY(text, demo::demo_catalog(demo::find_demo_folder(options.demo_files)));
    const std::string file = std::move(text);
    if (options.print) {
        print_answer(file);
        return {};
    }
    SHOP_TRY(shop, AdminClient::find(options.data));
    bool is_sent = false;
    const auto all_at_once = [&]() -> std::string {
        return std::exchange(is_sent, true) ? std::string() : file;
    };
    SHOP_TRY(report, import_products(shop, {.dry_run = false, .next_piece = all_at_once}));
    print_answer(options.json ? report.json : report.text);
    return {};
}

}  // namespace

extern const Command kDemoCatalogCommand;
const Command kDemoCatalogCommand{"demo catalog", "fills the shop with a real catalog",
                                  &help_of<DemoCatalogOptions>, &run};

}  // namespace shop::api
