// The one file that an import command names, read in pieces. One thread.
#pragma once

#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.hpp"

namespace shop::api {

class InputFile {
  public:
    // `-` is standard input. kInvalid "wrong-use" if not one file is named, with `usage`; kNotFound
    // "no-file" if it cannot be read.
    static Result<InputFile> open(const std::vector<std::string_view>& files,
                                  std::string_view usage);

    // Nothing at the end.
    std::string next_piece() const;
    // 0 if it is not known, as of a pipe.
    std::uint64_t size() const;

  private:
    InputFile(std::string name, std::shared_ptr<std::FILE> file)
        : name_(std::move(name)), file_(std::move(file)) {}

    std::string name_;
    std::shared_ptr<std::FILE> file_;
};

}  // namespace shop::api
