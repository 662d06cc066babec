// Brings another shop's history into this one, line by line, many records at once.
//
//   HistoryImporter importer(parts, options, base);
//   for (…) co_await importer.add(line, number);      // waits while too many are under way
//   HistoryReport report = co_await importer.finish();
//
// The lines stand in the order in which things happened, and the stock has what was sold when it
// was sold. That order is kept where it matters (ties_of), and nowhere else.
//
// One thread: the executor's. It must outlive its last add() and finish().
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "api/history/file_checks.hpp"
#include "api/history/history_report.hpp"
#include "api/history/precedence.hpp"
#include "api/history/record_sender.hpp"
#include "api/history/record_text.hpp"
#include "api/history/shop_lookup.hpp"
#include "api/import/window.hpp"

namespace shop::history {

inline constexpr std::size_t kUnderWay = 256;
// Of a file, at once: FileChecks::remembered(). Some 250 MB.
inline constexpr std::size_t kRememberedMax = 2'000'000;
inline constexpr std::size_t kFateBytesMax = std::size_t{256} << 20;

struct ImportOptions {
    std::string system = "import";  // what the other system is called; part of every id
    bool dry_run = false;           // only says what is wrong
    bool tell_fates = false;
    std::size_t under_way = kUnderWay;
    std::size_t remembered_max = kRememberedMax;
};

// What has to be there before the record, and what it brings: a sale comes behind the goods that
// came in before it, a credit note behind the order.
Ties ties_of(const HistoryRecord& record);

class HistoryImporter {
  public:
    HistoryImporter(const RecordSender::Parts& parts, ImportOptions options, Submission base);

    // A line that is no record, or names what is not there, is refused; the others go on. A file
    // that tells more than is remembered goes on as if another one began; a dry run, which could
    // not ask the shop for what it has not been told, refuses the rest.
    Task<bool> add(std::string line, std::uint64_t number);
    // Once all records have been dealt with.
    Task<HistoryReport> finish();

    // Of each record, one a line, as JSON, in the order in which they ended; no more than
    // kFateBytesMax.
    std::string take_fates() { return std::move(fates_); }
    std::vector<Position> positions() const { return sender_.positions(); }

  private:
    // A record on its way.
    struct Work {
        HistoryRecord record;
        std::uint64_t number = 0;  // of its line
        RecordSums sums;
        Precedence::Place place;
    };
    Task<bool> carry_out(Work work);
    Task<Result<std::optional<RecordSums>>> check(const HistoryRecord* record);
    Task<Status> make_room();
    Task<bool> look_up(Named named);
    Task<bool> is_there(const HistoryRecord* record);
    void tell(Fate fate, const RecordSums& sums = {});

    const ImportOptions options_;
    ShopLookup shop_;
    RecordSender sender_;
    RecordReader reader_;
    FileChecks checks_;
    Precedence precedence_;
    import::Window window_;
    HistoryReport report_;
    std::string fates_;
};

}  // namespace shop::history
