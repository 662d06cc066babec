// <data>/<name>.json tells where a running process of a data folder listens: "serve", "sandbox".
// Written once it does, removed at its end; after a kill -9 it may name a process that is gone.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/describe.hpp"
#include "core/base/result.hpp"

namespace shop::api {

struct ProcessFile {
    std::string address;  // of serve "http://127.0.0.1:8080", of sandbox "127.0.0.1:8090"
    std::int64_t pid = 0;
    std::optional<std::string> postgres = {};  // of serve: the views' database, as libpq takes it
};
SHOP_DESCRIBE(ProcessFile, address, pid, postgres)

// kUnavailable "not-running" if there is no such file, or its process has gone.
Result<ProcessFile> read_process_file(const std::filesystem::path& data, std::string_view name);

// Of this process, whatever `file` says of its id. Only its user may read it.
Status write_process_file(const std::filesystem::path& data, std::string_view name,
                          ProcessFile file);
void remove_process_file(const std::filesystem::path& data, std::string_view name);

}  // namespace shop::api
