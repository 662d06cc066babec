#include "api/process_file.hpp"

#include <signal.h>
#include <unistd.h>

#include <cerrno>

#include "core/json/decode.hpp"
#include "core/json/encode.hpp"
#include "events/keys/private_file.hpp"

namespace shop::api {
namespace {

std::filesystem::path path_of(const std::filesystem::path& data, std::string_view name) {
    return data / (std::string(name) + ".json");
}

bool is_running(std::int64_t pid) {
    return pid > 0 && (::kill(static_cast<pid_t>(pid), 0) == 0 || errno == EPERM);
}

}  // namespace

Result<ProcessFile> read_process_file(const std::filesystem::path& data, std::string_view name) {
    SHOP_TRY(text, read_private(path_of(data, name)));
    const auto not_running = [&] {
        return fail(ErrorCode::kUnavailable, "not-running",
                    "No shopverse " + std::string(name) + " runs on " + data.string() +
                        "; start one with: shopverse " + std::string(name) + " --data " +
                        data.string());
    };
    if (!text) return not_running();
    SHOP_TRY(file, json::from_json<ProcessFile>(*text, json::Missing::kIsError));
    if (!is_running(file.pid)) return not_running();
    return file;
}

Status write_process_file(const std::filesystem::path& data, std::string_view name,
                          ProcessFile file) {
    file.pid = ::getpid();
    return write_private(path_of(data, name), json::to_json(file, json::Defaults::kOmit) + "\n");
}

void remove_process_file(const std::filesystem::path& data, std::string_view name) {
    std::error_code ignored;
    std::filesystem::remove(path_of(data, name), ignored);
}

}  // namespace shop::api
