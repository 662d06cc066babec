#include "api/commands/input_file.hpp"

#include <filesystem>

namespace shop::api {
namespace {

constexpr std::size_t kPieceBytes = 65'536;

}  // namespace

Result<InputFile> InputFile::open(const std::vector<std::string_view>& files,
                                  std::string_view usage) {
    if (files.size() != 1)
        return fail(ErrorCode::kInvalid, "wrong-use", "Name one file: " + std::string(usage) + ".");
    std::string name(files.front());
    std::shared_ptr<std::FILE> file(name == "-" ? stdin : std::fopen(name.c_str(), "rb"),
                                    [](std::FILE* open) {
                                        if (open != nullptr) std::fclose(open);
                                    });
    if (!file)
        return fail(ErrorCode::kNotFound, "no-file", "The file " + name + " cannot be read.");
    return InputFile(std::move(name), std::move(file));
}

std::string InputFile::next_piece() const {
    std::string piece(kPieceBytes, '\0');
    piece.resize(std::fread(piece.data(), 1, piece.size(), file_.get()));
    return piece;
}

std::uint64_t InputFile::size() const {
    std::error_code error;
    const auto size = std::filesystem::file_size(name_, error);
    return error ? 0 : size;
}

}  // namespace shop::api
