// Result<T> and the one Error type of the program.
//
// The domain's "no" and the world's failures are returned as an Error; our own mistakes are
// assertions (assert.hpp). No exception crosses a port. Error → HTTP status happens in
// api/http/problem.cpp and nowhere else.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/describe.hpp"

namespace shop {

// What the caller can do about an error.
enum class ErrorCode {
    kInvalid,      // the request is wrong in itself; change it
    kNotFound,     // there is no such thing, or it is not the caller's
    kConflict,     // the thing is in a state that does not allow it; read it again
    kRejected,     // a rule or a partner said no (stock, card)
    kUnavailable,  // not now; try again
    kCorrupt,      // stored data is damaged; an operator must act
};
SHOP_DESCRIBE_ENUM(ErrorCode, kInvalid, kNotFound, kConflict, kRejected, kUnavailable, kCorrupt)

// One field that is wrong. `pointer` is an RFC 6901 JSON pointer into the request body, or the name
// of a query parameter or header.
struct FieldError {
    std::string pointer;
    std::string detail;
    bool operator==(const FieldError&) const = default;
};
SHOP_DESCRIBE(FieldError, pointer, detail)

struct Error {
    ErrorCode code = ErrorCode::kInvalid;
    std::string type;     // stable, kebab-case name of the problem: "out-of-stock"
    std::string message;  // one sentence that says what to do next; no secrets, no personal data
    std::vector<FieldError> fields = {};
    std::string members = {};  // further members of the problem document: JSON text `"a":1,"b":[]`
    bool operator==(const Error&) const = default;
};
SHOP_DESCRIBE(Error, code, type, message, fields, members)

template <class T>
using Result = std::expected<T, Error>;

using Status = Result<void>;

// `return fail(ErrorCode::kConflict, "cart-locked", "…")` from any function with a Result.
[[nodiscard]] inline std::unexpected<Error> fail(ErrorCode code, std::string_view type,
                                                 std::string message) {
    return std::unexpected(Error{code, std::string(type), std::move(message)});
}

// A request that is wrong in one field.
[[nodiscard]] inline std::unexpected<Error> fail_field(std::string_view pointer,
                                                       std::string_view detail) {
    Error error{ErrorCode::kInvalid, "invalid-request", std::string(detail)};
    error.fields.push_back({std::string(pointer), std::string(detail)});
    return std::unexpected(std::move(error));
}

}  // namespace shop

// Evaluates an expression of type Result<T>; on error returns it from the enclosing function, else
// binds its value: SHOP_TRY(cart, find_cart(id));
#define SHOP_TRY(name, expression)                                     \
    auto name##_result = (expression);                                 \
    if (!name##_result) return std::unexpected(name##_result.error()); \
    auto& name = *name##_result

// The same for a Status, which has no value.
#define SHOP_TRY_STATUS(expression)                        \
    do {                                                   \
        if (auto shop_status = (expression); !shop_status) \
            return std::unexpected(shop_status.error());   \
    } while (false)
