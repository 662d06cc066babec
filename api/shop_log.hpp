// The log of a data folder for sub-commands that look into it: through the running shop if there is
// one, else opened here. Blocks; one thread.
#pragma once

#include <filesystem>
#include <memory>

#include "core/base/result.hpp"
#include "events/log.hpp"

namespace shop::api {

// A log to read; nothing may be appended to it. kUnavailable or kNotFound if `data` has none.
Result<std::unique_ptr<Log>> open_shop_log(const std::filesystem::path& data);

}  // namespace shop::api
