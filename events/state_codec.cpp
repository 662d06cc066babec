#include "events/state_codec.hpp"

#include "core/base/assert.hpp"
#include "core/base/digest.hpp"
#include "core/json/decode.hpp"
#include "core/json/encode.hpp"

namespace shop {
namespace {

template <class State>
std::optional<AnyState> read_as(const json::Value& value) {
    auto state = json::from_value<State>(value, json::Missing::kIsDefault);
    if (!state) return std::nullopt;
    return AnyState(std::move(*state));
}

// ---- The shape of a type, in words
// ----------------------------------------------------------------

template <class T>
struct Shape {
    static void append_to(std::string& out) {
        if constexpr (DescribedEnum<T>) {
            boost::mp11::mp_for_each<boost::describe::describe_enumerators<T>>([&](auto e) {
                out += e.name;
                out += '|';
            });
        } else if constexpr (Described<T>) {
            out += '{';
            T value{};
            for_each_member(value, [&]<class Member>(std::string_view name, Member&) {
                out += name;
                out += ':';
                Shape<Member>::append_to(out);
                out += ',';
            });
            out += '}';
        } else {
            out += "value";
        }
    }
};
template <class T>
struct Shape<std::optional<T>> {
    static void append_to(std::string& out) { (out += '?', Shape<T>::append_to(out)); }
};
template <class T>
struct Shape<std::vector<T>> {
    static void append_to(std::string& out) { (out += '*', Shape<T>::append_to(out)); }
};
template <class K, class T>
struct Shape<std::map<K, T>> {
    static void append_to(std::string& out) { (out += '%', Shape<T>::append_to(out)); }
};

template <class... States>
void append_shapes(std::string& out, std::type_identity<std::variant<std::monostate, States...>>) {
    (Shape<States>::append_to(out), ...);
}

}  // namespace

void append_state(std::string& out, const AnyState& state) {
    json::Writer writer(out);
    std::visit(
        [&]<class State>(const State& s) {
            if constexpr (std::is_same_v<State, std::monostate>)
                assertion_failed("a stream without events has no state");
            else
                json::encode(writer, s, json::Defaults::kOmit);
        },
        state);
}

std::optional<AnyState> read_state(StreamKind kind, std::string_view bytes) {
    json::Document document;
    const auto value = document.parse(bytes);
    if (!value) return std::nullopt;
    return read_state(kind, *value);
}

std::optional<AnyState> read_state(StreamKind kind, const json::Value& value) {
    switch (kind) {
        case StreamKind::kProduct:
            return read_as<product::State>(value);
        case StreamKind::kCategory:
            return read_as<category::State>(value);
        case StreamKind::kKey:
            return read_as<unique_key::State>(value);
        case StreamKind::kStock:
            return read_as<stock::State>(value);
        case StreamKind::kCart:
            return read_as<cart::State>(value);
        case StreamKind::kCheckout:
            return read_as<checkout::State>(value);
        case StreamKind::kOrder:
            return read_as<order::State>(value);
        case StreamKind::kPayment:
            return read_as<payment::State>(value);
        case StreamKind::kSeries:
            return read_as<series::State>(value);
        case StreamKind::kSettings:
            return read_as<settings::State>(value);
        case StreamKind::kFulfillment:
            return read_as<fulfillment::State>(value);
        case StreamKind::kCreditNote:
            return read_as<credit_note::State>(value);
        case StreamKind::kCustomer:
            return read_as<customer::State>(value);
        case StreamKind::kReturn:
            break;
    }
    return std::nullopt;
}

std::string state_format(int fold_level) {
    std::string shapes = std::to_string(fold_level);
    append_shapes(shapes, std::type_identity<AnyState>{});
    return to_hex(sha256(shapes));
}

}  // namespace shop
