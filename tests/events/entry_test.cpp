// How entries of the log begin (events/entry).
#include <catch2/catch.hpp>

#include "core/base/digest.hpp"
#include "events/entry.hpp"

namespace shop {
namespace {

Claim some_claim() {
    return {{3, "k2f9x0a7mb4c"},
            *parse_rfc3339("2026-11-24T01:54:10.123456Z"),
            "127.0.0.1:8080",
            7,
            {LogId::derive({"a log"}), {1, 8, 8}, "f00d"}};
}

TEST_CASE("a term reads back as it was written, and each term has one text") {
    CHECK(Term::parse("3-k2f9")->to_string() == "3-k2f9");
    CHECK(*Term::parse("3-k2f9") < *Term::parse("10-a"));
    for (const char* bad : {"", "-", "3-", "-k", "03-k", "0-k", "+3-k", "3-K", "3-k!", "3_k",
                            "9999999999999999-k", "3-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"})
        CHECK_FALSE(Term::parse(bad));
    CHECK(Term::parse("1-" + nonce_of(random_bytes(16))));
    CHECK(nonce_of(random_bytes(16)) != nonce_of(random_bytes(16)));
}

TEST_CASE("a claim reads back as it was written") {
    std::string entry;
    append_claim(entry, some_claim());
    CHECK(read_claim(entry) == some_claim());
    const EntryHead head = read_head(entry);
    CHECK(head.kind == EntryKind::kClaim);
    CHECK(head.term == some_claim().term);
    CHECK(head.time == some_claim().time);
    CHECK(head.log == some_claim().log.id);
}

TEST_CASE("a claim of a later program, with members we do not know, is a claim") {
    std::string entry;
    append_claim(entry, some_claim());
    entry.insert(entry.size() - 1, R"(,"region":"eu")");
    CHECK(read_claim(entry) == some_claim());
}

TEST_CASE("a record's head is its first three members") {
    const EntryHead head = read_head(
        R"({"term":"3-k2f9","seq":17,"time":"2026-11-24T01:54:10.123456Z","command":{"id":"x"}})");
    CHECK(head.kind == EntryKind::kRecord);
    CHECK(head.term == Term{3, "k2f9"});
    CHECK(head.seq == 17);
    CHECK(to_rfc3339(head.time) == "2026-11-24T01:54:10.123456Z");
}

TEST_CASE("bytes that are neither record nor claim are foreign, whatever they are") {
    std::string claim;
    append_claim(claim, some_claim());
    const std::string record = R"({"term":"3-k2f9","seq":17,"time":"2026-11-24T01:54:10Z"})";
    for (std::size_t size = 0; size < record.size(); ++size)
        CHECK(read_head(std::string_view(record).substr(0, size)).kind == EntryKind::kForeign);
    for (std::size_t size = 0; size < claim.size(); ++size)
        CHECK(read_head(std::string_view(claim).substr(0, size)).kind == EntryKind::kForeign);
    for (const char* foreign : {"", "{}", "[]", "null", "\x01\xff", R"({"seq":17,"term":"3-k2f9"})",
                                R"({"term":"3-k2f9","seq":0,"time":"2026-11-24T01:54:10Z"})",
                                R"({"term":"3-k2f9","seq":-1,"time":"2026-11-24T01:54:10Z"})",
                                R"({"term":"3-k2f9","seq":01,"time":"2026-11-24T01:54:10Z"})",
                                R"({"term":"3-k2f9","seq":1,"time":"yesterday"})",
                                R"({"term":"3","seq":1,"time":"2026-11-24T01:54:10Z"})",
                                R"({"claim":"3-k2f9","time":"2026-11-24T01:54:10Z"})"})
        CHECK(read_head(foreign).kind == EntryKind::kForeign);
    CHECK_FALSE(read_claim(record));
}

}  // namespace
}  // namespace shop
