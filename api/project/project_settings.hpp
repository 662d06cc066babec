// The settings of `shopverse project run`: those of `serve` that it needs, and none besides.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "api/config/shared_options.hpp"
#include "api/event_log.hpp"

namespace shop::api {

struct ProjectSettings {
    std::string log = "rocksdb";
    std::string kafka_settings;
    std::string postgres;
    std::string keys;
    std::string listen = "127.0.0.1";
    std::int64_t port = 0;
    bool verbose = false;

    static constexpr std::array kHelp = {
        OptionHelp{.member = "log",
                   .value = "LOG",
                   .text = "where events are: kafka://host:port,host:port",
                   .takes = &takes_event_log},
        kKafkaSettingsHelp,
        OptionHelp{"postgres", "CONNINFO", "Postgres for the views, as libpq takes it"},
        OptionHelp{
            "keys", "CONNINFO",
            "Postgres for the shop's keys: orders are found by e-mail addresses, which views "
            "hold as hashes"},
        kListenHelp,
        kPortHelp,
        kVerboseHelp,
    };
};
SHOP_DESCRIBE(ProjectSettings, log, kafka_settings, postgres, keys, listen, port, verbose)

// kInvalid "wrong-use": names what is missing, or says why there is nothing to do.
Status require_whole(const ProjectSettings& settings);

}  // namespace shop::api
