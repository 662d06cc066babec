// The plain pages the program serves itself: files of this folder, held by the program
// (cmake/embed.cmake writes the source behind this).
#pragma once

#include <span>
#include <string_view>

namespace shop::api {

struct Page {
    std::string_view name;  // "docs.html"
    std::string_view text;
};

std::span<const Page> all_pages();

}  // namespace shop::api
