// shopverse project status | rebuild | swap | drop | resume: the versions of the views of a running
// shop, by any of its `serve` processes (project_run.cpp: those that feed views alone). A rebuild
// fills the next version beside the live one; swap makes it live; swapping back to the one before
// is the way back.
#include <fmt/format.h>

#include <array>
#include <map>

#include "api/admin_client.hpp"
#include "api/commands/command.hpp"
#include "core/json/decode.hpp"
#include "core/json/encode.hpp"
#include "projections/status.hpp"

namespace shop::api {
namespace {

using projections::VersionStatus;

constexpr std::string_view kPath = "/api/v1/admin/projections";
constexpr OptionHelp kDataHelp{"data", "DIR", "the shop's data folder"};
constexpr OptionHelp kViewHelp{"view", "NAME", "which view"};
constexpr OptionHelp kJsonHelp{"json", "", "answers in JSON"};

struct ViewOptions {
    std::string data = "var";
    std::string view = "storefront";
    bool json = false;
    static constexpr std::array kHelp = {kDataHelp, kViewHelp, kJsonHelp};
};
SHOP_DESCRIBE(ViewOptions, data, view, json)

struct VersionOptions {
    std::string data = "var";
    std::string view = "storefront";
    std::int64_t version = 0;
    bool json = false;
    static constexpr std::array kHelp = {
        kDataHelp, kViewHelp,
        OptionHelp{"version", "N",
                   "which version; by itself, swap takes the one being built, and resume the one "
                   "that stopped"},
        kJsonHelp};
};
SHOP_DESCRIBE(VersionOptions, data, view, version, json)

std::string line_of(const VersionStatus& status) {
    std::string line =
        fmt::format("{} version {}: {}, {} entries behind, {} dead letters", status.view,
                    status.version, enum_name(status.state), status.lag, status.dead_letters);
    if (!status.stopped.empty()) line += "\n  stopped: " + status.stopped;
    struct Part {
        std::string partitions;
        std::int64_t lag = 0;
    };
    std::map<std::string, Part> by_feeder;
    for (const projections::PartitionStatus& each : status.partitions) {
        Part& part = by_feeder[each.fed_by];
        part.partitions += (part.partitions.empty() ? "" : ", ") + each.partition;
        part.lag += each.lag;
    }
    for (const auto& [feeder, part] : by_feeder)
        line += fmt::format("\n  {}: {} entries behind, fed by {}", part.partitions, part.lag,
                            feeder.empty() ? "nobody" : feeder);
    return line;
}

Status show(const std::string& answer, bool as_json) {
    if (as_json) {
        print_answer(answer);
        return {};
    }
    SHOP_TRY(versions,
             json::from_json<projections::ViewVersions>(answer, json::Missing::kIsDefault));
    for (const VersionStatus& status : versions.items) print_answer(line_of(status));
    return {};
}

Status ask(const std::string& data, AdminCall call, bool as_json) {
    SHOP_TRY(client, AdminClient::find(data));
    SHOP_TRY(answer, client.ask(call));
    return show(answer, as_json);
}

Status run_status(Words words) {
    SHOP_TRY(options, read_options<ViewOptions>(words));
    return ask(options.data, {.target = std::string(kPath)}, options.json);
}

Status run_rebuild(Words words) {
    SHOP_TRY(options, read_options<ViewOptions>(words));
    return ask(options.data,
               {.method = "POST", .target = fmt::format("{}/{}/rebuild", kPath, options.view)},
               options.json);
}

Status change(Words words, std::string_view verb) {
    SHOP_TRY(options, read_options<VersionOptions>(words));
    return ask(options.data,
               {.method = "POST",
                .target = fmt::format("{}/{}/{}", kPath, options.view, verb),
                .content_type = "application/json",
                .body = fmt::format("{{\"version\":{}}}", options.version)},
               options.json);
}

Status run_swap(Words words) {
    return change(words, "swap");
}
Status run_drop(Words words) {
    SHOP_TRY(options, read_options<VersionOptions>(words));
    if (options.version == 0)
        return fail(ErrorCode::kInvalid, "wrong-use", "Say which version: --version N.");
    return change(words, "drop");
}
Status run_resume(Words words) {
    return change(words, "resume");
}

}  // namespace

extern const Command kProjectStatusCommand;
extern const Command kProjectRebuildCommand;
extern const Command kProjectSwapCommand;
extern const Command kProjectDropCommand;
extern const Command kProjectResumeCommand;
const Command kProjectStatusCommand{"project status", "shows how far each view has read",
                                    &help_of<ViewOptions>, &run_status};
const Command kProjectRebuildCommand{"project rebuild", "builds a view beside the live one",
                                     &help_of<ViewOptions>, &run_rebuild};
const Command kProjectSwapCommand{"project swap", "makes another version of a view live",
                                  &help_of<VersionOptions>, &run_swap};
const Command kProjectDropCommand{"project drop", "drops a version that is not live",
                                  &help_of<VersionOptions>, &run_drop};
const Command kProjectResumeCommand{"project resume", "lets a view go on that stopped",
                                    &help_of<VersionOptions>, &run_resume};

}  // namespace shop::api
