// shopverse import products FILE: brings a catalog file into the running shop.
#include <array>

#include "api/admin_client.hpp"
#include "api/commands/command.hpp"
#include "api/commands/input_file.hpp"
#include "api/import/import_call.hpp"

namespace shop::api {
namespace {

struct ImportOptions {
    std::string data = "var";
    bool dry_run = false;
    bool json = false;
    static constexpr std::array kHelp = {
        OptionHelp{"data", "DIR", "the shop's data folder"},
        OptionHelp{"dry_run", "", "only says what would be refused, and what would change"},
        OptionHelp{"json", "", "answers in JSON"}};
};
SHOP_DESCRIBE(ImportOptions, data, dry_run, json)

Status run(Words words) {
    std::vector<std::string_view> files;
    SHOP_TRY(options, read_options<ImportOptions>(words, look_up_environment, &files));
    SHOP_TRY(file, InputFile::open(files, "import products FILE"));
    SHOP_TRY(shop, AdminClient::find(options.data));
    SHOP_TRY(report, import_products(shop, {.dry_run = options.dry_run,
                                            .next_piece = [&file] { return file.next_piece(); }}));
    print_answer(options.json ? report.json : report.text);
    if (report.refused > 0)
        return fail(
            ErrorCode::kRejected, "rows-refused",
            std::to_string(report.refused) + " rows " +
                (options.dry_run ? "would be refused." : "were refused; the others are in."));
    return {};
}

}  // namespace

extern const Command kImportProductsCommand;
const Command kImportProductsCommand{"import products", "brings a catalog file into the shop",
                                     &help_of<ImportOptions>, &run};

}  // namespace shop::api
