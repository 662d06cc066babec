#include "api/erase_keys.hpp"

namespace shop::api {

Status erase_keys(const ErasingParts& parts, std::span<const Erasure> erasures) {
    SHOP_TRY(failed, carry_out(parts.list, parts.keys, erasures));
    for (const auto& folder : failed)
        parts.log.warn(
            "The list of erasures could not be copied; a backup there, if it is "
            "restored, must be given the shop's own list.",
            {{"file.path", folder.string()}});
    return {};
}

}  // namespace shop::api
