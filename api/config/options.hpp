// Options of a command as a described struct: one member gives the flag, the variable, the default
// and the line of help.
//
//   struct KeyNewOptions {
//       std::string name;
//       std::string role;
//       static constexpr std::array kHelp = {OptionHelp{"name", "NAME", "whose key it is"}, …};
//   };
//   SHOP_DESCRIBE(KeyNewOptions, name, role)
//
// Member io_threads → flag --io-threads → variable SHOPVERSE_IO_THREADS. A flag goes before the
// variable, that before the default. A bool is a flag without a value. An empty text is no value:
// a flag is refused with it, a variable is as if it were not set. A value that begins with "--" is
// given as --flag=--value. Secrets are never options: they come from files.
#pragma once

#include <charconv>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/describe.hpp"
#include "core/base/result.hpp"

namespace shop::api {

struct OptionHelp {
    std::string_view member;
    std::string_view value;  // as the help shows it: "N", "DIR"; empty for a bool
    std::string_view text;
    // Of a number.
    std::int64_t min = 0;
    std::int64_t max = std::numeric_limits<std::int64_t>::max();
    // Of a text other than the default: option_values.hpp; nullptr: any.
    std::string_view (*takes)(std::string_view) = nullptr;
};

using Words = std::span<const std::string_view>;
using Lookup = std::function<std::optional<std::string>(const std::string& variable)>;

// "io_threads" → "--io-threads", "SHOPVERSE_IO_THREADS"
std::string flag_of(std::string_view member);
std::string variable_of(std::string_view member);
std::optional<std::string> look_up_environment(const std::string& variable);

// Values by member, off the words of the command line.
struct RawOption {
    std::string_view member;
    bool is_bool = false;
    std::optional<std::string> value;
    std::string source;  // the flag or the variable, for messages
};
// Fills the values; what is no option goes to `others`, or is refused if that is nullptr. All
// refusals are kInvalid "wrong-use".
Status read_raw_options(Words words, const Lookup& look_up, std::vector<RawOption>& options,
                        std::vector<std::string_view>* others);

// "a whole number from 0 to 64", with the bounds that help sets.
std::string number_of(const OptionHelp& help);

// "  --port N   port to listen on (default 8080; SHOPVERSE_PORT)"
std::string help_line(const OptionHelp& help, const std::string& default_text);

namespace options_detail {

inline std::string text_of(const std::string& value) {
    return value;
}
inline std::string text_of(bool value) {
    return value ? "yes" : "";
}
template <std::integral T>
std::string text_of(T value) {
    return std::to_string(value);
}
template <DescribedEnum E>
std::string text_of(E value) {
    return std::string(enum_name(value));
}

// Sets what the text says; else gives what the option takes.
inline std::string set(std::string& out, const std::string& text, const OptionHelp& help) {
    const bool is_default = text == out;
    out = text;
    return is_default || help.takes == nullptr ? "" : std::string(help.takes(text));
}
inline std::string set(bool& out, const std::string& text, const OptionHelp&) {
    out = text == "1" || text == "true" || text == "yes";
    return out || text == "0" || text == "false" || text == "no" ? "" : "yes or no";
}
template <std::integral T>
std::string set(T& out, const std::string& text, const OptionHelp& help) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
    const bool is_number = error == std::errc() && end == text.data() + text.size();
    return is_number && out >= help.min && out <= help.max ? "" : number_of(help);
}
template <DescribedEnum E>
std::string set(E& out, const std::string& text, const OptionHelp& help) {
    const auto found = find_enum<E>(text);
    if (found) out = *found;
    return found ? "" : std::string(help.value);
}

template <class T>
OptionHelp help_for(std::string_view member) {
    for (const OptionHelp& help : T::kHelp)
        if (help.member == member) return help;
    return {};
}

}  // namespace options_detail

// The options in `words`. `others`: what is neither a flag nor its value; nullptr if there must be
// none.
template <class T>
Result<T> read_options(Words words, const Lookup& look_up = look_up_environment,
                       std::vector<std::string_view>* others = nullptr) {
    T out{};
    std::vector<RawOption> raw;
    for_each_member(out, [&]<class M>(std::string_view member, const M&) {
        raw.push_back({member, std::is_same_v<M, bool>, std::nullopt, {}});
    });
    SHOP_TRY_STATUS(read_raw_options(words, look_up, raw, others));
    std::size_t index = 0;
    std::string wrong;
    for_each_member(out, [&](std::string_view name, auto& member) {
        const RawOption& option = raw[index++];
        if (!option.value || !wrong.empty()) return;
        const std::string takes =
            options_detail::set(member, *option.value, options_detail::help_for<T>(name));
        if (!takes.empty())
            wrong = option.source + " takes " + takes + ", not \"" + *option.value + "\".";
    });
    if (!wrong.empty()) return fail(ErrorCode::kInvalid, "wrong-use", wrong);
    return out;
}

template <class T>
std::string help_of() {
    static_assert(T::kHelp.size() == kMemberCount<T>, "each option has its line of help");
    std::string text;
    const T defaults{};
    for_each_member(defaults, [&](std::string_view member, const auto& value) {
        text += help_line(options_detail::help_for<T>(member), options_detail::text_of(value));
    });
    return text;
}

}  // namespace shop::api
