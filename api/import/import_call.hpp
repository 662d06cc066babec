// A catalog file sent to the running shop, and its report in words.
#pragma once

#include <functional>
#include <string>

#include "api/admin_client.hpp"
#include "core/base/result.hpp"

namespace shop::api {

struct ImportAnswer {
    std::string json;  // the shop's report
    std::string text;  // the same for people
    std::uint64_t accepted = 0;
    std::uint64_t refused = 0;  // rows
};

// `next_piece` gives the file piece by piece, nothing at its end. Blocks until the shop has dealt
// with all of it.
Result<ImportAnswer> import_products(const AdminClient& shop,
                                     std::function<std::string()> next_piece);

}  // namespace shop::api
