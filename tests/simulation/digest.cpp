#include "tests/simulation/digest.hpp"

#include <fmt/format.h>

#include "core/base/digest.hpp"
#include "tests/simulation/world.hpp"

namespace shop::simulation {
namespace {

constexpr std::size_t kEntriesPerRead = 256;
constexpr std::size_t kBytesPerRead = 1 << 20;

std::string text_of(Exchange when) {
    return fmt::format("{}-{}", when.began, when.ended);
}

void tell_log(const Log& log, Partition partition, std::string& story) {
    for (Offset from = 0;;) {
        const auto entries = log.read(partition, from, kEntriesPerRead, kBytesPerRead).value();
        if (entries.empty()) return;
        for (const StoredEntry& entry : entries)
            story += fmt::format("{}:{} {}\n", partition.to_string(), entry.offset, entry.bytes);
        from = entries.back().offset + 1;
    }
}

}  // namespace

std::string digest_of(World& world) {
    std::string story;
    for (const Partition& partition : world.log().partitions().all())
        tell_log(world.log(), partition, story);
    for (const Answered& answer : world.history().answers)
        story += fmt::format("{} {} {} {} {}\n", answer.command.to_string(), text_of(answer.when),
                             answer.receipt.position.to_string(), answer.receipt.time.us,
                             answer.receipt.replayed);
    for (const Seen& seen : world.history().reads)
        story += fmt::format("{} {} {} {}\n", seen.stream.to_string(), text_of(seen.when),
                             seen.snapshot.position.to_string(), seen.snapshot.version);
    return to_hex(sha256(story));
}

}  // namespace shop::simulation
