// What the program has to say while it runs: one JSON line each, in the Elastic Common Schema, to
// standard error. Never secrets, tokens, queries, addresses or anything else about persons.
//
//   log.info("The shop is open.", {{"url.full", address}});
//
// Thread-safe. Lines are queued and written by a thread of its own; while nobody takes them, the
// queue is bounded, and what was dropped is counted and told.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <initializer_list>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <variant>

#include "core/base/result.hpp"
#include "events/executor.hpp"

namespace shop::api {

// A field of a line, by its name in the schema: "http.response.status_code".
struct LogField {
    std::string_view name;
    std::variant<std::string_view, std::int64_t> value;
};

enum class LogLevel { kDebug, kInfo, kWarn, kError };

class LogLines {
  public:
    // Writes to `fd`, which it does not close. `clock` outlives it.
    LogLines(int fd, const Clock& clock, LogLevel least = LogLevel::kInfo);
    // Writes what is queued.
    ~LogLines();

    bool is_on(LogLevel level) const { return level >= least_; }
    void line(LogLevel level, std::string_view message,
              std::initializer_list<LogField> fields = {});

    void info(std::string_view message, std::initializer_list<LogField> fields = {}) {
        line(LogLevel::kInfo, message, fields);
    }
    void warn(std::string_view message, std::initializer_list<LogField> fields = {}) {
        line(LogLevel::kWarn, message, fields);
    }
    void error(std::string_view message, std::initializer_list<LogField> fields = {}) {
        line(LogLevel::kError, message, fields);
    }
    void failure(std::string_view doing, const Error& error);

  private:
    void run();

    const int fd_;
    const Clock& clock_;
    const LogLevel least_;
    std::mutex mutex_;
    std::condition_variable wake_;
    std::string queue_;          // guarded by mutex_
    std::uint64_t dropped_ = 0;  // guarded by mutex_
    bool ending_ = false;        // guarded by mutex_
    std::thread thread_;
};

}  // namespace shop::api
