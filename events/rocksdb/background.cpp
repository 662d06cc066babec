#include "events/rocksdb/background.hpp"

#include <rocksdb/env.h>

namespace shop::rocks {

void give_way(rocksdb::Env& env) {
    // An environment that has no such threads, or may not do so, runs as before.
    for (const auto pool : {rocksdb::Env::LOW, rocksdb::Env::HIGH})
        (void)env.LowerThreadPoolCPUPriority(pool, rocksdb::CpuPriority::kLow);
}

}  // namespace shop::rocks
