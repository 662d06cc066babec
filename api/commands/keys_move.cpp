// shopverse keys move: the keys of a shop out of its data folder, while it does not run.
#include <fmt/format.h>

#include <array>

#include "api/commands/command.hpp"
#include "api/commands/progress.hpp"
#include "api/move_keys.hpp"
#include "core/json/encode.hpp"

namespace shop::api {
namespace {

struct MoveOptions {
    std::string data = "var";
    std::string keys;
    bool leave_damaged = false;
    bool json = false;
    static constexpr std::array kHelp = {
        OptionHelp{"data", "DIR", "the data folder of a shop that does not run"},
        OptionHelp{"keys", "CONNINFO", "an empty Postgres database, as `serve --keys` takes it"},
        OptionHelp{"leave_damaged", "", "goes on without keys that are damaged"},
        OptionHelp{"json", "", "answers in JSON"}};
};
SHOP_DESCRIBE(MoveOptions, data, keys, leave_damaged, json)

struct Moved {
    std::int64_t persons = 0;
    std::int64_t tokens = 0;
    std::int64_t left_damaged = 0;
};
SHOP_DESCRIBE(Moved, persons, tokens, left_damaged)

Status run_move(Words words) {
    SHOP_TRY(options, read_options<MoveOptions>(words));
    if (options.keys.empty())
        return fail(ErrorCode::kInvalid, "wrong-use",
                    "Say where to: shopverse keys move --keys CONNINFO --data DIR, or "
                    "SHOPVERSE_KEYS.");
    Progress progress("Copying the keys");
    SHOP_TRY(done, move_keys({options.data, options.keys,
                              options.leave_damaged ? DamagedKeys::kLeave : DamagedKeys::kRefuse},
                             [&](std::uint64_t copied, std::uint64_t whole) {
                                 progress.show(copied, whole);
                             }));
    for (const std::uint64_t number : done.damaged)
        print_warning(fmt::format("Key {} is damaged, and was left in keys.moved.", number));
    const Moved moved{done.persons, done.tokens, std::ssize(done.damaged)};
    progress.end(static_cast<std::uint64_t>(moved.persons + moved.tokens));
    print_answer(options.json
                     ? json::to_json(moved, json::Defaults::kWrite)
                     : fmt::format("{} keys of persons and {} of tokens are in the database now. "
                                   "Start the shop with --keys, and delete keys.moved: keys that "
                                   "are destroyed from now on are still in there.",
                                   moved.persons, moved.tokens));
    return {};
}

}  // namespace

extern const Command kKeysMoveCommand;
const Command kKeysMoveCommand{"keys move", "takes the keys of a closed shop into a database",
                               &help_of<MoveOptions>, &run_move};

}  // namespace shop::api
