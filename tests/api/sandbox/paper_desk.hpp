// The sandbox's rules under test, without its file, loop and clock.
#pragma once

#include <catch2/catch.hpp>
#include <string>

#include "api/sandbox/processor.hpp"
#include "api/sandbox/refunds.hpp"

namespace shop::sandbox {

inline constexpr Time kStart{1'000'000};

inline Money pounds(std::int64_t minor_units) {
    return {minor_units, *Currency::parse("GBP")};
}

// A sandbox without a file: every verdict is applied at once.
struct PaperDesk {
    Book book;
    Time now = kStart;
    Delays delays;
    int references = 0;

    Verdict take(Result<Verdict> verdict) {
        REQUIRE(verdict.has_value());
        for (const Entry& entry : verdict->entries) book.apply(entry);
        return *verdict;
    }
    Verdict authorize(const std::string& key, const std::string& token,
                      std::int64_t minor_units = 1000) {
        const AuthorizeRequest request{key, "ord_1", "pay_1", token, {}, pounds(minor_units)};
        return take(
            sandbox::authorize(book, request, "sbx_" + std::to_string(++references), now, delays));
    }
    Verdict capture(const std::string& key, const std::string& reference, std::int64_t amount,
                    bool final = false) {
        return take(sandbox::capture(book, {key, reference, "cap_1", pounds(amount), final}, now));
    }
    Verdict refund(const std::string& key, std::int64_t amount) {
        return take(sandbox::refund(book, {key, "sbx_1", "rfd_" + key, pounds(amount)}, now, {}));
    }
    Verdict void_reference(const std::string& key, const std::string& reference) {
        return take(void_payment(book, {key, reference, {}, false}, now));
    }
    Verdict void_authorization(const std::string& key, const std::string& authorization) {
        return take(void_payment(book, {key, {}, authorization, false}, now));
    }
    void pass(Duration time) {
        now = now + time;
        for (const std::string& reference : book.due(now))
            take(settle(*book.find_payment(reference), now, delays));
        for (const std::string& key : book.due_refunds(now))
            take(settle_refund(*book.find_refund(key), now));
    }
    Answer answer(const std::string& key) {
        const auto found = find_answer(book, key);
        REQUIRE(found.has_value());
        return *found;
    }
    // What went back, minus what came back from the bank all the same.
    std::int64_t given_back() const {
        std::int64_t sum = 0;
        for (const Movement& movement : book.movements(""))
            sum += movement.kind == "refund"          ? movement.amount.minor_units
                   : movement.kind == "refund_failed" ? -movement.amount.minor_units
                                                      : 0;
        return sum;
    }
    // Authorized minus voided and expired, over everything.
    std::int64_t held() const {
        std::int64_t sum = 0;
        for (const Movement& movement : book.movements(""))
            sum += movement.kind == "authorize" ? movement.amount.minor_units
                   : movement.kind == "void" || movement.kind == "expire"
                       ? -movement.amount.minor_units
                       : 0;
        return sum;
    }
};

}  // namespace shop::sandbox
