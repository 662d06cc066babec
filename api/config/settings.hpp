// The settings of `shopverse serve`: each is one member and one line of help here, and nothing else
// anywhere (options.hpp makes the flag and the variable of it).
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "api/config/options.hpp"
#include "api/request_witness.hpp"

namespace shop::api {

struct Settings {
    std::string data = "var";
    std::string listen = "127.0.0.1";
    std::int64_t port = 8080;
    std::string origin;
    std::string postgres;
    std::string sandbox;
    std::string backups = "/";
    std::int64_t io_threads = 0;
    bool no_page_cache = false;
    std::int64_t hot_streams = 16'000;
    std::int64_t key_guesses = 20;
    std::int64_t payment_tries = 100;
    AccessLog access_log = AccessLog::kFailed;
    bool verbose = false;

    static constexpr std::array kHelp = {
        OptionHelp{"data", "DIR", "everything the shop keeps"},
        OptionHelp{"listen", "ADDRESS", "IPv4 or IPv6 address to listen on"},
        OptionHelp{"port", "N", "port to listen on; 0 takes a free one"},
        OptionHelp{"origin", "URL", "where shoppers reach the shop, if not at that address"},
        OptionHelp{"postgres", "CONNINFO",
                   "Postgres for the views, as libpq takes it; none: no views"},
        OptionHelp{"sandbox", "ADDRESS",
                   "the payment sandbox; without it the one of the data folder"},
        OptionHelp{"backups", "DIR", "the running shop makes backups below this folder only"},
        OptionHelp{"io_threads", "N", "threads that serve requests; 0: one for two cores"},
        OptionHelp{"no_page_cache", "", "every page is read from Postgres"},
        OptionHelp{"hot_streams", "N", "carts, orders, … kept in memory, per partition"},
        OptionHelp{"key_guesses", "N", "wrong staff keys a minute that an address may send"},
        OptionHelp{"payment_tries", "N",
                   "declined or undecided payments an hour of an address; 0: no limit"},
        OptionHelp{"access_log", "failed|all|none", "which requests are logged"},
        OptionHelp{"verbose", "", "logs also what is of use to developers only"},
    };
};
SHOP_DESCRIBE(Settings, data, listen, port, origin, postgres, sandbox, backups, io_threads,
              no_page_cache, hot_streams, key_guesses, payment_tries, access_log, verbose)

}  // namespace shop::api
