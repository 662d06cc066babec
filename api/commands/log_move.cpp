// shopverse log move: a shop's events to another log, while it does not run.
#include <fmt/format.h>

#include <array>

#include "api/commands/command.hpp"
#include "api/commands/progress.hpp"
#include "api/config/shared_options.hpp"
#include "api/move_log.hpp"
#include "core/json/encode.hpp"

namespace shop::api {
namespace {

struct MoveOptions {
    std::string data = "var";
    std::string to;
    std::string kafka_settings;
    bool json = false;
    static constexpr std::array kHelp = {
        OptionHelp{"data", "DIR", "the data folder of a shop that does not run"},
        OptionHelp{"to", "LOG",
                   "where the events shall be: rocksdb, or kafka://host:port,host:port/prefix"},
        kKafkaSettingsHelp, OptionHelp{"json", "", "answers in JSON"}};
};
SHOP_DESCRIBE(MoveOptions, data, to, kafka_settings, json)

struct Moved {
    std::string log;
    std::int64_t entries = 0;
    std::int64_t bytes = 0;
};
SHOP_DESCRIBE(Moved, log, entries, bytes)

Status run_move(Words words) {
    SHOP_TRY(options, read_options<MoveOptions>(words));
    if (const auto wanted = takes_event_log(options.to); !wanted.empty())
        return fail(ErrorCode::kInvalid, "wrong-use", fmt::format("--to takes {}.", wanted));
    Progress progress("Copying the log");
    SHOP_TRY(copied, move_log(options.data, {options.to, options.kafka_settings},
                              [&](std::uint64_t done, std::uint64_t whole) {
                                  progress.show(done, whole);
                              }));
    progress.end(copied.entries);
    const Moved moved{options.to, static_cast<std::int64_t>(copied.entries),
                      static_cast<std::int64_t>(copied.bytes)};
    print_answer(options.json ? json::to_json(moved, json::Defaults::kWrite)
                              : fmt::format("{} entries are in {} now, compared byte for byte. "
                                            "Start the shop with --log {}.",
                                            moved.entries, moved.log, moved.log));
    return {};
}

}  // namespace

extern const Command kLogMoveCommand;
const Command kLogMoveCommand{"log move", "takes the events of a closed shop to another log",
                              &help_of<MoveOptions>, &run_move};

}  // namespace shop::api
