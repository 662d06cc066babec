// shopverse demo year: a real year of a real shop, brought into the running shop, or as a file of
// the documented import format.
#include <array>
#include <sstream>

#include "api/admin_client.hpp"
#include "api/commands/command.hpp"
#include "api/commands/line_file.hpp"
#include "api/commands/progress.hpp"
#include "api/demo/demo_catalog.hpp"
#include "api/demo/year/year_reader.hpp"
#include "api/history/history_call.hpp"
#include "api/history/record_text.hpp"
#include "core/json/decode.hpp"
#include "core/json/encode.hpp"

namespace shop::api {
namespace {

constexpr std::string_view kSystem = "online-retail";
constexpr std::size_t kPieceBytes = 65'536;

struct DemoYearOptions {
    std::string out;
    std::string rows;
    std::string demo_files;
    std::string data = "var";
    std::string fates;
    int under_way = 0;
    bool json = false;
    static constexpr std::array kHelp = {
        OptionHelp{"out", "FILE", "writes the records there, and sends none"},
        OptionHelp{"rows", "FILE", "writes what became of each row of the data set; sends none"},
        OptionHelp{"demo_files", "DIR", "the folder demo/ of the source, if it is not found"},
        OptionHelp{"data", "DIR", "the data folder of the shop that gets the year"},
        OptionHelp{"fates", "FILE", "writes there what the shop made of each record"},
        OptionHelp{.member = "under_way",
                   .value = "N",
                   .text = "records carried out at once (0: the shop's own number)",
                   .max = 4'096},
        OptionHelp{"json", "", "answers in JSON"}};
};
SHOP_DESCRIBE(DemoYearOptions, out, rows, demo_files, data, fates, under_way, json)

// One record after another as pieces of text, some at a time; kept in a file too, if there is one.
class YearText {
  public:
    YearText(demo::YearReader& year, const LineFile& file) : year_(year), file_(file) {}

    // Nothing at the end.
    std::string next() {
        std::string piece;
        while (piece.size() < kPieceBytes) {
            const auto record = year_.next();
            if (!record) break;
            history::append_record(piece, *record);
            ++records_;
        }
        file_.write(piece);
        progress_.show(year_.steps_done(), year_.steps());
        return piece;
    }
    // All of it was taken.
    void end() { progress_.end(records_); }

  private:
    demo::YearReader& year_;
    const LineFile& file_;
    std::uint64_t records_ = 0;
    Progress progress_{"The year"};
};

// What the running shop made of it, which the year is told of each record.
Result<HistoryAnswer> send_year(YearText& text, demo::YearReader& year,
                                const DemoYearOptions& options) {
    SHOP_TRY(shop, AdminClient::find(options.data));
    SHOP_TRY(fates, LineFile::open(options.fates));
    SHOP_TRY(answer, import_history(shop, {.system = std::string(kSystem),
                                           .tell_fates = true,
                                           .under_way = options.under_way,
                                           .next_piece = [&text] { return text.next(); }}));
    text.end();
    fates.write(answer.fates);
    SHOP_TRY_STATUS(fates.close());
    std::istringstream lines(answer.fates);
    for (std::string line; std::getline(lines, line);) {
        SHOP_TRY(fate, json::from_json<history::Fate>(line, json::Missing::kIsDefault));
        year.tell_fate(fate);
    }
    print_answer(options.json ? answer.json : history::text_of(answer.report));
    return std::move(answer);
}

Status print_report(const demo::YearReader& year, const DemoYearOptions& options) {
    const demo::YearReport report = year.report();
    print_answer(options.json ? json::to_json(report, json::Defaults::kWrite)
                              : demo::text_of(report));
    if (report.agrees()) return {};
    return fail(ErrorCode::kCorrupt, "figures-differ",
                "Not all figures agree with the independent ones; see the last column.");
}

Status run(Words words) {
    SHOP_TRY(options, read_options<DemoYearOptions>(words));
    SHOP_TRY(records, LineFile::open(options.out));
    SHOP_TRY(rows, LineFile::open(options.rows));
    SHOP_TRY(year, demo::YearReader::open(demo::find_demo_folder(options.demo_files)));
    if (rows)
        year.tell_rows([&rows](const demo::RowFate& fate) {
            rows.write(json::to_json(fate, json::Defaults::kWrite) + "\n");
        });
    YearText text(year, records);
    std::uint64_t refused = 0;
    if (records || rows) {
        while (!text.next().empty()) continue;
        text.end();
    } else {
        SHOP_TRY(answer, send_year(text, year, options));
        refused = answer.report.refused;
    }
    SHOP_TRY_STATUS(records.close());
    SHOP_TRY_STATUS(rows.close());
    const Status agrees = print_report(year, options);
    if (refused > 0)
        return fail(ErrorCode::kRejected, "records-refused",
                    std::to_string(refused) +
                        " records were refused; send the year again once that is mended.");
    return agrees;
}

}  // namespace

extern const Command kDemoYearCommand;
const Command kDemoYearCommand{"demo year", "brings a real shop's year into the shop",
                               &help_of<DemoYearOptions>, &run};

}  // namespace shop::api
