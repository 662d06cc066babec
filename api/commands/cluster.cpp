// shopverse cluster status: who serves which partition of a running shop's log.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "api/admin_client.hpp"
#include "api/cluster_status.hpp"
#include "api/commands/command.hpp"
#include "core/json/decode.hpp"
#include "core/json/encode.hpp"

namespace shop::api {
namespace {

struct ClusterOptions {
    std::string data = "var";
    bool json = false;
    static constexpr std::array kHelp = {OptionHelp{"data", "DIR", "the shop's data folder"},
                                         OptionHelp{"json", "", "answers in JSON"}};
};
SHOP_DESCRIBE(ClusterOptions, data, json)

constexpr std::size_t kColumns = 7;
using Row = std::array<std::string, kColumns>;

template <class T>
std::string text_of(const std::optional<T>& value) {
    return value ? fmt::format("{}", *value) : "-";
}

std::string time_of(const std::optional<Time>& time) {
    if (!time) return "-";
    return to_rfc3339(*time).substr(0, std::string_view("2026-11-28T00:00:00").size()) + "Z";
}

std::string owner_of(const ClusterView& view, const PartitionStatus& status) {
    if (!status.owner) return "nobody known";
    if (!status.here) return *status.owner;
    return view.is_one_of_several ? *status.owner + " (this)" : "this process";
}

Row row_of(const ClusterView& view, const PartitionStatus& status) {
    return {status.partition,
            owner_of(view, status),
            text_of(status.term),
            time_of(status.since),
            fmt::format("{}", status.entries),
            fmt::format("{}", status.state_lag),
            text_of(status.view_lag)};
}

std::string table_of(const ClusterView& view) {
    std::vector<Row> rows = {
        {"partition", "served by", "term", "since", "entries", "not in state", "not in views"}};
    for (const PartitionStatus& status : view.partitions) rows.push_back(row_of(view, status));
    std::array<std::size_t, kColumns> widths{};
    for (const Row& row : rows)
        for (std::size_t i = 0; i < kColumns; ++i) widths[i] = std::max(widths[i], row[i].size());
    constexpr std::size_t kWords = 2;  // columns of words; the others are to the right
    std::string table;
    for (const Row& row : rows) {
        for (std::size_t i = 0; i < kColumns; ++i) {
            if (i > 0) table += "  ";
            table += i < kWords ? fmt::format("{:<{}}", row[i], widths[i])
                                : fmt::format("{:>{}}", row[i], widths[i]);
        }
        table += '\n';
    }
    return table;
}

std::string others_of(const ClusterView& view) {
    std::string others;
    for (const PeerStatus& peer : view.peers)
        others +=
            fmt::format("{}{} ({})", others.empty() ? "" : ", ", peer.address, peer.partitions);
    return others.empty() ? "none" : others;
}

std::string summary_of(const ClusterView& view) {
    const auto here = std::ranges::count(view.partitions, true, &PartitionStatus::here);
    const auto nobody = std::ranges::count_if(
        view.partitions, [](const PartitionStatus& each) { return !each.owner; });
    std::string summary = fmt::format("This process{} serves {} of {} partitions.\n",
                                      view.is_one_of_several ? ", " + view.address + "," : "", here,
                                      view.partitions.size());
    if (view.is_one_of_several)
        summary += fmt::format("Others known, and how many they serve: {}.\n", others_of(view));
    if (nobody > 0)
        summary += fmt::format(
            "Nobody is known to serve {} of them: calls to those wait, and are then told 503.\n",
            nobody);
    return summary;
}

Status run(Words words) {
    SHOP_TRY(options, read_options<ClusterOptions>(words));
    SHOP_TRY(client, AdminClient::find(options.data));
    SHOP_TRY(answer, client.ask({.target = "/api/v1/admin/cluster"}));
    if (options.json) {
        print_answer(answer);
        return {};
    }
    SHOP_TRY(view, json::from_json<ClusterView>(answer, json::Missing::kIsDefault));
    print_answer(table_of(view) + "\n" + summary_of(view));
    return {};
}

}  // namespace

extern const Command kClusterStatusCommand;
const Command kClusterStatusCommand{"cluster status", "shows which process serves what",
                                    &help_of<ClusterOptions>, &run};

}  // namespace shop::api
