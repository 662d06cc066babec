#include "api/http/message.hpp"

#include <charconv>

#include "core/base/assert.hpp"

namespace shop::http {

std::string_view name_of(Method method) {
    switch (method) {
        case Method::kGet:
            return "GET";
        case Method::kHead:
            return "HEAD";
        case Method::kPost:
            return "POST";
        case Method::kPut:
            return "PUT";
        case Method::kPatch:
            return "PATCH";
        case Method::kDelete:
            return "DELETE";
        case Method::kOptions:
            return "OPTIONS";
    }
    return "";
}

std::string_view Request::header(std::string_view lower_case_name) const {
    for (const Field& field : headers)
        if (field.name == lower_case_name) return field.value;
    return {};
}

std::string_view Request::parameter(std::string_view name) const {
    for (const Field& field : parameters)
        if (field.name == name) return field.value;
    assertion_failed("the route has a parameter of that name");
}

std::optional<std::string_view> Request::argument(std::string_view name) const {
    for (const Argument& argument : arguments)
        if (argument.name == name) return argument.value;
    return std::nullopt;
}

std::optional<std::int64_t> Request::integer_argument(std::string_view name) const {
    const auto text = argument(name);
    if (!text) return std::nullopt;
    std::int64_t value = 0;
    std::from_chars(text->data(), text->data() + text->size(), value);
    return value;
}

std::optional<bool> Request::boolean_argument(std::string_view name) const {
    const auto text = argument(name);
    if (!text) return std::nullopt;
    return *text == "true";
}

void Response::replace(std::string name, std::string value) {
    std::erase_if(headers, [&](const auto& header) { return header.first == name; });
    with(std::move(name), std::move(value));
}

std::string_view Response::header(std::string_view name) const {
    for (const auto& [own, value] : headers)
        if (own == name) return value;
    return {};
}

}  // namespace shop::http
