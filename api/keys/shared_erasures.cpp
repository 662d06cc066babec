#include "api/keys/shared_erasures.hpp"

#include <unordered_set>

#include "events/keys/line_list.hpp"
#include "events/keys/private_file.hpp"

namespace shop::api {

// Taken before given: what is taken need not be given.
Status SharedErasures::exchange() {
    SHOP_TRY(others, shelf_.erasures_after(taken_));
    if (!others.lines.empty()) {
        SHOP_TRY_STATUS(make_private_folder(list_.parent_path()));
        const auto added = append_missing(list_, others.lines);
        if (!added) return std::unexpected(added.error());
        taken_ = others.last;
    }
    SHOP_TRY(lines, read_lines(list_));
    if (lines.size() < given_) given_ = 0;  // somebody has put another one there
    Lines news(lines.begin() + static_cast<std::ptrdiff_t>(given_), lines.end());
    const std::unordered_set<std::string> known(others.lines.begin(), others.lines.end());
    std::erase_if(news, [&](const std::string& line) { return known.contains(line); });
    SHOP_TRY_STATUS(shelf_.add_erasures(news));
    given_ = lines.size();
    return {};
}

}  // namespace shop::api
