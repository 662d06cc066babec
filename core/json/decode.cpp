#include "core/json/decode.hpp"

namespace shop::json {

void Decoding::wrong(std::string_view detail) {
    if (errors_.size() < kErrorsToldMax)
        errors_.push_back({pointer_, std::string(detail)});
    else if (!has_given_up())
        errors_.push_back({"", "has more errors than these; mend these first"});
}

void Decoding::wrong_type(std::string_view expected, const Value& value) {
    wrong("must be " + std::string(expected) + ", not " + std::string(name_of(value.type())));
}

Decoding::Step::Step(Decoding& decoding, std::string_view name)
    : decoding_(decoding), size_(decoding.pointer_.size()) {
    decoding.pointer_.push_back('/');
    for (const char c : name) {  // RFC 6901 §3
        if (c == '~')
            decoding.pointer_ += "~0";
        else if (c == '/')
            decoding.pointer_ += "~1";
        else
            decoding.pointer_.push_back(c);
    }
}

Decoding::Step::Step(Decoding& decoding, std::size_t index)
    : decoding_(decoding), size_(decoding.pointer_.size()) {
    decoding.pointer_ += "/" + std::to_string(index);
}

void decode(const Value& value, bool& out, Decoding& d) {
    if (value.type() != Type::kBoolean) return d.wrong_type("a boolean", value);
    out = value.boolean();
}

void decode(const Value& value, std::string& out, Decoding& d) {
    if (value.type() != Type::kString) return d.wrong_type("a string", value);
    if (value.string().contains('\0')) return d.wrong("must not contain U+0000");
    out = value.string();
}

void decode(const Value& value, Time& out, Decoding& d) {
    if (value.type() != Type::kString) return d.wrong_type("a string", value);
    if (const auto time = parse_rfc3339(value.string()))
        out = *time;
    else
        d.wrong("must be an RFC 3339 time such as 2026-11-24T09:30:00Z");
}

void decode(const Value& value, Duration& out, Decoding& d) {
    decode_integer(value, 0, INT64_MAX, out.us, d);
}

void decode(const Value& value, Currency& out, Decoding& d) {
    if (value.is_null() && d.missing() == Missing::kIsDefault) return;
    if (value.type() != Type::kString) return d.wrong_type("a string", value);
    if (const auto currency = Currency::parse(value.string()))
        out = *currency;
    else
        d.wrong("must be an ISO 4217 currency code such as GBP");
}

void decode(const Value& value, StreamId& out, Decoding& d) {
    if (value.is_null() && d.missing() == Missing::kIsDefault) return;
    if (value.type() != Type::kString) return d.wrong_type("a string", value);
    if (const auto id = StreamId::parse(value.string()))
        out = *id;
    else
        d.wrong("is not the id of a stream");
}

bool decode_integer(const Value& value, std::int64_t min, std::int64_t max, std::int64_t& out,
                    Decoding& d) {
    if (value.type() != Type::kInteger) {
        d.wrong_type("an integer", value);
        return false;
    }
    if (value.integer() < min || value.integer() > max) {
        d.wrong("must be between " + std::to_string(min) + " and " + std::to_string(max));
        return false;
    }
    out = value.integer();
    return true;
}

std::string first_wrong(const Error& error) {
    if (error.fields.empty()) return error.message;
    const FieldError& first = error.fields.front();
    return first.pointer + (first.pointer.empty() ? "it " : " ") + first.detail;
}

}  // namespace shop::json
