#define CATCH_CONFIG_MAIN
#include <catch2/catch.hpp>

// A process that the simulation kills leaves its coroutines where they stood, as a killed process
// does: memory that only they knew is no leak of the program.
extern "C" const char* __lsan_default_suppressions() {
    return "leak:shop::simulation::World\n";
}

// RocksDB comes from Debian without the thread sanitizer's instruments: where a reader walks a
// memtable while it grows, the sanitizer sees keys being compared, and not the atomic store that
// published them.
extern "C" const char* __tsan_default_suppressions() {
    return "race:rocksdb::*BytewiseComparatorImpl\n";
}
