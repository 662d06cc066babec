// What the disk can do on its own: appends of 4 KiB, each synced, for a while. Every figure of a
// durable write is to be read beside this one.
#include <fcntl.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include "bench/bench.hpp"
#include "bench/measure.hpp"

namespace shop::bench {
namespace {

constexpr std::size_t kBlock = 4096;

Status run(Words words) {
    const std::filesystem::path folder = option(words, "--folder", ".");
    const std::int64_t seconds = number_option(words, "--seconds", 2);
    const std::filesystem::path file = folder / "disk-probe";
    const int fd = ::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0)
        return fail(ErrorCode::kUnavailable, "disk-failed", "Cannot write " + file.string() + ".");
    const std::string block(kBlock, 'x');
    Histogram times;
    const std::int64_t begin = now_ns();
    bool ok = true;
    while (ok && now_ns() - begin < seconds * 1'000'000'000) {
        const std::int64_t at = now_ns();
        ok = ::write(fd, block.data(), block.size()) == static_cast<ssize_t>(block.size()) &&
             ::fdatasync(fd) == 0;
        times.add(now_ns() - at);
    }
    ::close(fd);
    std::filesystem::remove(file);
    if (!ok) return fail(ErrorCode::kUnavailable, "disk-failed", "The disk refuses to write.");
    Row("disk: append 4 KiB and sync")
        .number("per_second", static_cast<double>(times.count()) / static_cast<double>(seconds))
        .latencies(times);
    return {};
}

}  // namespace

extern const Bench kDiskProbe;
const Bench kDiskProbe{"disk", "what the disk can do: --folder DIR --seconds N", &run};

}  // namespace shop::bench
