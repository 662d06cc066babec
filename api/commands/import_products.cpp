// shopverse import products FILE: brings a catalog file into the running shop.
#include <array>
#include <cstdio>
#include <filesystem>
#include <memory>

#include "api/admin_client.hpp"
#include "api/commands/command.hpp"
#include "api/import/import_call.hpp"

namespace shop::api {
namespace {

struct ImportOptions {
    std::string data = "var";
    bool json = false;
    static constexpr std::array kHelp = {OptionHelp{"data", "DIR", "the shop's data folder"},
                                         OptionHelp{"json", "", "answers in JSON"}};
};
SHOP_DESCRIBE(ImportOptions, data, json)

Status run(Words words) {
    std::vector<std::string_view> files;
    SHOP_TRY(options, read_options<ImportOptions>(words, look_up_environment, &files));
    if (files.size() != 1)
        return fail(ErrorCode::kInvalid, "wrong-use", "Name one file: import products FILE.");
    const std::string name(files.front());
    const std::shared_ptr<std::FILE> file(name == "-" ? stdin : std::fopen(name.c_str(), "rb"),
                                          [](std::FILE* open) {
                                              if (open != nullptr) std::fclose(open);
                                          });
    if (!file)
        return fail(ErrorCode::kNotFound, "no-file", "The file " + name + " cannot be read.");
    SHOP_TRY(shop, AdminClient::find(options.data));
    const auto next_piece = [&file] {
        std::string piece(65'536, '\0');
        piece.resize(std::fread(piece.data(), 1, piece.size(), file.get()));
        return piece;
    };
    SHOP_TRY(report, import_products(shop, next_piece));
    print_answer(options.json ? report.json : report.text);
    if (report.refused > 0)
        return fail(ErrorCode::kRejected, "rows-refused",
                    std::to_string(report.refused) + " rows were refused; the others are in.");
    return {};
}

}  // namespace

extern const Command kImportProductsCommand;
const Command kImportProductsCommand{"import products", "brings a catalog file into the shop",
                                     &help_of<ImportOptions>, &run};

}  // namespace shop::api
