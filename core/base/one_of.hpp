// One value of one of many types: what std::variant is, for lists so long (every event, every
// command) that a variant's visitation tables would be compiled into each unit that merely holds
// one. The value lives on the heap; a move is a pointer's.
//
// Which types there are is checked at compile time, and visit() needs an answer for each of them.
// Default-constructed or moved-from it is empty; visiting an empty one is a broken invariant.
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <memory>
#include <tuple>
#include <type_traits>
#include <utility>

#include "core/base/assert.hpp"

namespace shop {

template <class... Ts>
class OneOf {
  public:
    template <class T>
    static constexpr bool kHolds = (std::is_same_v<T, Ts> || ...);

    OneOf() = default;
    template <class T>
        requires(kHolds<T>)
    OneOf(T value) : held_(std::make_unique<Held<T>>(std::move(value))) {}
    OneOf(const OneOf& other) : held_(other.held_ ? other.held_->clone() : nullptr) {}
    OneOf(OneOf&&) noexcept = default;
    OneOf& operator=(const OneOf& other) { return *this = OneOf(other); }
    OneOf& operator=(OneOf&&) noexcept = default;
    ~OneOf() = default;

    bool is_empty() const { return held_ == nullptr; }

    template <class T>
        requires(kHolds<T>)
    T& emplace() {
        auto fresh = std::make_unique<Held<T>>(T{});
        T& value = fresh->value;
        held_ = std::move(fresh);
        return value;
    }

    // The value if it is a T, else nullptr.
    template <class T>
        requires(kHolds<T>)
    const T* get_if() const {
        if (!held_ || held_->index != kIndex<T>) return nullptr;
        return &static_cast<const Held<T>&>(*held_).value;
    }

    // The value, which must be a T (asserted).
    template <class T>
    const T& as() const {
        const T* value = get_if<T>();
        SHOP_ASSERT(value != nullptr);
        return *value;
    }

    // Calls f with the value; every type must give the same result type.
    template <class F>
    decltype(auto) visit(F&& f) const {
        return visit_as<const Base>(*this, f);
    }
    template <class F>
    decltype(auto) visit(F&& f) {
        return visit_as<Base>(*this, f);
    }

    bool operator==(const OneOf& other) const {
        if (!held_ || !other.held_) return held_ == other.held_;
        return held_->index == other.held_->index && held_->equals(*other.held_);
    }

  private:
    struct Base {
        explicit Base(std::size_t i) : index(i) {}
        virtual ~Base() = default;
        virtual std::unique_ptr<Base> clone() const = 0;
        virtual bool equals(const Base& other) const = 0;  // of the same index
        std::size_t index;
    };

    template <class T>
    static constexpr std::size_t kIndex = [] {
        std::size_t at = 0;
        (void)((std::is_same_v<T, Ts> || (++at, false)) || ...);
        return at;
    }();

    template <class T>
    struct Held final : Base {
        explicit Held(T v) : Base(kIndex<T>), value(std::move(v)) {}
        std::unique_ptr<Base> clone() const override { return std::make_unique<Held>(value); }
        bool equals(const Base& other) const override {
            if constexpr (std::equality_comparable<T>)
                return value == static_cast<const Held&>(other).value;
            else
                return false;
        }
        T value;
    };

    template <class HeldBase, class Self, class F>
    static decltype(auto) visit_as(Self& self, F& f) {
        using Head = std::tuple_element_t<0, std::tuple<Ts...>>;
        constexpr bool kConst = std::is_const_v<HeldBase>;
        using HeadRef = std::conditional_t<kConst, const Head&, Head&>;
        using R = std::invoke_result_t<F&, HeadRef>;
        using Call = R (*)(HeldBase&, F&);
        static constexpr std::array<Call, sizeof...(Ts)> kCalls = {
            [](HeldBase& held, F& visitor) -> R {
                using Own = std::conditional_t<kConst, const Held<Ts>, Held<Ts>>;
                return visitor(static_cast<Own&>(held).value);
            }...};
        SHOP_ASSERT(self.held_ != nullptr);
        return kCalls[self.held_->index](*self.held_, f);
    }

    std::unique_ptr<Base> held_;
};

// The OneOf over all alternatives of some variants: JoinedOneOf<std::variant<A, B>, …>.
namespace one_of_detail {
template <class... Variants>
struct Join;
template <template <class...> class V, class... A>
struct Join<V<A...>> {
    using type = OneOf<A...>;
};
template <template <class...> class V, class... A, template <class...> class W, class... B,
          class... Rest>
struct Join<V<A...>, W<B...>, Rest...> : Join<OneOf<A..., B...>, Rest...> {};
}  // namespace one_of_detail

template <class... Variants>
using JoinedOneOf = typename one_of_detail::Join<Variants...>::type;

}  // namespace shop
