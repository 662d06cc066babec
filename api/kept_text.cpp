#include "api/kept_text.hpp"

#include "events/keys/private_file.hpp"

namespace shop::api {
namespace {

class TextFile final : public KeptText {
  public:
    explicit TextFile(std::filesystem::path file) : file_(std::move(file)) {}

    Result<std::optional<std::string>> read() override { return read_private(file_); }

    Result<bool> replace(const std::optional<std::string>& before,
                         const std::string& text) override {
        SHOP_TRY(now, read());
        if (now != before) return false;
        SHOP_TRY_STATUS(write_private(file_, text));
        return true;
    }

  private:
    const std::filesystem::path file_;
};

}  // namespace

std::unique_ptr<KeptText> kept_in_file(std::filesystem::path file) {
    return std::make_unique<TextFile>(std::move(file));
}

}  // namespace shop::api
