#include "api/import/csv_reader.hpp"

#include <fmt/format.h>

#include "core/base/assert.hpp"
#include "core/base/text.hpp"

namespace shop::import {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

}  // namespace

bool is_plain_utf8(std::string_view text) {
    return !text.contains('\0') && is_utf8(text);
}

void CsvReader::feed(std::string_view bytes) {
    SHOP_ASSERT(input_.empty() && !finished_);
    input_ = bytes;
}

void CsvReader::finish() {
    finished_ = true;
}

bool CsvReader::next(CsvRow& row) {
    while (!ready_ && !input_.empty()) {
        const char c = input_.front();
        input_.remove_prefix(1);
        take(c);
    }
    if (!ready_ && finished_ && any_) {
        if (state_ == State::kQuoted || state_ == State::kSkipQuoted)
            spoil("a quote is opened and never closed; close it with \"");
        end_row();
    }
    if (!ready_) return false;
    ready_ = false;
    row.number = number_++;
    row.problem.swap(problem_);
    row.fields.resize(row.is_bad() ? 0 : ends_.size());
    std::size_t begin = 0;
    for (std::size_t i = 0; i < row.fields.size(); begin = ends_[i++])
        row.fields[i].assign(text_, begin, ends_[i] - begin);
    text_.clear();
    ends_.clear();
    problem_.clear();
    any_ = false;
    return true;
}

void CsvReader::take(char c) {
    if (bom_seen_ < kByteOrderMark.size()) {
        if (c == kByteOrderMark[bom_seen_]) {
            ++bom_seen_;
            return;
        }
        const std::size_t seen = bom_seen_;
        bom_seen_ = kByteOrderMark.size();
        for (std::size_t i = 0; i < seen; ++i) take(kByteOrderMark[i]);
    }
    const bool lf_of_crlf = after_cr_ && c == '\n';
    after_cr_ = false;
    if (lf_of_crlf) return;
    const bool in_quotes = state_ == State::kQuoted || state_ == State::kSkipQuoted;
    if (!in_quotes && (c == '\n' || c == '\r')) {
        after_cr_ = c == '\r';
        if (any_)
            end_row();
        else
            ++number_;  // a blank line
        return;
    }
    any_ = true;
    switch (state_) {
        case State::kFieldStart:
            return take_field_start(c);
        case State::kPlain:
            return take_plain(c);
        case State::kQuoted:
            if (c == '"')
                state_ = State::kQuoteInQuoted;
            else
                add(c);
            return;
        case State::kQuoteInQuoted:
            return take_after_quote(c);
        case State::kSkip:
        case State::kSkipQuoted:
            // A pair of quotes within quotes leaves and enters again: the same as staying.
            if (c == '"') state_ = state_ == State::kSkip ? State::kSkipQuoted : State::kSkip;
            return;
    }
}

void CsvReader::take_field_start(char c) {
    state_ = State::kPlain;
    if (c == '"')
        state_ = State::kQuoted;
    else
        take_plain(c);
}

void CsvReader::take_plain(char c) {
    if (c == ',') return end_field();
    if (c == '"')
        return spoil(
            "a quote stands inside a field; enclose the whole field in quotes and double "
            "each quote within");
    add(c);
}

void CsvReader::take_after_quote(char c) {
    if (c == '"') {
        state_ = State::kQuoted;
        add(c);
        return;
    }
    if (c == ',') return end_field();
    spoil("text follows a closing quote; put a comma between fields");
}

void CsvReader::add(char c) {
    text_.push_back(c);
    if (text_.size() <= limits_.row_bytes) return;
    const bool quoted = state_ == State::kQuoted;
    spoil(fmt::format("the row is longer than {} bytes; shorten it, or close its quotes",
                      limits_.row_bytes));
    if (quoted) state_ = State::kSkipQuoted;
}

void CsvReader::end_field() {
    ends_.push_back(text_.size());
    state_ = State::kFieldStart;
    if (ends_.size() >= limits_.fields)
        spoil(fmt::format("the row has more than {} fields", limits_.fields));
}

void CsvReader::end_row() {
    if (problem_.empty()) ends_.push_back(text_.size());
    if (problem_.empty() && !is_plain_utf8(text_))
        problem_ = "the text is not UTF-8 or contains U+0000; save the file as UTF-8";
    state_ = State::kFieldStart;
    ready_ = true;
}

void CsvReader::spoil(std::string_view problem) {
    if (problem_.empty()) problem_ = problem;
    text_.clear();
    ends_.clear();
    state_ = State::kSkip;
}

}  // namespace shop::import
