// Comma-separated values (RFC 4180) as a stream: bytes are fed in pieces of any size, whole rows
// come out. Memory is bounded by the limits, whatever is fed. One thread.
//
// Beyond the RFC: lines may end in LF alone, a byte order mark in front is passed over, blank lines
// are passed over (and counted). Text must be UTF-8 without U+0000. What breaks a rule makes its
// row bad, never the rest of the file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace shop::import {

struct CsvLimits {
    std::size_t row_bytes = 256 * 1024;
    std::size_t fields = 64;
};

struct CsvRow {
    std::uint64_t number = 0;         // of the row, the first line being row 1
    std::vector<std::string> fields;  // unquoted; empty if the row is bad
    std::string problem;              // what is wrong and what to do; empty: nothing

    bool is_bad() const { return !problem.empty(); }
};

class CsvReader {
  public:
    explicit CsvReader(CsvLimits limits = {}) : limits_(limits) {}

    // Takes the next piece of the text; then take rows with next() before feeding more.
    void feed(std::string_view bytes);
    // No more bytes will come: a last line without its line end is a row too.
    void finish();

    // The next whole row in `row` (its buffers are reused), or false if there is none yet.
    bool next(CsvRow& row);

  private:
    enum class State {
        kFieldStart,
        kPlain,
        kQuoted,
        kQuoteInQuoted,  // behind a quote within quotes: the end of the field, or half a pair
        kSkip,           // the row is bad: only its end is looked for
        kSkipQuoted,
    };

    void take(char c);
    void take_field_start(char c);
    void take_plain(char c);
    void take_after_quote(char c);
    void add(char c);
    void end_field();
    void end_row();
    void spoil(std::string_view problem);

    CsvLimits limits_;
    std::string_view input_;  // what was fed and not yet taken; valid until the next feed()
    bool finished_ = false;
    std::size_t bom_seen_ =
        0;  // bytes of the byte order mark seen; beyond it: no longer looked for
    State state_ = State::kFieldStart;
    std::uint64_t number_ = 1;
    std::string text_;               // the fields of the row, back to back
    std::vector<std::size_t> ends_;  // of the fields in text_
    std::string problem_;
    bool any_ = false;    // the row has a byte
    bool ready_ = false;  // a whole row waits in text_, ends_, problem_
    bool after_cr_ = false;
};

// True if `text` is well-formed UTF-8 (RFC 3629) without U+0000.
bool is_plain_utf8(std::string_view text);

}  // namespace shop::import
