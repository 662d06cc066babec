#include "api/history/record_text.hpp"

#include <fmt/format.h>

#include "api/history/record_checks.hpp"
#include "core/json/decode.hpp"
#include "core/json/encode.hpp"

namespace shop::history {
namespace {

using json::Decoding;
using json::Writer;

constexpr std::string_view kTag = "type";

// ---- Reading ------------------------------------------------------------------------------------

std::unexpected<Error> bad_record(std::uint64_t number, std::string_view what) {
    return fail(ErrorCode::kInvalid, "bad-record", fmt::format("Line {}: {}", number, what));
}

template <class... T>
std::string type_names(const std::variant<T...>*) {
    return fmt::format("{}", fmt::join(std::array{T::kName...}, ", "));
}

// "order 1001": what the record says it is.
std::string name_of(const json::Value& value, std::string_view type) {
    for (const std::string_view member : {"id", "sku"}) {
        const auto id = value.find(member);
        if (id && id->type() == json::Type::kString && !id->string().empty() &&
            id->string().size() <= static_cast<std::size_t>(kIdMax))
            return fmt::format("{} {}", type, id->string());
    }
    return std::string(type);
}

// "lines/0/quantity must be at least 1 (and 2 more)".
std::string told(const std::vector<FieldError>& errors) {
    const FieldError& first = errors.front();
    const std::string_view place = first.pointer;
    std::string text = std::string(place.substr(place.starts_with('/') ? 1 : 0));
    text += (text.empty() ? "" : " ") + first.detail;
    if (errors.size() > 1) text += fmt::format(" (and {} more)", errors.size() - 1);
    return text;
}

template <class T>
void decode_as(const json::Value& value, HistoryRecord& out, Decoding& d) {
    T& record = out.emplace<T>();
    json::decode_object(value, record, d, kTag);
    if (d.ok()) http::check_limits(record, d);
    if (d.ok()) check_record(out, d);
}

// False if there is no such type.
template <class... T>
bool decode_any(std::string_view type, const json::Value& value, std::variant<T...>& out,
                Decoding& d) {
    return ((type == T::kName && (decode_as<T>(value, out, d), true)) || ...);
}

// ---- Writing ------------------------------------------------------------------------------------

template <class T>
inline constexpr bool kIsList = false;
template <class T>
inline constexpr bool kIsList<std::vector<T>> = true;

template <Described T>
void write_members(Writer& w, const T& value);

template <class T>
void write(Writer& w, const T& value) {
    if constexpr (json::kIsOptional<T>) {
        write(w, *value);
    } else if constexpr (kIsList<T>) {
        w.begin_array();
        for (const auto& element : value) write(w, element);
        w.end_array();
    } else if constexpr (Described<T>) {
        w.begin_object();
        write_members(w, value);
        w.end_object();
    } else {
        json::encode(w, value, json::Defaults::kWrite);
    }
}

template <Described T>
void write_members(Writer& w, const T& value) {
    for_each_member(value, [&]<class M>(std::string_view name, const M& member) {
        if constexpr (json::kIsOptional<M>)
            if (!member) return;
        w.key(name);
        write(w, member);
    });
}

}  // namespace

Result<HistoryRecord> RecordReader::read(std::string_view line, std::uint64_t number) {
    if (line.size() > kRecordBytesMax)
        return bad_record(number, fmt::format("a record must not be longer than {} bytes; is a "
                                              "line end missing?",
                                              kRecordBytesMax));
    const auto value = document_.parse(line);
    if (!value) return bad_record(number, value.error().message + " Write one record a line.");
    if (!value->is_object()) return bad_record(number, "a record must be a JSON object");
    HistoryRecord record;
    const auto type = value->find(kTag);
    Decoding decoding(json::Missing::kIsError);
    if (!type || type->type() != json::Type::kString ||
        !decode_any(type->string(), *value, record, decoding))
        return bad_record(number, "type must be one of: " + type_names(&record));
    if (decoding.ok()) return record;
    auto error =
        bad_record(number, name_of(*value, type->string()) + ": " + told(decoding.errors()));
    error.error().fields = std::move(decoding.errors());
    return error;
}

void append_record(std::string& out, const HistoryRecord& record) {
    Writer w(out);
    w.begin_object();
    std::visit(
        [&]<class T>(const T& held) {
            w.key(kTag);
            w.string(T::kName);
            write_members(w, held);
        },
        record);
    w.end_object();
    out.push_back('\n');
}

}  // namespace shop::history
