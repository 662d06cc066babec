#include "api/sandbox/process_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>

#include "core/base/digest.hpp"
#include "core/json/decode.hpp"
#include "core/json/encode.hpp"

namespace shop::sandbox {
namespace {

namespace fs = std::filesystem;

std::unexpected<Error> file_error(std::string_view doing, const fs::path& file) {
    return fail(
        ErrorCode::kUnavailable, "sandbox-file",
        "Cannot " + std::string(doing) + " " + file.string() + ": " + std::strerror(errno) + ".");
}

std::optional<std::string> read_whole(const fs::path& file) {
    const std::ifstream in(file, std::ios::binary);
    if (!in) return std::nullopt;
    std::ostringstream text;
    text << in.rdbuf();
    return std::move(text).str();
}

// Whole or not at all, under a name of its own until it is synced.
Status write_private(const fs::path& file, std::string_view text) {
    const int fd = ::open(file.c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);
    if (fd < 0) return file_error("write", file);
    const bool written = ::write(fd, text.data(), text.size()) == std::ssize(text);
    const bool synced = written && ::fsync(fd) == 0;
    ::close(fd);
    if (!synced) return file_error("write", file);
    return {};
}

fs::path own_name(const fs::path& file) {
    return file.string() + "." + std::to_string(::getpid());
}

}  // namespace

Result<ProcessFile> read_process_file(const fs::path& data) {
    const auto text = read_whole(data / "sandbox.json");
    if (!text)
        return fail(ErrorCode::kUnavailable, "no-sandbox",
                    "No payment sandbox runs on " + data.string() +
                        "; start one with: shopverse sandbox --data " + data.string());
    return json::from_json<ProcessFile>(*text, json::Missing::kIsError);
}

Status write_process_file(const fs::path& data, const ProcessFile& file) {
    const fs::path path = data / "sandbox.json";
    const fs::path own = own_name(path);
    SHOP_TRY_STATUS(write_private(own, json::to_json(file, json::Defaults::kWrite) + "\n"));
    if (::rename(own.c_str(), path.c_str()) != 0) return file_error("rename", own);
    return {};
}

void remove_process_file(const fs::path& data) {
    std::error_code ignored;
    fs::remove(data / "sandbox.json", ignored);
}

Result<std::string> load_webhook_secret(const fs::path& data) {
    const fs::path path = data / "secrets" / "sandbox-webhook";
    if (const auto secret = read_whole(path); secret && secret->size() >= 32) return *secret;
    std::error_code failed;
    fs::create_directories(path.parent_path(), failed);
    fs::permissions(path.parent_path(), fs::perms::owner_all, failed);
    const fs::path own = own_name(path);
    SHOP_TRY_STATUS(write_private(own, to_base64url(random_bytes(32))));
    // A link, unlike a rename, leaves a secret alone that another process has made meanwhile.
    const bool linked = ::link(own.c_str(), path.c_str()) == 0 || errno == EEXIST;
    ::unlink(own.c_str());
    if (!linked) return file_error("make", path);
    const auto secret = read_whole(path);
    if (!secret) return file_error("read", path);
    return *secret;
}

}  // namespace shop::sandbox
