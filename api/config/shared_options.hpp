// Settings that `serve` and `project run` have in common, and so the variables too.
#pragma once

#include "api/config/option_values.hpp"
#include "api/config/options.hpp"

namespace shop::api {

inline constexpr OptionHelp kListenHelp{.member = "listen",
                                        .value = "ADDRESS",
                                        .text = "IPv4 or IPv6 address to listen on",
                                        .takes = &takes_ip_address};
inline constexpr OptionHelp kPortHelp{
    .member = "port", .value = "N", .text = "port to listen on; 0 takes a free one", .max = 65'535};
inline constexpr OptionHelp kKafkaSettingsHelp{
    "kafka_settings", "FILE",
    "librdkafka's settings of the connection (TLS, SASL), name=value a line"};
inline constexpr OptionHelp kVerboseHelp{"verbose", "",
                                         "logs also what is of use to developers only"};

}  // namespace shop::api
