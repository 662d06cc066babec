#include <array>

#include "api/commands/command.hpp"

namespace shop::api {

// A new command is its file, a declaration here, and its place in the list.
extern const Command kServeCommand;
extern const Command kSandboxCommand;
extern const Command kKeyNewCommand;
extern const Command kKeyListCommand;
extern const Command kKeyRevokeCommand;
extern const Command kKeysMoveCommand;
extern const Command kMigrateCommand;
extern const Command kImportProductsCommand;
extern const Command kImportHistoryCommand;
extern const Command kDemoCatalogCommand;
extern const Command kDemoYearCommand;
extern const Command kDemoCheckCommand;
extern const Command kLogReadCommand;
extern const Command kLogTailCommand;
extern const Command kLogMoveCommand;
extern const Command kBackupCommand;
extern const Command kRestoreCommand;
extern const Command kProjectRunCommand;
extern const Command kProjectStatusCommand;
extern const Command kProjectRebuildCommand;
extern const Command kProjectSwapCommand;
extern const Command kProjectDropCommand;
extern const Command kProjectResumeCommand;
extern const Command kAttentionCommand;
extern const Command kClusterStatusCommand;
extern const Command kVersionCommand;

std::span<const Command* const> all_commands() {
    static constexpr std::array kAll = {
        &kServeCommand,         &kSandboxCommand,        &kKeyNewCommand,
        &kKeyListCommand,       &kKeyRevokeCommand,      &kKeysMoveCommand,
        &kMigrateCommand,       &kImportProductsCommand, &kImportHistoryCommand,
        &kDemoCatalogCommand,   &kDemoYearCommand,       &kDemoCheckCommand,
        &kLogReadCommand,       &kLogTailCommand,        &kLogMoveCommand,
        &kBackupCommand,        &kRestoreCommand,        &kProjectRunCommand,
        &kProjectStatusCommand, &kProjectRebuildCommand, &kProjectSwapCommand,
        &kProjectDropCommand,   &kProjectResumeCommand,  &kAttentionCommand,
        &kClusterStatusCommand, &kVersionCommand,
    };
    return kAll;
}

}  // namespace shop::api
