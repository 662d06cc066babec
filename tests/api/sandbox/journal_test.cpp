// The sandbox's durable memory (api/sandbox/journal).
#include "api/sandbox/journal.hpp"

#include <catch2/catch.hpp>
#include <fstream>
#include <future>

#include "tests/support/temp_folder.hpp"

namespace shop::sandbox {
namespace {

namespace fs = std::filesystem;

struct Folder : tests::TempFolder {
    fs::path file() const { return path / "journal"; }
};

Entries entries_of(const std::string& key) {
    Entry opened;
    opened.reference = "sbx_" + key;
    opened.key = key;
    opened.amount = {100, *Currency::parse("GBP")};
    Entry authorized = opened;
    authorized.kind = EntryKind::kAuthorized;
    return {opened, authorized};
}

Result<std::vector<std::string>> keys_in(const fs::path& file, std::uint64_t* length = nullptr) {
    std::vector<std::string> keys;
    const auto read = read_journal(file, [&](const Entry& entry) {
        if (entry.kind == EntryKind::kAuthorized) keys.push_back(entry.key);
    });
    if (!read) return std::unexpected(read.error());
    if (length != nullptr) *length = *read;
    return keys;
}

void append_all(const fs::path& file, const std::vector<std::string>& keys) {
    std::uint64_t length = 0;
    REQUIRE(keys_in(file, &length).has_value());
    auto journal = Journal::open(file, length);
    REQUIRE(journal.has_value());
    for (const std::string& key : keys) {
        std::promise<Status> done;
        (*journal)->append(entries_of(key), [&](Status status) { done.set_value(status); });
        CHECK(done.get_future().get().has_value());
    }
}

TEST_CASE("the sandbox remembers over restarts") {
    const Folder folder;
    append_all(folder.file(), {"a", "b"});
    append_all(folder.file(), {"c"});
    CHECK(keys_in(folder.file()) == std::vector<std::string>{"a", "b", "c"});
}

TEST_CASE("a torn last line is cut wherever the power went out") {
    const Folder folder;
    append_all(folder.file(), {"a", "b"});
    const auto whole = fs::file_size(folder.file());
    const std::size_t last = journal_line(entries_of("b")).size();
    for (std::size_t cut = 1; cut <= last; ++cut) {
        fs::resize_file(folder.file(), whole - cut);
        append_all(folder.file(), {"b"});
        REQUIRE(keys_in(folder.file()) == std::vector<std::string>{"a", "b"});
    }
}

TEST_CASE("damage in the middle of the sandbox's journal stops the start") {
    const Folder folder;
    append_all(folder.file(), {"a", "b", "c"});
    std::fstream file(folder.file(), std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(20);
    file.put('#');
    file.close();
    const auto read = keys_in(folder.file());
    REQUIRE_FALSE(read.has_value());
    CHECK(read.error().code == ErrorCode::kCorrupt);
    CHECK(read.error().message.contains("line 1"));
}

TEST_CASE("what was appended before closing is written") {
    const Folder folder;
    int answered = 0;
    {
        auto journal = Journal::open(folder.file(), 0);
        REQUIRE(journal.has_value());
        for (int i = 0; i < 100; ++i)
            (*journal)->append(entries_of(std::to_string(i)), [&](Status) { ++answered; });
    }
    CHECK(answered == 100);
    CHECK(keys_in(folder.file())->size() == 100);
}

TEST_CASE("a journal on a full disk says so and never says done again") {
    auto journal = Journal::open("/dev/full", 0);
    if (!journal) return;  // some systems refuse to cut a device; there is nothing to see then
    std::promise<Status> done;
    (*journal)->append(entries_of("a"), [&](Status status) { done.set_value(status); });
    CHECK_FALSE(done.get_future().get().has_value());
}

}  // namespace
}  // namespace shop::sandbox
