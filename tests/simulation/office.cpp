#include "tests/simulation/office.hpp"

namespace shop::simulation {

const std::string& Office::holder(Partition partition) {
    Seen& seen = seen_.try_emplace(partition, LogReader(log_, partition), "").first->second;
    for (auto entries = seen.reader.read_all(); entries && !entries->empty();
         entries = seen.reader.read_all())
        for (const LogEntry& entry : *entries)
            if (entry.verdict == Verdict::kClaim)
                seen.holder = read_claim(entry.bytes).value().address;
    return seen.holder;
}

}  // namespace shop::simulation
