// shopverse log read | tail: the records of the event log, for whoever wants to see what happened.
// Personal data is ciphertext in the log, and stays so here.
#include <algorithm>
#include <array>
#include <chrono>
#include <thread>

#include "api/commands/command.hpp"
#include "api/shop_log.hpp"
#include "core/base/text.hpp"
#include "core/json/encode.hpp"
#include "events/log_reader.hpp"
#include "events/slot_map.hpp"

namespace shop::api {
namespace {

constexpr auto kTailPause = std::chrono::milliseconds(200);

struct LogOptions {
    std::string data = "var";
    std::string partition;
    std::string stream;
    std::int64_t from = 0;
    std::int64_t limit = 0;
    bool json = false;
    static constexpr std::array kHelp = {
        OptionHelp{"data", "DIR", "the shop's data folder"},
        OptionHelp{"partition", "NAME", "one partition only, such as commerce-3"},
        OptionHelp{"stream", "ID", "one stream only, such as crt_…"},
        OptionHelp{"from", "OFFSET",
                   "the first entry to show; those before it are read too, a page at a time, for "
                   "they decide which entries count"},
        OptionHelp{"limit", "N", "entries to show at most; 0: all"},
        OptionHelp{"json", "", "one JSON document a line: {position, verdict, entry}"}};
};
SHOP_DESCRIBE(LogOptions, data, partition, stream, from, limit, json)

std::unexpected<Error> wrong_use(std::string text) {
    return fail(ErrorCode::kInvalid, "wrong-use", std::move(text));
}

// Shows entries that were asked for, and counts them.
class Printer {
  public:
    Printer(const LogOptions& options, std::optional<StreamId> stream)
        : options_(options), stream_(stream) {}

    bool is_done() const { return options_.limit > 0 && shown_ >= options_.limit; }

    void show(LogReader& reader, const LogEntry& entry) {
        if (entry.offset < options_.from || is_done()) return;
        const auto record =
            entry.verdict == Verdict::kRecord ? std::optional(reader.decode(entry)) : std::nullopt;
        if (stream_ && !(record && *record && touches(**record))) return;
        ++shown_;
        const std::string position = Position{reader.partition(), entry.offset}.to_string();
        print_answer(options_.json ? json_of(position, entry) : text_of(position, entry, record));
    }

  private:
    bool touches(const Record& record) const {
        return std::ranges::any_of(
            record.events, [&](const RecordedEvent& event) { return event.stream == *stream_; });
    }

    static std::string json_of(const std::string& position, const LogEntry& entry) {
        std::string text;
        json::Writer writer(text);
        writer.begin_object();
        writer.key("position");
        writer.string(position);
        writer.key("verdict");
        writer.string(enum_name(entry.verdict));
        writer.key("entry");
        json::Document document;
        if (document.parse(entry.bytes))
            writer.raw(entry.bytes);
        else
            writer.string(is_utf8(entry.bytes) ? entry.bytes : "(bytes that are no text)");
        writer.end_object();
        return text;
    }

    static std::string text_of(const std::string& position, const LogEntry& entry,
                               const std::optional<Result<Record>>& record) {
        std::string text = position + "  " + to_rfc3339(entry.time);
        if (entry.verdict == Verdict::kClaim) return text + "  claim " + entry.term.to_string();
        if (!record) return text + "  void: " + std::string(enum_name(entry.verdict));
        if (!*record) return text + "  unreadable: " + record->error().message;
        text += "  " + (*record)->command.type;
        for (const RecordedEvent& event : (*record)->events)
            text += "\n    " + event.stream.to_string() + " " + std::to_string(event.version) +
                    "  " + std::string(type_of(event.data));
        return text;
    }

    const LogOptions& options_;
    const std::optional<StreamId> stream_;
    std::int64_t shown_ = 0;
};

// What to read: the partitions, and the stream if only one is wanted.
struct Selection {
    std::vector<Partition> partitions;
    std::optional<StreamId> stream;
};

Result<Selection> select(const LogOptions& options, const Log& log) {
    const std::vector<Partition> all = log.partitions().all();
    Selection selection{all, std::nullopt};
    if (!options.stream.empty()) {
        selection.stream = StreamId::parse(options.stream);
        if (!selection.stream) return wrong_use("--stream takes an id such as crt_….");
        selection.partitions = {SlotMap(log.partitions()).partition_of(*selection.stream)};
    }
    if (options.partition.empty()) return selection;
    const auto partition = Partition::parse(options.partition);
    if (!partition || std::ranges::find(all, *partition) == all.end())
        return wrong_use("--partition takes a name such as commerce-3.");
    selection.partitions = {*partition};
    return selection;
}

// Shows what is new to the reader, to the end. False once enough was shown.
Result<bool> show_rest(LogReader& reader, Printer& printer) {
    for (;;) {
        SHOP_TRY(entries, reader.read_all());
        if (entries.empty()) return true;
        for (const LogEntry& entry : entries) printer.show(reader, entry);
        if (printer.is_done()) return false;
    }
}

Status run_read(Words words) {
    SHOP_TRY(options, read_options<LogOptions>(words));
    SHOP_TRY(log, open_shop_log(options.data));
    SHOP_TRY(selection, select(options, *log));
    Printer printer(options, selection.stream);
    for (const Partition partition : selection.partitions) {
        LogReader reader(*log, partition);
        SHOP_TRY(more, show_rest(reader, printer));
        if (!more) break;
    }
    return {};
}

Status run_tail(Words words) {
    SHOP_TRY(options, read_options<LogOptions>(words));
    SHOP_TRY(log, open_shop_log(options.data));
    SHOP_TRY(selection, select(options, *log));
    Printer printer(options, selection.stream);
    std::vector<LogReader> readers;
    for (const Partition partition : selection.partitions) {
        // What counts depends on all that came before, so a tail reads that too.
        LogReader& reader = readers.emplace_back(*log, partition);
        for (;;) {
            SHOP_TRY(passed, reader.read_all());
            if (passed.empty()) break;
        }
    }
    for (;;) {
        for (LogReader& reader : readers) {
            SHOP_TRY(more, show_rest(reader, printer));
            if (!more) return {};
        }
        send_answers();
        std::this_thread::sleep_for(kTailPause);
    }
}

}  // namespace

extern const Command kLogReadCommand, kLogTailCommand;
const Command kLogReadCommand{"log read", "prints the records of the event log",
                              &help_of<LogOptions>, &run_read};
const Command kLogTailCommand{"log tail", "prints new records as they come, until Ctrl-C",
                              &help_of<LogOptions>, &run_tail};

}  // namespace shop::api
