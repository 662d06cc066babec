// Bytes that went wrong on their way, for tests of whatever reads bytes.
#pragma once

#include <random>
#include <string>
#include <string_view>

namespace shop::tests {

// Any byte, or one of those.
inline char random_byte(std::mt19937_64& random, std::string_view of) {
    return of.empty() ? static_cast<char>(random()) : of[random() % of.size()];
}

// Up to 300 of them.
inline std::string random_text(std::mt19937_64& random, std::string_view of) {
    std::string text(random() % 300, '\0');
    for (char& c : text) c = random_byte(random, of);
    return text;
}

// `good`, which is not empty, with one to three of its bytes changed, often to others of it: that
// stays readable more often than any byte would.
inline std::string garbled(std::mt19937_64& random, std::string_view good) {
    std::string bytes(good);
    const std::string_view of = random() % 2 == 0 ? good : std::string_view();
    for (std::size_t changes = random() % 3 + 1; changes > 0; --changes)
        bytes[random() % bytes.size()] = random_byte(random, of);
    return bytes;
}

}  // namespace shop::tests
