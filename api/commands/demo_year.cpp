// shopverse demo year: a real year of a real shop, as a file of the documented import format.
#include <unistd.h>

#include <array>
#include <cstdio>
#include <memory>

#include "api/commands/command.hpp"
#include "api/demo/demo_catalog.hpp"
#include "api/demo/year/year_reader.hpp"
#include "api/history/record_text.hpp"
#include "core/json/encode.hpp"

namespace shop::api {
namespace {

struct DemoYearOptions {
    std::string out;
    std::string rows;
    std::string demo_files;
    bool json = false;
    static constexpr std::array kHelp = {
        OptionHelp{"out", "FILE", "writes the records there, one a line"},
        OptionHelp{"rows", "FILE", "writes there what became of each row of the data set"},
        OptionHelp{"demo_files", "DIR", "the folder demo/ of the source, if it is not found"},
        OptionHelp{"json", "", "answers in JSON"}};
};
SHOP_DESCRIBE(DemoYearOptions, out, rows, demo_files, json)

// Lines to a file, or to nowhere if it has no name.
class LineFile {
  public:
    static Result<LineFile> open(const std::string& name) {
        if (name.empty()) return LineFile("", nullptr);
        std::FILE* const file = std::fopen(name.c_str(), "wb");
        if (file == nullptr) return failed(name);
        return LineFile(name, file);
    }

    explicit operator bool() const { return file_ != nullptr; }
    void write(std::string_view text) const {
        if (file_) std::fwrite(text.data(), 1, text.size(), file_.get());
    }
    Status close() {
        if (!file_) return {};
        const bool is_whole = std::ferror(file_.get()) == 0;
        const bool is_closed = std::fclose(file_.release()) == 0;
        return is_whole && is_closed ? Status() : failed(name_);
    }

  private:
    LineFile(std::string name, std::FILE* file)
        : name_(std::move(name)), file_(file, &std::fclose) {}
    static std::unexpected<Error> failed(const std::string& name) {
        return fail(ErrorCode::kUnavailable, "no-file",
                    "The file " + name + " cannot be written. Is its disk full?");
    }

    std::string name_;
    std::unique_ptr<std::FILE, decltype(&std::fclose)> file_;
};

// To standard error, if somebody looks at it.
void show_progress(const demo::YearReader& year, std::size_t& shown) {
    const std::size_t percent = year.steps_done() * 100 / year.steps();
    if (percent == shown || ::isatty(STDERR_FILENO) == 0) return;
    shown = percent;
    std::fprintf(stderr, "\r%3zu %%%s", percent, percent == 100 ? "\n" : "");
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
    std::string line;
    std::size_t shown = 0;
    while (const auto record = year.next()) {
        show_progress(year, shown);
        if (!records) continue;
        line.clear();
        history::append_record(line, *record);
        records.write(line);
    }
    SHOP_TRY_STATUS(records.close());
    SHOP_TRY_STATUS(rows.close());
    const demo::YearReport report = year.report();
    print_answer(options.json ? json::to_json(report, json::Defaults::kWrite)
                              : demo::text_of(report));
    if (!report.agrees())
        return fail(ErrorCode::kCorrupt, "figures-differ",
                    "Not all figures agree with the independent ones; see the last column.");
    return {};
}

}  // namespace

extern const Command kDemoYearCommand;
const Command kDemoYearCommand{"demo year", "makes an import file of a real shop's year",
                               &help_of<DemoYearOptions>, &run};

}  // namespace shop::api
