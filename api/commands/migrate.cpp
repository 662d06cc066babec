// shopverse migrate: brings the views' database to the schema this program needs. serve does the
// same at its start.
#include "projections/migrate.hpp"

#include <array>

#include "api/commands/command.hpp"
#include "core/json/encode.hpp"
#include "projections/postgres/database.hpp"

namespace shop::api {
namespace {

struct MigrateOptions {
    std::string postgres;
    bool json = false;
    static constexpr std::array kHelp = {
        OptionHelp{"postgres", "CONNINFO", "the database, as libpq takes it"},
        OptionHelp{"json", "", "answers in JSON"}};
};
SHOP_DESCRIBE(MigrateOptions, postgres, json)

Status run(Words words) {
    SHOP_TRY(options, read_options<MigrateOptions>(words));
    if (options.postgres.empty())
        return fail(ErrorCode::kInvalid, "wrong-use", "--postgres is needed.");
    SHOP_TRY(database, postgres::Database::connect(options.postgres));
    SHOP_TRY(applied, projections::migrate(database));
    if (options.json) {
        print_answer(json::to_json(applied, json::Defaults::kWrite));
        return {};
    }
    for (const std::string& name : applied) print_answer("applied " + name);
    if (applied.empty()) print_answer("nothing to do");
    return {};
}

}  // namespace

extern const Command kMigrateCommand;
const Command kMigrateCommand{"migrate", "brings the views' database up to date",
                              &help_of<MigrateOptions>, &run};

}  // namespace shop::api
