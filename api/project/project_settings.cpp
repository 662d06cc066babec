#include "api/project/project_settings.hpp"

#include <fmt/format.h>

namespace shop::api {

Status require_whole(const ProjectSettings& settings) {
    if (settings.log == "rocksdb")
        return fail(ErrorCode::kInvalid, "wrong-use",
                    "A log that is embedded in a data folder is read by `shopverse serve` alone, "
                    "which feeds its views itself. For a shop on Kafka give --log "
                    "kafka://host:port.");
    std::string missing;
    const auto need = [&](const std::string& value, std::string_view what) {
        if (value.empty()) missing += fmt::format("{}{}", missing.empty() ? "" : ", ", what);
    };
    need(settings.postgres, "--postgres CONNINFO");
    need(settings.keys, "--keys CONNINFO");
    if (missing.empty()) return {};
    return fail(ErrorCode::kInvalid, "wrong-use",
                fmt::format("Views cannot be fed without {}.", missing));
}

}  // namespace shop::api
