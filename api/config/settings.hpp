// The settings of `shopverse serve`: each is one member and one line of help here, and nothing else
// anywhere (options.hpp makes the flag and the variable of it).
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "api/config/shared_options.hpp"
#include "api/event_log.hpp"
#include "api/request_witness.hpp"

namespace shop::api {

struct Settings {
    std::string data = "var";
    std::string listen = "127.0.0.1";
    std::int64_t port = 8080;
    std::string origin;
    std::string log = "rocksdb";
    std::string kafka_settings;
    std::string postgres;
    std::string keys;
    std::string offices = "all";
    std::string peer_listen;
    std::string peer_address;
    bool follow_views = false;
    std::string sandbox;
    std::string backups = "/";
    std::int64_t io_threads = 0;
    bool no_page_cache = false;
    std::int64_t hot_streams = 16'000;
    std::int64_t snapshot_every = 100'000;
    std::int64_t key_guesses = 20;
    std::int64_t payment_tries = 100;
    std::int64_t payment_time = 900;
    AccessLog access_log = AccessLog::kFailed;
    bool verbose = false;

    static constexpr std::array kHelp = {
        OptionHelp{.member = "data",
                   .value = "DIR",
                   .text = "everything the shop keeps",
                   .takes = &takes_folder},
        kListenHelp,
        kPortHelp,
        OptionHelp{.member = "origin",
                   .value = "URL",
                   .text = "where shoppers reach the shop, if not at that address",
                   .takes = &takes_origin},
        OptionHelp{.member = "log",
                   .value = "LOG",
                   .text = "where events are: rocksdb, or kafka://host:port,host:port",
                   .takes = &takes_event_log},
        kKafkaSettingsHelp,
        OptionHelp{"postgres", "CONNINFO",
                   "Postgres for the views, as libpq takes it; none: no views"},
        OptionHelp{
            "keys", "CONNINFO",
            "Postgres for the keys of a shop of several processes; none: in the data folder"},
        OptionHelp{.member = "offices",
                   .value = "all|group|LIST",
                   .text =
                       "partitions this process serves: all; or, of several processes, what the "
                       "group of them gives it, or commerce-0,commerce-1,…",
                   .takes = &takes_offices},
        OptionHelp{.member = "peer_listen",
                   .value = "ADDRESS:PORT",
                   .text = "where other processes of the shop call this one; port 0: any free one",
                   .takes = &takes_place_to_listen},
        OptionHelp{.member = "peer_address",
                   .value = "ADDRESS:PORT",
                   .text = "how they reach it, if not at that address",
                   .takes = &takes_ip_address_and_port},
        OptionHelp{"follow_views", "",
                   "feeds no views, for other processes do: shopverse project run"},
        OptionHelp{.member = "sandbox",
                   .value = "ADDRESS",
                   .text = "the payment sandbox; without it the one of the data folder",
                   .takes = &takes_ip_address_and_port},
        OptionHelp{.member = "backups",
                   .value = "DIR",
                   .text = "the running shop makes backups below this folder only",
                   .takes = &takes_absolute_folder},
        OptionHelp{.member = "io_threads",
                   .value = "N",
                   .text = "threads that serve requests; 0: one for two cores",
                   .max = 64},
        OptionHelp{"no_page_cache", "", "every page is read from Postgres"},
        OptionHelp{.member = "hot_streams",
                   .value = "N",
                   .text = "carts, orders, … kept in memory, per partition",
                   .min = 1,
                   .max = 100'000'000},
        OptionHelp{.member = "snapshot_every",
                   .value = "N",
                   .text = "entries of a partition from one snapshot to the next, of several "
                           "processes with Postgres; 0: no snapshots",
                   .max = 1'000'000'000},
        OptionHelp{.member = "key_guesses",
                   .value = "N",
                   .text = "wrong staff keys a minute that an address may send",
                   .min = 1,
                   .max = 1'000'000},
        OptionHelp{.member = "payment_tries",
                   .value = "N",
                   .text = "declined or undecided payments an hour of an address; 0: no limit",
                   .max = 1'000'000},
        // Operators are told of units that are held for long (stock::kHeldLong): no deadline is
        // later.
        OptionHelp{.member = "payment_time",
                   .value = "SECONDS",
                   .text = "how long a shopper has to pay, from the start of the checkout",
                   .min = 1,
                   .max = 3'000},
        OptionHelp{"access_log", "failed|all|none", "which requests are logged"},
        kVerboseHelp,
    };
};
SHOP_DESCRIBE(Settings, data, listen, port, origin, log, kafka_settings, postgres, keys, offices,
              peer_listen, peer_address, follow_views, sandbox, backups, io_threads, no_page_cache,
              hot_streams, snapshot_every, key_guesses, payment_tries, payment_time, access_log,
              verbose)

}  // namespace shop::api
