#define CATCH_CONFIG_MAIN
#include <catch2/catch.hpp>

// A process that the simulation kills leaves its coroutines where they stood, as a killed process
// does: memory that only they knew is no leak of the program.
extern "C" const char* __lsan_default_suppressions() {
    return "leak:shop::simulation::World\n";
}
