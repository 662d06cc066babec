// Bodies as described structs, both ways. Included by endpoint sources only.
//
// A struct may state the limits of its members, for the document and the check alike:
//
//   struct AddLineBody {
//       std::string sku;
//       std::int64_t quantity = 0;
//       static constexpr std::array kLimits = {Limit{.member = "sku", .min = 1, .max = 64},
//                                              Limit{.member = "quantity", .min = 1, .max = 9999}};
//   };
//   SHOP_DESCRIBE(AddLineBody, sku, quantity)
#pragma once

#include <string>

#include "api/http/cursor.hpp"
#include "api/http/limits.hpp"
#include "api/http/message.hpp"
#include "core/json/decode.hpp"
#include "core/json/encode.hpp"

namespace shop::http {

// The body as a T: unknown, missing and wrong fields are refused by name, all at once.
template <class T>
Result<T> body_of(const Request& request) {
    json::Document document;
    const auto value = document.parse(request.body);
    if (!value) return std::unexpected(value.error());
    T out{};
    json::Decoding decoding(json::Missing::kIsError);
    json::decode(*value, out, decoding);
    if (decoding.ok()) check_limits(out, decoding);
    if (decoding.ok()) return out;
    Error error{ErrorCode::kInvalid, "invalid-request", "Some fields are wrong; see errors."};
    error.fields = std::move(decoding.errors());
    return std::unexpected(std::move(error));
}

// … of a route whose body is optional: without one every member is at its default.
template <class T>
Result<T> optional_body_of(const Request& request) {
    if (request.body.empty()) return T{};
    return body_of<T>(request);
}

// What most answers fit in, so that they are written without growing.
inline constexpr std::size_t kUsualAnswerBytes = 4096;

// An answer of that status with the value as JSON, every member written.
template <class T>
Response json_answer(int status, const T& value) {
    Response response{.status = status};
    response.body.reserve(kUsualAnswerBytes);
    json::Writer writer(response.body);
    json::encode(writer, value, json::Defaults::kWrite);
    return response;
}

// A page as the answer: `page` has `items` and `next`, the cursor of the next page if there is one.
template <class Page>
Response page_answer(const Request& request, const Page& page) {
    Response response = json_answer(200, page);
    if (page.next) link_next(response, request, *page.next);
    return response;
}

}  // namespace shop::http
