// shopverse version
#include "api/version.hpp"

#include "api/commands/command.hpp"
#include "core/json/encode.hpp"
#include "events/record.hpp"
#include "events/schema_level.hpp"

namespace shop::api {
namespace {

struct VersionOptions {
    bool json = false;
    static constexpr std::array kHelp = {OptionHelp{"json", "", "answers in JSON"}};
};
SHOP_DESCRIBE(VersionOptions, json)

struct VersionAnswer {
    std::string version;
    std::int64_t event_schema_level = 0;
    std::int64_t data_level = 0;
};
SHOP_DESCRIBE(VersionAnswer, version, event_schema_level, data_level)

Status run(Words words) {
    SHOP_TRY(options, read_options<VersionOptions>(words));
    const VersionAnswer answer{std::string(kVersion), schema_level(), kDataLevel};
    print_answer(options.json ? json::to_json(answer, json::Defaults::kWrite)
                              : "shopverse " + answer.version);
    return {};
}

}  // namespace

extern const Command kVersionCommand;
const Command kVersionCommand{"version", "tells which version this is", &help_of<VersionOptions>,
                              &run};

}  // namespace shop::api
