// A catalog file sent to the running shop, and its report in words.
#pragma once

#include <functional>
#include <string>

#include "api/admin_client.hpp"
#include "core/base/result.hpp"

namespace shop::api {

struct ImportCall {
    bool dry_run = false;
    std::function<std::string()> next_piece;  // of the file; nothing at its end
};

struct ImportAnswer {
    std::string json;  // the shop's report
    std::string text;  // the same for people
    std::uint64_t accepted = 0;
    std::uint64_t refused = 0;  // rows
};

// Blocks until the shop has dealt with all of the file.
Result<ImportAnswer> import_products(const AdminClient& shop, ImportCall call);

}  // namespace shop::api
