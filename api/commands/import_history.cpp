// shopverse import history FILE: brings another shop's past into the running shop.
#include <array>

#include "api/admin_client.hpp"
#include "api/commands/command.hpp"
#include "api/commands/input_file.hpp"
#include "api/commands/line_file.hpp"
#include "api/commands/progress.hpp"
#include "api/history/history_call.hpp"

namespace shop::api {
namespace {

struct HistoryOptions {
    std::string data = "var";
    std::string system = "import";
    bool dry_run = false;
    std::string fates;
    int under_way = 0;
    bool json = false;
    static constexpr std::array kHelp = {
        OptionHelp{"data", "DIR", "the shop's data folder"},
        OptionHelp{"system", "NAME", "what the other shop system is called"},
        OptionHelp{"dry_run", "", "only says what is wrong, and changes nothing"},
        OptionHelp{"fates", "FILE", "writes there what became of each record, one a line"},
        OptionHelp{.member = "under_way",
                   .value = "N",
                   .text = "records carried out at once (0: the shop's own number)",
                   .max = 4'096},
        OptionHelp{"json", "", "answers in JSON"}};
};
SHOP_DESCRIBE(HistoryOptions, data, system, dry_run, fates, under_way, json)

Status run(Words words) {
    std::vector<std::string_view> files;
    SHOP_TRY(options, read_options<HistoryOptions>(words, look_up_environment, &files));
    SHOP_TRY(file, InputFile::open(files, "import history FILE"));
    SHOP_TRY(fates, LineFile::open(options.fates));
    SHOP_TRY(shop, AdminClient::find(options.data));
    Progress progress(options.dry_run ? "Checking" : "Importing");
    const std::uint64_t whole = file.size();
    std::uint64_t done = 0;
    const auto next_piece = [&] {
        if (whole > 0) progress.show(done, whole);
        std::string piece = file.next_piece();
        done += piece.size();
        return piece;
    };
    SHOP_TRY(answer, import_history(shop, {.system = options.system,
                                           .dry_run = options.dry_run,
                                           .tell_fates = !options.fates.empty(),
                                           .under_way = options.under_way,
                                           .next_piece = next_piece}));
    progress.end(answer.report.read);
    fates.write(answer.fates);
    SHOP_TRY_STATUS(fates.close());
    print_answer(options.json ? answer.json : history::text_of(answer.report));
    if (answer.report.refused > 0)
        return fail(
            ErrorCode::kRejected, "records-refused",
            std::to_string(answer.report.refused) + " records " +
                (options.dry_run ? "would be refused." : "were refused; the others are in."));
    return {};
}

}  // namespace

extern const Command kImportHistoryCommand;
const Command kImportHistoryCommand{"import history", "brings another shop's past into the shop",
                                    &help_of<HistoryOptions>, &run};

}  // namespace shop::api
