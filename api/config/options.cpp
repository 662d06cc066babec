#include "api/config/options.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

namespace shop::api {
namespace {

std::unexpected<Error> wrong_use(std::string message) {
    return fail(ErrorCode::kInvalid, "wrong-use", std::move(message));
}

}  // namespace

std::string flag_of(std::string_view member) {
    std::string flag = "--" + std::string(member);
    std::ranges::replace(flag, '_', '-');
    return flag;
}

std::string variable_of(std::string_view member) {
    std::string variable = "SHOPVERSE_" + std::string(member);
    for (char& c : variable)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    return variable;
}

std::optional<std::string> look_up_environment(const std::string& variable) {
    const char* value = std::getenv(variable.c_str());
    return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

Status read_raw_options(Words words, const Lookup& look_up, std::vector<RawOption>& options,
                        std::vector<std::string_view>* others) {
    for (RawOption& option : options) {
        option.source = variable_of(option.member);
        option.value = look_up(option.source);
        if (option.value && option.value->empty()) option.value.reset();
    }
    for (std::size_t i = 0; i < words.size(); ++i) {
        const std::string_view word = words[i];
        if (word.empty()) return wrong_use("An argument is empty.");
        if (!word.starts_with('-') || word == "-") {
            if (others == nullptr)
                return wrong_use("\"" + std::string(word) + "\" is not understood.");
            others->push_back(word);
            continue;
        }
        const std::size_t equals = word.find('=');
        const std::string_view flag = word.substr(0, equals);
        const auto option = std::ranges::find_if(
            options, [&](const RawOption& each) { return flag_of(each.member) == flag; });
        if (option == options.end())
            return wrong_use("There is no option " + std::string(flag) + ".");
        option->source = flag;
        if (equals != word.npos)
            option->value = word.substr(equals + 1);
        else if (option->is_bool)
            option->value = "yes";
        else if (i + 1 < words.size() && !words[i + 1].starts_with("--"))
            option->value = words[++i];
        else
            option->value = "";
        if (option->value->empty()) return wrong_use(std::string(flag) + " needs a value.");
    }
    return {};
}

std::string number_of(const OptionHelp& help) {
    if (help.max == std::numeric_limits<std::int64_t>::max())
        return fmt::format("a whole number, at least {}", help.min);
    return fmt::format("a whole number from {} to {}", help.min, help.max);
}

std::string help_line(const OptionHelp& help, const std::string& default_text) {
    const std::string left =
        flag_of(help.member) + (help.value.empty() ? "" : " " + std::string(help.value));
    const std::string by_default =
        default_text.empty() || help.value.empty() ? "" : "default " + default_text + "; ";
    return fmt::format("  {:<24} {} ({}{})\n", left, help.text, by_default,
                       variable_of(help.member));
}

}  // namespace shop::api
