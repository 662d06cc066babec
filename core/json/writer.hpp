// Writes JSON (RFC 8259) into a string of the caller's. Commas are placed by the writer; the caller
// keeps the order begin/key/value/end (asserted at the end). One thread.
#pragma once

#include <array>
#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/assert.hpp"

namespace shop::json {

class Writer {
  public:
    // Appends to `out`, which must outlive the writer.
    explicit Writer(std::string& out) : out_(out) {}

    void begin_object() { open('{'); }
    void end_object() { close('}'); }
    void begin_array() { open('['); }
    void end_array() { close(']'); }

    // `name` must need no escaping: names are ours, never input. See member() for names from data.
    void key(std::string_view name) {
        separate();
        out_.push_back('"');
        out_.append(name);
        out_.append("\":");
        fresh_ = true;
    }
    void key_of_data(std::string_view name) {
        string(name);
        out_.push_back(':');
        fresh_ = true;
    }

    void string(std::string_view text);
    void integer(std::int64_t value) {
        separate();
        std::array<char, 20> digits;
        const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
        out_.append(digits.data(), static_cast<std::size_t>(end - digits.data()));
    }
    void boolean(bool value) { raw(value ? "true" : "false"); }
    void null() { raw("null"); }

    // JSON text made elsewhere, taken as it is.
    void raw(std::string_view json) {
        separate();
        out_.append(json);
    }
    // A string that needs no escaping (ids, times), written without looking at its characters.
    template <class Append>
    void plain_string(Append&& append) {
        separate();
        out_.push_back('"');
        append(out_);
        out_.push_back('"');
    }

    std::string& out() { return out_; }

  private:
    void separate() {
        if (!fresh_) out_.push_back(',');
        fresh_ = false;
    }
    void open(char bracket) {
        separate();
        out_.push_back(bracket);
        fresh_ = true;
    }
    void close(char bracket) {
        out_.push_back(bracket);
        fresh_ = false;
    }

    std::string& out_;
    bool fresh_ = true;  // nothing precedes at this level, so no comma is due
};

}  // namespace shop::json
