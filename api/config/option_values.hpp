// What the texts of options may be. Each function is for OptionHelp::takes: it gives nothing if the
// text will do, else what the option takes, as its refusal says it.
#pragma once

#include <string_view>

namespace shop::api {

// "127.0.0.1", "::1"
std::string_view takes_ip_address(std::string_view text);
// "127.0.0.1:8090"
std::string_view takes_ip_address_and_port(std::string_view text);
// The same, and "127.0.0.1:0" for any port that is free.
std::string_view takes_place_to_listen(std::string_view text);
// "https://shop.local:8080": no path, for paths are put behind it.
std::string_view takes_origin(std::string_view text);
// The same without scheme and port.
std::string_view takes_host_name(std::string_view text);
std::string_view takes_folder(std::string_view text);
// From the root: what is below it must not depend on where the program was started.
std::string_view takes_absolute_folder(std::string_view text);

}  // namespace shop::api
