// <data>/sandbox.json tells where the sandbox of a data folder listens, and
// <data>/secrets/sandbox-webhook holds the secret that it and the shop share.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "core/base/describe.hpp"
#include "core/base/result.hpp"

namespace shop::sandbox {

struct ProcessFile {
    std::string address;  // "127.0.0.1:8090"
    std::int64_t pid = 0;
};
SHOP_DESCRIBE(ProcessFile, address, pid)

// kUnavailable if there is no such file, or it cannot be read.
Result<ProcessFile> read_process_file(const std::filesystem::path& data);
Status write_process_file(const std::filesystem::path& data, const ProcessFile& file);
void remove_process_file(const std::filesystem::path& data);

// The shared secret; made, durably and with mode 600, by whoever needs it first.
Result<std::string> load_webhook_secret(const std::filesystem::path& data);

}  // namespace shop::sandbox
