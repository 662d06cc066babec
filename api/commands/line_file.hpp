// A text file that a command writes line by line; nothing is written if it has no name. One thread.
#pragma once

#include <cstdio>
#include <memory>
#include <string>
#include <string_view>

#include "core/base/result.hpp"

namespace shop::api {

class LineFile {
  public:
    // kUnavailable "no-file", as close().
    static Result<LineFile> open(const std::string& name);

    explicit operator bool() const { return file_ != nullptr; }
    void write(std::string_view text) const;
    Status close();

  private:
    LineFile(std::string name, std::FILE* file)
        : name_(std::move(name)), file_(file, &std::fclose) {}

    std::string name_;
    std::unique_ptr<std::FILE, decltype(&std::fclose)> file_;
};

}  // namespace shop::api
