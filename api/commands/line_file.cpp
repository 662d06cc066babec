#include "api/commands/line_file.hpp"

namespace shop::api {
namespace {

std::unexpected<Error> failed(const std::string& name) {
    return fail(ErrorCode::kUnavailable, "no-file",
                "The file " + name + " cannot be written. Is its disk full?");
}

}  // namespace

Result<LineFile> LineFile::open(const std::string& name) {
    if (name.empty()) return LineFile("", nullptr);
    std::FILE* const file = std::fopen(name.c_str(), "wb");
    if (file == nullptr) return failed(name);
    return LineFile(name, file);
}

void LineFile::write(std::string_view text) const {
    if (file_) std::fwrite(text.data(), 1, text.size(), file_.get());
}

Status LineFile::close() {
    if (!file_) return {};
    const bool is_whole = std::ferror(file_.get()) == 0;
    const bool is_closed = std::fclose(file_.release()) == 0;
    return is_whole && is_closed ? Status() : failed(name_);
}

}  // namespace shop::api
