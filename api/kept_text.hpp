// One small text that is kept durably, for whatever several programs may change: in a file of the
// data folder, or in the database that the processes of a shop share.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "core/base/result.hpp"

namespace shop::api {

// Thread-safe.
class KeptText {
  public:
    virtual ~KeptText() = default;

    // Nothing if it was never written.
    virtual Result<std::optional<std::string>> read() = 0;
    // Durable when it returns. False, and nothing is changed, if it is no longer `before`.
    virtual Result<bool> replace(const std::optional<std::string>& before,
                                 const std::string& text) = 0;
};

// A file with mode 600. Of two programs that replace it at the same moment the later one wins.
std::unique_ptr<KeptText> kept_in_file(std::filesystem::path file);

}  // namespace shop::api
