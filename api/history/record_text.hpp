// Records of history as lines of text, both ways. Strict: a line is one whole record of the
// documented format, or an error that says where in it what is wrong and what to do.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "api/history/history_records.hpp"
#include "core/base/result.hpp"
#include "core/json/document.hpp"

namespace shop::history {

inline constexpr std::size_t kRecordBytesMax = 2 * 1024 * 1024;

// One thread; keeps its buffers from one line to the next.
class RecordReader {
  public:
    // `line` without its line end; `number` is told in errors, the first line being 1. kInvalid
    // "bad-record": the message names the line and the first thing that is wrong, `fields` all.
    Result<HistoryRecord> read(std::string_view line, std::uint64_t number);

  private:
    json::Document document_;
};

// Appends the record as one line, its end included. What is not told is left out.
void append_record(std::string& out, const HistoryRecord& record);

}  // namespace shop::history
