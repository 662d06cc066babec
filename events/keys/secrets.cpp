#include "events/keys/secrets.hpp"

#include <fmt/format.h>

#include "core/base/digest.hpp"
#include "events/keys/private_file.hpp"

namespace shop {
namespace {

constexpr std::size_t kSecretBytes = 32;

std::unexpected<Error> missing(const std::filesystem::path& file) {
    return fail(ErrorCode::kCorrupt, "no-secret",
                fmt::format("{} is missing, and this shop has a log already; restore the folder "
                            "from the same backup as the log.",
                            file.string()));
}

Result<std::string> check(std::string text, const std::filesystem::path& file) {
    const auto bytes = from_base64url(text);
    if (!bytes || bytes->size() != kSecretBytes)
        return fail(ErrorCode::kCorrupt, "damaged-secret",
                    fmt::format("{} is damaged; restore it from a backup.", file.string()));
    return text;
}

}  // namespace

Result<std::string> load_secret(const std::filesystem::path& data, std::string_view name,
                                IfMissing if_missing) {
    const std::filesystem::path file = data / "secrets" / name;
    SHOP_TRY(found, read_private(file));
    if (found) return check(std::move(*found), file);
    if (if_missing == IfMissing::kRefuse) return missing(file);
    if (!std::filesystem::exists(data)) SHOP_TRY_STATUS(make_private_folder(data));
    SHOP_TRY_STATUS(make_private_folder(file.parent_path()));
    SHOP_TRY_STATUS(make_private(file, to_base64url(random_bytes(kSecretBytes))));
    SHOP_TRY(made, read_private(file));
    if (!made) return missing(file);
    return check(std::move(*made), file);
}

Result<Secrets> load_secrets(const std::filesystem::path& data, IfMissing if_missing) {
    SHOP_TRY(command_ids, load_secret(data, "command-ids", if_missing));
    SHOP_TRY(cart_tokens, load_secret(data, "cart-tokens", if_missing));
    SHOP_TRY(signing, load_secret(data, "signing", if_missing));
    return Secrets{std::move(command_ids), std::move(cart_tokens), std::move(signing)};
}

}  // namespace shop
