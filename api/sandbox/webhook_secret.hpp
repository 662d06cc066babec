// <data>/secrets/sandbox-webhook: what the sandbox and the shop share.
#pragma once

#include <filesystem>
#include <string>

#include "events/keys/secrets.hpp"

namespace shop::sandbox {

// Made, durably and with mode 600, by whoever needs it first.
inline Result<std::string> load_webhook_secret(const std::filesystem::path& data) {
    return load_secret(data, "sandbox-webhook", IfMissing::kMake);
}

}  // namespace shop::sandbox
