// shopverse attention: what somebody has to look at in a running shop.
#include <fmt/format.h>

#include <array>

#include "api/admin_client.hpp"
#include "api/commands/command.hpp"
#include "core/json/decode.hpp"
#include "core/json/encode.hpp"
#include "events/effects/attention.hpp"

namespace shop::api {
namespace {

struct AttentionOptions {
    std::string data = "var";
    bool json = false;
    static constexpr std::array kHelp = {OptionHelp{"data", "DIR", "the shop's data folder"},
                                         OptionHelp{"json", "", "one JSON document a line"}};
};
SHOP_DESCRIBE(AttentionOptions, data, json)

// A page of the admin API's answer.
struct Page {
    std::vector<AttentionItem> items;
    std::optional<std::string> next;
};
SHOP_DESCRIBE(Page, items, next)

std::string line_of(const AttentionItem& item) {
    return fmt::format("{}  since {}\n  {}", item.stream.to_string(), to_rfc3339(item.since),
                       item.reason);
}

Status run(Words words) {
    SHOP_TRY(options, read_options<AttentionOptions>(words));
    SHOP_TRY(client, AdminClient::find(options.data));
    AdminCall call{.target = "/api/v1/admin/attention"};
    for (;;) {
        SHOP_TRY(answer, client.ask(call));
        SHOP_TRY(page, json::from_json<Page>(answer, json::Missing::kIsDefault));
        for (const AttentionItem& item : page.items)
            print_answer(options.json ? json::to_json(item, json::Defaults::kWrite)
                                      : line_of(item));
        if (!page.next) return {};
        call.target = "/api/v1/admin/attention?cursor=" + *page.next;
    }
}

}  // namespace

extern const Command kAttentionCommand;
const Command kAttentionCommand{"attention", "lists what somebody has to look at",
                                &help_of<AttentionOptions>, &run};

}  // namespace shop::api
