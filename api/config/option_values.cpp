#include "api/config/option_values.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <string>

namespace shop::api {
namespace {

bool is_ip_address(int family, const std::string& text) {
    in6_addr room{};
    return ::inet_pton(family, text.c_str(), &room) == 1;
}

bool is_port(std::string_view text) {
    unsigned port = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    return error == std::errc() && end == text.data() + text.size() && port >= 1 && port <= 65'535;
}

bool is_host(std::string_view text) {
    if (text.starts_with('[') && text.ends_with(']'))
        return is_ip_address(AF_INET6, std::string(text.substr(1, text.size() - 2)));
    return !text.empty() && std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '-' || c == '.';
    });
}

// "shop.local", "shop.local:8080", "[::1]:8080"
bool is_authority(std::string_view text) {
    if (is_host(text)) return true;
    const std::size_t colon = text.rfind(':');
    return colon != text.npos && is_host(text.substr(0, colon)) && is_port(text.substr(colon + 1));
}

}  // namespace

std::string_view takes_ip_address(std::string_view text) {
    const std::string address(text);
    const bool is_one = is_ip_address(AF_INET, address) || is_ip_address(AF_INET6, address);
    return is_one ? "" : "an IPv4 or IPv6 address";
}

std::string_view takes_ip_address_and_port(std::string_view text) {
    const std::size_t colon = text.rfind(':');
    const bool is_one = colon != text.npos &&
                        is_ip_address(AF_INET, std::string(text.substr(0, colon))) &&
                        is_port(text.substr(colon + 1));
    return is_one ? "" : "an IPv4 address and a port such as 127.0.0.1:8090";
}

std::string_view takes_place_to_listen(std::string_view text) {
    const bool takes_any_port = text.ends_with(":0");
    const std::string some = std::string(text.substr(0, text.size() - (takes_any_port ? 1 : 0)));
    return takes_ip_address_and_port(takes_any_port ? some + "1" : some);
}

std::string_view takes_origin(std::string_view text) {
    for (const std::string_view scheme : {"http://", "https://"})
        if (text.starts_with(scheme) && is_authority(text.substr(scheme.size()))) return "";
    return "an address such as http://shop.local:8080, without a path";
}

std::string_view takes_host_name(std::string_view text) {
    return is_host(text) ? "" : "the name or address of a machine";
}

std::string_view takes_folder(std::string_view text) {
    return text.empty() ? "a folder" : "";
}

std::string_view takes_absolute_folder(std::string_view text) {
    return text.starts_with('/') ? "" : "a folder's whole path, from /";
}

}  // namespace shop::api
