#include "events/keys/erasures.hpp"

#include <fstream>
#include <unordered_set>

#include "core/json/decode.hpp"
#include "core/json/encode.hpp"
#include "events/keys/key_store.hpp"
#include "events/keys/private_file.hpp"

namespace shop {
namespace {

namespace fs = std::filesystem;

using Lines = std::vector<std::string>;

Result<Lines> read_lines(const fs::path& file) {
    Lines lines;
    std::error_code error;
    if (!fs::exists(file, error) && !error) return lines;
    std::ifstream in(file, std::ios::binary);
    if (!in || error)
        return fail(ErrorCode::kUnavailable, "disk-failed",
                    "Cannot read " + file.string() + ". Check the disk and who may read it.");
    for (std::string line; std::getline(in, line);) lines.push_back(std::move(line));
    return lines;
}

// The file then has its lines and, behind them, those of `lines` that it lacked.
Status add_lines(const fs::path& file, const Lines& lines) {
    SHOP_TRY(all, read_lines(file));
    const std::size_t before = all.size();
    std::unordered_set<std::string> there(all.begin(), all.end());
    for (const std::string& line : lines)
        if (there.insert(line).second) all.push_back(line);
    std::error_code ignored;
    if (all.size() == before && fs::exists(file, ignored)) return {};
    std::string text;
    for (const std::string& line : all) text += line + '\n';
    return write_private(file, text);
}

}  // namespace

Result<std::vector<Erasure>> read_erasures(const fs::path& file) {
    SHOP_TRY(lines, read_lines(file));
    std::vector<Erasure> erasures;
    for (const std::string& line : lines) {
        auto erasure = json::from_json<Erasure>(line, json::Missing::kIsDefault);
        if (!erasure)
            return fail(ErrorCode::kCorrupt, "damaged-erasures",
                        "Line " + std::to_string(erasures.size() + 1) + " of " + file.string() +
                            " is damaged. Take the file from another copy: one lies beside each "
                            "backup.");
        erasures.push_back(std::move(*erasure));
    }
    return erasures;
}

Status destroy_keys(KeyStore& keys, std::span<const Erasure> erasures) {
    std::vector<std::string> all;
    for (const Erasure& erasure : erasures)
        all.insert(all.end(), erasure.keys.begin(), erasure.keys.end());
    return keys.destroy(all);
}

Result<std::vector<Erasure>> Erasures::all() const {
    const std::lock_guard lock(mutex_);
    return read_erasures(folder_ / "list");
}

Result<std::vector<fs::path>> Erasures::add(std::span<const Erasure> erasures) {
    const std::lock_guard lock(mutex_);
    Lines lines;
    for (const Erasure& erasure : erasures)
        lines.push_back(json::to_json(erasure, json::Defaults::kOmit));
    SHOP_TRY_STATUS(make_private_folder(folder_));
    SHOP_TRY_STATUS(add_lines(folder_ / "list", lines));
    SHOP_TRY(listed, read_lines(folder_ / "list"));
    SHOP_TRY(copies, read_lines(folder_ / "copies"));
    std::vector<fs::path> failed;
    for (const std::string& copy : copies)
        if (!add_lines(fs::path(copy) / kCopy, listed)) failed.emplace_back(copy);
    return failed;
}

Status Erasures::keep_copy_in(const fs::path& folder) {
    const std::lock_guard lock(mutex_);
    SHOP_TRY_STATUS(make_private_folder(folder_));
    SHOP_TRY(listed, read_lines(folder_ / "list"));
    SHOP_TRY_STATUS(add_lines(folder / kCopy, listed));
    return add_lines(folder_ / "copies", {fs::absolute(folder).lexically_normal().string()});
}

Result<std::vector<fs::path>> carry_out(Erasures& erasures, KeyStore& keys,
                                        std::span<const Erasure> all) {
    SHOP_TRY(failed, erasures.add(all));
    SHOP_TRY_STATUS(destroy_keys(keys, all));
    return failed;
}

}  // namespace shop
