// How operators tell the processes of a shop from each other: "machine:4711".
#pragma once

#include <unistd.h>

#include <array>
#include <string>

namespace shop::api {

inline std::string process_name() {
    std::array<char, 41> host{};  // Postgres keeps 63 characters of it
    if (::gethostname(host.data(), host.size() - 1) != 0) host[0] = '?';
    return std::string(host.data()) + ":" + std::to_string(::getpid());
}

}  // namespace shop::api
