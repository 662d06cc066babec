#include "api/sandbox/process_file.hpp"

#include "core/json/decode.hpp"
#include "core/json/encode.hpp"
#include "events/keys/private_file.hpp"
#include "events/keys/secrets.hpp"

namespace shop::sandbox {

namespace fs = std::filesystem;

Result<ProcessFile> read_process_file(const fs::path& data) {
    SHOP_TRY(text, read_private(data / "sandbox.json"));
    if (!text)
        return fail(ErrorCode::kUnavailable, "no-sandbox",
                    "No payment sandbox runs on " + data.string() +
                        "; start one with: shopverse sandbox --data " + data.string());
    return json::from_json<ProcessFile>(*text, json::Missing::kIsError);
}

Status write_process_file(const fs::path& data, const ProcessFile& file) {
    return write_private(data / "sandbox.json", json::to_json(file, json::Defaults::kWrite) + "\n");
}

void remove_process_file(const fs::path& data) {
    std::error_code ignored;
    fs::remove(data / "sandbox.json", ignored);
}

Result<std::string> load_webhook_secret(const fs::path& data) {
    return load_secret(data, "sandbox-webhook", IfMissing::kMake);
}

}  // namespace shop::sandbox
