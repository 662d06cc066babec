// A folder of a test's own, gone at its end.
#pragma once

#include <filesystem>
#include <string>

#include "core/base/digest.hpp"

namespace shop::tests {

struct TempFolder {
    std::filesystem::path path =
        std::filesystem::temp_directory_path() / ("shopverse-" + to_base64url(random_bytes(9)));
    TempFolder() { std::filesystem::create_directory(path); }
    ~TempFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path, ignored);
    }
    TempFolder(const TempFolder&) = delete;
    TempFolder& operator=(const TempFolder&) = delete;
};

}  // namespace shop::tests
