#include "events/keys/erasures.hpp"

#include <algorithm>

#include "core/json/decode.hpp"
#include "core/json/encode.hpp"
#include "events/keys/key_store.hpp"
#include "events/keys/private_file.hpp"

namespace shop {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMonthsKept = 14;
constexpr std::size_t kKeysPerLine = 500;
constexpr std::string_view kMonth = ".0000-00";  // behind a list's name

std::string month_of(Time now) {
    return "." + to_rfc3339(now).substr(0, kMonth.size() - 1);
}

bool is_month(std::string_view text) {
    return std::ranges::equal(text, kMonth, [](char c, char pattern) {
        return pattern == '0' ? c >= '0' && c <= '9' : c == pattern;
    });
}

fs::path with_month(const fs::path& list, std::string_view month) {
    return list.string() + std::string(month);
}

// What stands behind the name of the list `list` in that of a list by the month.
std::string month_in(const fs::path& list, const fs::path& by_month) {
    return by_month.filename().string().substr(list.filename().string().size());
}

// By their number, not by a clock, which may be wrong by years: a month in which nothing expired
// has no list, and then older ones stay for longer.
void drop_old(const fs::path& list) {
    const std::vector<fs::path> all = expired_lists(list);
    std::error_code ignored;  // tried again with the next month's
    for (std::size_t i = 0; i + kMonthsKept < all.size(); ++i) fs::remove(all[i], ignored);
}

// Of what is no file, a length that no list has.
std::uintmax_t size_of(const fs::path& file) {
    std::error_code ignored;
    return fs::exists(file, ignored) ? fs::file_size(file, ignored) : 0;
}

// `lines` are the last of `own`. A copy of another length than it had: somebody else has added to
// it, removed it or put back an old one.
Result<std::uintmax_t> append_to_file(const fs::path& copy, std::uintmax_t known,
                                      const fs::path& own, const Lines& lines) {
    if (size_of(copy) == known) return append_lines(copy, lines);
    SHOP_TRY(all, read_lines(own));
    return append_missing(copy, all);
}

Lines lines_of(std::span<const Erasure> erasures) {
    Lines lines;
    for (const Erasure& erasure : erasures)
        lines.push_back(json::to_json(erasure, json::Defaults::kOmit));
    return lines;
}

}  // namespace

Result<std::vector<Erasure>> read_erasures(const fs::path& list) {
    SHOP_TRY(lines, read_lines(list));
    std::vector<Erasure> erasures;
    for (const std::string& line : lines) {
        auto erasure = json::from_json<Erasure>(line, json::Missing::kIsDefault);
        if (!erasure)
            return fail(ErrorCode::kCorrupt, "damaged-erasures",
                        "Line " + std::to_string(erasures.size() + 1) + " of " + list.string() +
                            " is damaged. Take the file from another copy: one lies beside each "
                            "backup.");
        erasures.push_back(std::move(*erasure));
    }
    return erasures;
}

Status require_whole(const fs::path& list) {
    SHOP_TRY(torn, is_torn(list));
    if (torn)
        return fail(ErrorCode::kCorrupt, "damaged-erasures",
                    "The end of " + list.string() +
                        " is torn, so lines may be missing behind it. Take the file from another "
                        "copy, best the shop's own, <data>/erasures/list: if that is torn too, "
                        "delete its last line, which was never carried out.");
    const auto erasures = read_erasures(list);
    return erasures ? Status{} : std::unexpected(erasures.error());
}

std::vector<fs::path> expired_lists(const fs::path& list) {
    std::vector<fs::path> found;
    const std::string name = list.filename().string();
    std::error_code ignored;
    for (const auto& file : fs::directory_iterator(fs::absolute(list).parent_path(), ignored)) {
        const std::string other = file.path().filename().string();
        if (other.starts_with(name) && is_month(std::string_view(other).substr(name.size())))
            found.push_back(file.path());
    }
    std::ranges::sort(found);
    return found;
}

std::vector<fs::path> all_lists(const fs::path& list) {
    std::vector<fs::path> lists = expired_lists(list);
    lists.insert(lists.begin(), list);
    return lists;
}

Result<std::vector<std::string>> destroy_keys(KeyStore& keys, std::span<const Erasure> erasures) {
    std::vector<std::string> all;
    for (const Erasure& erasure : erasures)
        all.insert(all.end(), erasure.keys.begin(), erasure.keys.end());
    return keys.destroy(all);
}

Result<std::vector<Erasure>> Erasures::all() const {
    const std::lock_guard lock(mutex_);
    return read_erasures(list());
}

Result<std::vector<fs::path>> Erasures::add(std::span<const Erasure> erasures) {
    const std::lock_guard lock(mutex_);
    return append("", lines_of(erasures));
}

