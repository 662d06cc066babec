#include "api/log_lines.hpp"

#include <unistd.h>

#include <array>
#include <cerrno>

#include "core/base/time.hpp"
#include "core/json/writer.hpp"

namespace shop::api {
namespace {

constexpr std::size_t kQueueBytesMax = 4 << 20;
constexpr std::array<std::string_view, 4> kLevels = {"debug", "info", "warn", "error"};

void write_all(int fd, std::string_view text) {
    while (!text.empty()) {
        const auto written = ::write(fd, text.data(), text.size());
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return;  // there is nobody to tell
        text.remove_prefix(static_cast<std::size_t>(written));
    }
}

}  // namespace

LogLines::LogLines(int fd, const Clock& clock, LogLevel least)
    : fd_(fd), clock_(clock), least_(least), thread_([this] { run(); }) {}

LogLines::~LogLines() {
    {
        const std::scoped_lock lock(mutex_);
        ending_ = true;
    }
    wake_.notify_one();
    thread_.join();
}

void LogLines::line(LogLevel level, std::string_view message,
                    std::initializer_list<LogField> fields) {
    if (!is_on(level)) return;
    std::string text;
    json::Writer w(text);
    w.begin_object();
    w.key("@timestamp");
    w.string(to_rfc3339(clock_.now()));
    w.key("log.level");
    w.string(kLevels[static_cast<std::size_t>(level)]);
    w.key("message");
    w.string(message);
    w.key("ecs.version");
    w.string("8.11.0");
    w.key("service.name");
    w.string("shopverse");
    for (const LogField& field : fields) {
        w.key(field.name);
        if (const auto* number = std::get_if<std::int64_t>(&field.value))
            w.integer(*number);
        else
            w.string(std::get<std::string_view>(field.value));
    }
    w.end_object();
    text.push_back('\n');
    const std::scoped_lock lock(mutex_);
    if (queue_.size() + text.size() > kQueueBytesMax) {
        ++dropped_;
        return;
    }
    queue_ += text;
    wake_.notify_one();
}

void LogLines::failure(std::string_view doing, const Error& error) {
    line(LogLevel::kError, doing, {{"error.code", error.type}, {"error.message", error.message}});
}

void LogLines::run() {
    std::unique_lock lock(mutex_);
    for (;;) {
        wake_.wait(lock, [&] { return ending_ || !queue_.empty(); });
        std::string text = std::exchange(queue_, {});
        const std::uint64_t dropped = std::exchange(dropped_, 0);
        const bool ending = ending_;
        lock.unlock();
        write_all(fd_, text);
        if (dropped > 0)
            warn("Log lines were dropped.",
                 {{"event.dropped", static_cast<std::int64_t>(dropped)}});
        lock.lock();
        if (ending && queue_.empty()) return;
    }
}

}  // namespace shop::api
