// What commands and states hold of secrets and of people travels between processes and stands in
// the log (docs/plans/several-processes.md, §2). A text that is called like one is sealed, so that
// it is no text any more, or is named here with the reason why it needs no seal.
#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

#include "core/any_command.hpp"
#include "core/any_state.hpp"
#include "core/base/describe.hpp"

namespace shop {
namespace {

bool sounds_secret(std::string_view member) {
    constexpr std::string_view kWords[] = {"token", "secret", "password", "email", "phone", "name"};
    return std::ranges::any_of(kWords, [&](auto word) { return member.contains(word); });
}

using Texts = std::set<std::string>;  // by their paths: "PlaceOrder.access_token_hash"

template <class T>
struct Look {
    static void into(const std::string& path, std::string_view name, Texts& found) {
        if constexpr (std::is_same_v<T, std::string>) {
            if (sounds_secret(name)) found.insert(path);
        } else if constexpr (Described<T>) {
            boost::mp11::mp_for_each<describe_detail::Members<T>>([&](auto member) {
                using Member = std::remove_cvref_t<decltype(std::declval<T&>().*member.pointer)>;
                Look<Member>::into(path + "." + member.name, member.name, found);
            });
        }
    }
};
template <class T>
struct Look<std::optional<T>> : Look<T> {};
template <class T>
struct Look<std::vector<T>> : Look<T> {};
template <class K, class T>
struct Look<std::map<K, T>> : Look<T> {};
template <class... Ts>
struct Look<std::variant<Ts...>> {
    static void into(const std::string& path, std::string_view name, Texts& found) {
        (Look<Ts>::into(path, name, found), ...);
    }
};
template <class... Ts>
struct Look<OneOf<Ts...>> {
    static void into(const std::string&, std::string_view, Texts& found) {
        (Look<Ts>::into(std::string(Ts::kType), Ts::kType, found), ...);
    }
};

template <class T>
Texts secret_texts_in(const std::string& path) {
    Texts found;
    Look<T>::into(path, "", found);
    return found;
}

TEST_CASE("no command and no state tells a secret or a person's name in the clear", "[peer]") {
    // Hashes of capabilities, whose tokens never leave the process that made them; what the shop
    // and its zones are called.
    CHECK(secret_texts_in<AnyCommand>("") ==
          Texts{"CreateCart.access_token_hash", "PlaceOrder.access_token_hash",
                "PublishShipping.document.zones.name", "PublishStore.document.name"});
    CHECK(secret_texts_in<AnyState>("state") ==
          Texts{"state.access_token_hash", "state.placed.access_token_hash",
                "state.quote.access_token_hash", "state.shipping.document.zones.name",
                "state.store.document.name"});
}

struct Card {
    std::string token;
    std::int64_t name = 0;
};
SHOP_DESCRIBE(Card, token, name)
struct Buyer {
    std::vector<std::variant<Card>> cards;
    std::map<std::string, Card> others;
    std::optional<std::string> first_name;
};
SHOP_DESCRIBE(Buyer, cards, others, first_name)

TEST_CASE("a text that is called like a secret is found, however deep it is", "[peer]") {
    CHECK(secret_texts_in<Buyer>("buyer") ==
          Texts{"buyer.cards.token", "buyer.first_name", "buyer.others.token"});
}

}  // namespace
}  // namespace shop