Result<std::vector<fs::path>> Erasures::add_expired(std::vector<std::string> keys, Time now) {
    const std::lock_guard lock(mutex_);
    std::erase_if(keys, [this](const std::string& key) { return listed_expired_.contains(key); });
    if (keys.empty()) return std::vector<fs::path>{};
    std::vector<Erasure> erasures;
    for (const std::string& key : keys) {
        if (erasures.empty() || erasures.back().keys.size() == kKeysPerLine)
            erasures.emplace_back();
        erasures.back().keys.push_back(key);
    }
    SHOP_TRY(failed, append(month_of(now), lines_of(erasures)));
    listed_expired_.insert(keys.begin(), keys.end());
    return std::move(failed);
}

void Erasures::expired_destroyed(std::span<const std::string> keys) {
    const std::lock_guard lock(mutex_);
    for (const std::string& key : keys) listed_expired_.erase(key);
}

// With mutex_ held, as what follows. `name` is the month, or nothing.
Result<std::vector<fs::path>> Erasures::append(const std::string& name, const Lines& lines) {
    SHOP_TRY_STATUS(make_private_folder(folder_));
    SHOP_TRY(folders, copies());
    const fs::path file = with_month(list(), name);
    std::error_code ignored;
    const bool is_new_month = !name.empty() && !fs::exists(file, ignored);
    if (is_new_month) {
        const auto made = append_lines(list(), {});  // who names that one names all
        if (!made) return std::unexpected(made.error());
    }
    if (const auto listed = append_lines(file, lines); !listed)
        return std::unexpected(listed.error());
    if (is_new_month) drop_old(list());
    std::vector<fs::path> failed;
    for (const std::string& folder : folders) {
        if (!append_to_copy(folder, name, lines)) failed.emplace_back(folder);
        if (is_new_month) drop_old(fs::path(folder) / kCopy);
    }
    return failed;
}

Result<Lines> Erasures::copies() const {
    return read_lines(folder_ / "copies");
}

Status Erasures::append_to_copy(const fs::path& folder, const std::string& name,
                                const Lines& lines) {
    const auto known = copies_.find(folder.string());
    if (known == copies_.end()) return bring_up(folder);
    const auto size = append_to_file(with_month(folder / kCopy, name), known->second[name],
                                     with_month(list(), name), lines);
    if (!size) {
        copies_.erase(known);
        return std::unexpected(size.error());
    }
    known->second[name] = *size;
    return {};
}

Status Erasures::bring_up(const fs::path& folder) {
    copies_.erase(folder.string());
    Sizes sizes;
    for (const fs::path& from : all_lists(list())) {
        const std::string name = month_in(list(), from);
        SHOP_TRY(lines, read_lines(from));
        SHOP_TRY(size, append_missing(with_month(folder / kCopy, name), lines));
        sizes[name] = size;
    }
    copies_.emplace(folder.string(), std::move(sizes));
    return {};
}

Status Erasures::keep_copy_in(const fs::path& folder) {
    const std::lock_guard lock(mutex_);
    SHOP_TRY_STATUS(make_private_folder(folder_));
    SHOP_TRY_STATUS(bring_up(folder));
    SHOP_TRY(folders, copies());
    const std::string path = fs::absolute(folder).lexically_normal().string();
    if (std::ranges::find(folders, path) != folders.end()) return {};
    std::string text;
    for (const std::string& each : folders) text += each + '\n';
    return write_private(folder_ / "copies", text + path + '\n');
}

Result<std::vector<fs::path>> Erasures::bring_up_copies() {
    const std::lock_guard lock(mutex_);
    SHOP_TRY(folders, copies());
    std::vector<fs::path> failed;
    for (const std::string& folder : folders)
        if (!bring_up(folder)) failed.emplace_back(folder);
    return failed;
}

Status Erasures::take_over(const fs::path& other) {
    const std::lock_guard lock(mutex_);
    SHOP_TRY_STATUS(make_private_folder(folder_));
    for (const fs::path& from : all_lists(other)) {
        SHOP_TRY(lines, read_lines(from));
        const auto listed = append_missing(with_month(list(), month_in(other, from)), lines);
        if (!listed) return std::unexpected(listed.error());
    }
    return {};
}

Result<CarriedOut> carry_out(Erasures& erasures, KeyStore& keys, std::span<const Erasure> all) {
    SHOP_TRY(failed, erasures.add(all));
    SHOP_TRY(damaged, destroy_keys(keys, all));
    return CarriedOut{std::move(failed), std::move(damaged)};
}

Result<CarriedOut> carry_out_expired(Erasures& erasures, KeyStore& keys,
                                     std::span<const std::string> all, Time now) {
    const std::vector<std::string> still_there = keys.not_destroyed(all);
    if (still_there.empty()) return CarriedOut{};
    SHOP_TRY(failed, erasures.add_expired(still_there, now));
    SHOP_TRY(damaged, keys.destroy(still_there));
    erasures.expired_destroyed(still_there);
    return CarriedOut{std::move(failed), std::move(damaged)};
}

}  // namespace shop
