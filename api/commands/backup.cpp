// shopverse backup DIR | restore DIR: what must not be lost, copied out of a shop (which may run)
// and into an empty data folder (where none does).
#include "api/backup.hpp"

#include <array>

#include "api/admin_client.hpp"
#include "api/commands/command.hpp"
#include "api/event_log.hpp"
#include "api/system_clock.hpp"
#include "core/json/decode.hpp"
#include "core/json/encode.hpp"
#include "events/keys/erasures.hpp"

namespace shop::api {
namespace {

struct BackupOptions {
    std::string data = "var";
    bool json = false;
    static constexpr std::array kHelp = {OptionHelp{"data", "DIR", "the shop's data folder"},
                                         OptionHelp{"json", "", "answers in JSON"}};
};
SHOP_DESCRIBE(BackupOptions, data, json)

struct RestoreOptions {
    std::string data = "var";
    std::string erasures;
    bool json = false;
    static constexpr std::array kHelp = {
        OptionHelp{"data", "DIR", "the shop's data folder"},
        OptionHelp{"erasures", "FILE", "who was erased since; default: erasures beside the backup"},
        OptionHelp{"json", "", "answers in JSON"}};
};
SHOP_DESCRIBE(RestoreOptions, data, erasures, json)

template <class Options>
struct Arguments {
    Options options;
    std::filesystem::path folder;
};

template <class Options>
Result<Arguments<Options>> read_arguments(Words words, std::string_view usage) {
    std::vector<std::string_view> others;
    SHOP_TRY(options, read_options<Options>(words, look_up_environment, &others));
    if (others.size() != 1)
        return fail(ErrorCode::kInvalid, "wrong-use", "Say where: " + std::string(usage));
    std::error_code ignored;
    return Arguments<Options>{options, std::filesystem::absolute(others[0], ignored)};
}

void tell(bool in_json, const BackupManifest& manifest, std::string_view what) {
    if (in_json)
        print_answer(json::to_json(manifest, json::Defaults::kWrite));
    else
        print_answer(std::string(what) + " " + to_rfc3339(manifest.made_at));
}

Result<BackupManifest> ask(const AdminClient& shop, const std::filesystem::path& folder) {
    std::string body;
    json::Writer writer(body);
    writer.begin_object();
    writer.key("folder");
    writer.string(folder.string());
    writer.end_object();
    SHOP_TRY(answer, shop.ask({.method = "POST",
                               .target = "/api/v1/admin/backups",
                               .content_type = "application/json",
                               .body = body}));
    return json::from_json<BackupManifest>(answer, json::Missing::kIsDefault);
}

Result<BackupManifest> back_up_here(const std::filesystem::path& data,
                                    const std::filesystem::path& folder) {
    SHOP_TRY(opened, open_event_log(data));
    if (opened.embedded == nullptr) return std::unexpected(no_backup());
    Erasures erasures(data);
    return back_up({data, *opened.embedded, erasures}, SystemClock().now(), folder);
}

Status run_backup(Words words) {
    SHOP_TRY(arguments, read_arguments<BackupOptions>(words, "shopverse backup DIR --data DIR"));
    const auto shop = AdminClient::find(arguments.options.data);
    if (!shop && shop.error().type != "not-running") return std::unexpected(shop.error());
    const auto made = shop ? ask(*shop, arguments.folder)
                           : back_up_here(arguments.options.data, arguments.folder);
    if (!made) return std::unexpected(made.error());
    tell(arguments.options.json, *made, "backed up as of");
    return {};
}

Status run_restore(Words words) {
    SHOP_TRY(arguments, read_arguments<RestoreOptions>(words, "shopverse restore DIR --data DIR"));
    SHOP_TRY(restored,
             restore({arguments.folder, arguments.options.erasures}, arguments.options.data));
    if (restored.uncopied)
        print_warning("Who is erased from now on is not listed beside the backup: " +
                      restored.uncopied->message +
                      " Should it be restored once more, name this shop's own list with "
                      "--erasures.");
    tell(arguments.options.json, restored.manifest, "restored as of");
    return {};
}

}  // namespace

extern const Command kBackupCommand, kRestoreCommand;
const Command kBackupCommand{"backup", "copies what must not be lost to a new folder",
                             &help_of<BackupOptions>, &run_backup};
const Command kRestoreCommand{"restore", "makes a data folder of a backup",
                              &help_of<RestoreOptions>, &run_restore};

}  // namespace shop::api
