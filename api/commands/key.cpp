// shopverse key new | list | revoke: the keys of staff. They work on the file, or the database,
// alone; a running shop sees the change within a second.
#include <array>
#include <filesystem>

#include "api/commands/command.hpp"
#include "api/keys/keys_schema.hpp"
#include "api/keys/postgres_shelf.hpp"
#include "api/keys_place.hpp"
#include "api/staff_keys.hpp"
#include "api/system_clock.hpp"
#include "core/json/encode.hpp"

namespace shop::api {
namespace {

constexpr OptionHelp kDataHelp{"data", "DIR", "the shop's data folder"};
constexpr OptionHelp kKeysHelp{"keys", "CONNINFO",
                               "the same as `serve --keys`, of a shop of several processes"};
constexpr OptionHelp kJsonHelp{"json", "", "answers in JSON"};

struct KeyNewOptions {
    std::string data = "var";
    std::string keys;
    std::string name;
    std::string role;
    bool json = false;
    static constexpr std::array kHelp = {
        kDataHelp, kKeysHelp, OptionHelp{"name", "NAME", "whose key it is"},
        OptionHelp{"role", "ROLE", "staff, operator or auditor; several by commas"}, kJsonHelp};
};
SHOP_DESCRIBE(KeyNewOptions, data, keys, name, role, json)

struct KeyListOptions {
    std::string data = "var";
    std::string keys;
    bool json = false;
    static constexpr std::array kHelp = {kDataHelp, kKeysHelp, kJsonHelp};
};
SHOP_DESCRIBE(KeyListOptions, data, keys, json)

// The keys, and where they are if that is not the data folder.
struct OpenKeys {
    std::unique_ptr<PostgresShelf> shelf;
    std::unique_ptr<StaffKeys> staff;
};

template <class Options>
Result<OpenKeys> open_keys(const Options& options, const Clock& clock) {
    OpenKeys opened;
    if (options.keys.empty()) {
        SHOP_TRY_STATUS(require_keys_here(options.data));
        SHOP_TRY(staff, StaffKeys::open(options.data, clock));
        opened.staff = std::move(staff);
        return opened;
    }
    SHOP_TRY(shelf, PostgresShelf::open(options.keys, clock, IfMissing::kRefuse));
    SHOP_TRY(staff, StaffKeys::open(options.data, clock, shelf->text(std::string(kStaffKeysText))));
    opened.shelf = std::move(shelf);
    opened.staff = std::move(staff);
    return opened;
}

// A key as it may be shown.
struct KeyLine {
    std::string id;
    std::string name;
    std::vector<Role> roles;
    Time created_at;
    std::optional<Time> revoked_at;
};
SHOP_DESCRIBE(KeyLine, id, name, roles, created_at, revoked_at)

Result<std::vector<Role>> parse_roles(std::string_view text) {
    std::vector<Role> roles;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(','), text.size());
        const auto role = find_enum<Role>(text.substr(0, end));
        if (!role)
            return fail(ErrorCode::kInvalid, "wrong-use",
                        "--role takes staff, operator or auditor, several by commas.");
        roles.push_back(*role);
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return roles;
}

std::string text_of(const std::vector<Role>& roles) {
    std::string text;
    for (const Role role : roles) text += (text.empty() ? "" : ",") + std::string(enum_name(role));
    return text;
}

Status run_new(Words words) {
    SHOP_TRY(options, read_options<KeyNewOptions>(words));
    SHOP_TRY(roles, parse_roles(options.role));
    const SystemClock clock;
    SHOP_TRY(keys, open_keys(options, clock));
    SHOP_TRY(made, keys.staff->add(options.name, roles));
    print_answer(options.json
                     ? json::to_json(made, json::Defaults::kWrite)
                     : made.id + "\n" + made.secret + "\nIt is shown this once; keep it well.");
    return {};
}

Status run_list(Words words) {
    SHOP_TRY(options, read_options<KeyListOptions>(words));
    const SystemClock clock;
    SHOP_TRY(keys, open_keys(options, clock));
    std::vector<KeyLine> lines;
    for (const StaffKey& key : keys.staff->list())
        lines.push_back({key.id, key.name, key.roles, key.created_at, key.revoked_at});
    if (options.json) {
        print_answer(json::to_json(lines, json::Defaults::kWrite));
        return {};
    }
    for (const KeyLine& line : lines)
        print_answer(line.id + "  " + text_of(line.roles) + "  " + line.name +
                     (line.revoked_at ? "  revoked " + to_rfc3339(*line.revoked_at) : ""));
    return {};
}

Status run_revoke(Words words) {
    std::vector<std::string_view> ids;
    SHOP_TRY(options, read_options<KeyListOptions>(words, look_up_environment, &ids));
    if (ids.size() != 1)
        return fail(ErrorCode::kInvalid, "wrong-use", "Say which key: shopverse key revoke ID.");
    const SystemClock clock;
    SHOP_TRY(keys, open_keys(options, clock));
    SHOP_TRY_STATUS(keys.staff->revoke(ids.front()));
    if (options.json) print_answer("{\"revoked\":true}");
    return {};
}

}  // namespace

extern const Command kKeyNewCommand, kKeyListCommand, kKeyRevokeCommand;
const Command kKeyNewCommand{"key new", "makes a staff key and shows it once",
                             &help_of<KeyNewOptions>, &run_new};
const Command kKeyListCommand{"key list", "lists the staff keys, without their secrets",
                              &help_of<KeyListOptions>, &run_list};
const Command kKeyRevokeCommand{"key revoke", "makes a staff key useless, by its id",
                                &help_of<KeyListOptions>, &run_revoke};

}  // namespace shop::api
