#include "tests/support/samples.hpp"

#include "tests/support/sample.hpp"

namespace shop::tests {
namespace {

template <class Any>
Any filled(Any one) {
    one.visit([]<class T>(T& held) { held = sample<T>(); });
    return one;
}

template <class Any>
std::string_view default_member_of(const Any& one) {
    return one.visit([](const auto& held) { return find_default_member(held); });
}

}  // namespace

AnyEvent sample_of(const NamedTypes<AnyEvent>::Type& type) {
    return filled(type.make());
}

AnyCommand sample_of(const NamedTypes<AnyCommand>::Type& type) {
    return filled(type.make());
}

std::string_view find_default_member(const AnyEvent& event) {
    return default_member_of(event);
}

std::string_view find_default_member(const AnyCommand& command) {
    return default_member_of(command);
}

}  // namespace shop::tests
