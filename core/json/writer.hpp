// Writes JSON (RFC 8259) into a string of the caller's. Commas are placed by the writer; the caller
// keeps the order begin/key/value/end (asserted at the end). One thread.
#pragma once

#include <algorithm>
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
        put(name.size() + 4, [&](char* to) {
            if (!fresh_) *to++ = ',';
            *to++ = '"';
            to = std::ranges::copy(name, to).out;
            *to++ = '"';
            *to++ = ':';
            return to;
        });
        fresh_ = true;
    }
    void key_of_data(std::string_view name) {
        string(name);
        out_.push_back(':');
        fresh_ = true;
    }

    void string(std::string_view text);
    void integer(std::int64_t value) {
        put(21, [&](char* to) {
            if (!fresh_) *to++ = ',';
            return std::to_chars(to, to + 20, value).ptr;
        });
        fresh_ = false;
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
    // Appends what `write(char*)` puts there, at most that many bytes: it returns the end.
    template <class Write>
    void put(std::size_t bytes_max, Write write) {
        const std::size_t before = out_.size();
        out_.resize_and_overwrite(before + bytes_max, [&](char* text, std::size_t) {
            return static_cast<std::size_t>(write(text + before) - text);
        });
    }
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
