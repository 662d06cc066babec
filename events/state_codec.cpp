#include "events/state_codec.hpp"

#include "core/base/assert.hpp"
#include "core/base/digest.hpp"
#include "core/json/decode.hpp"
#include "core/json/encode.hpp"

namespace shop {
namespace {

template <class State>
std::optional<AnyState> read_as(std::string_view bytes) {
    auto state = json::from_json<State>(bytes, json::Missing::kIsDefault);
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
    switch (kind) {
        case StreamKind::kProduct:
            return read_as<product::State>(bytes);
        case StreamKind::kCategory:
            return read_as<category::State>(bytes);
        case StreamKind::kKey:
            return read_as<unique_key::State>(bytes);
        case StreamKind::kStock:
            return read_as<stock::State>(bytes);
        case StreamKind::kCart:
            return read_as<cart::State>(bytes);
        case StreamKind::kCheckout:
            return read_as<checkout::State>(bytes);
        case StreamKind::kOrder:
            return read_as<order::State>(bytes);
        case StreamKind::kPayment:
            return read_as<payment::State>(bytes);
        case StreamKind::kSeries:
            return read_as<series::State>(bytes);
        case StreamKind::kSettings:
            return read_as<settings::State>(bytes);
        case StreamKind::kFulfillment:
            return read_as<fulfillment::State>(bytes);
        case StreamKind::kCreditNote:
            return read_as<credit_note::State>(bytes);
        case StreamKind::kCustomer:
            return read_as<customer::State>(bytes);
        case StreamKind::kReturn:
            break;
    }
    return std::nullopt;
}

const std::string& state_format() {
    static const std::string kFormat = [] {
        std::string shapes = std::to_string(kFoldLevel);
        append_shapes(shapes, std::type_identity<AnyState>{});
        return to_hex(sha256(shapes));
    }();
    return kFormat;
}

}  // namespace shop
