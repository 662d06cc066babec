#include <array>
#include <utility>

#include "api/http/message.hpp"
#include "core/json/writer.hpp"
#include "projections/postgres/errors.hpp"

namespace shop::http {
namespace {

// Where the type says more than the code does.
constexpr std::array<std::pair<std::string_view, int>, 25> kStatusOfType = {{
    {"unauthorized", 401},
    {"payment-declined", 402},
    {"forbidden", 403},
    {"method-not-allowed", 405},
    {"request-timeout", 408},
    {"total-changed", 409},
    {"out-of-stock", 409},
    {"length-required", 411},
    {"precondition-failed", 412},
    {"version-mismatch", 412},
    {"body-too-large", 413},
    {"target-too-long", 414},
    {"unsupported-media-type", 415},
    {"expectation-failed", 417},
    {"idempotency-key-reused", 422},
    {"precondition-required", 428},
    {"too-many-requests", 429},
    {"headers-too-large", 431},
    {"internal", 500},
    {"transfer-encoding", 501},
    {"unknown-method", 501},
    {"provider-unavailable", 503},
    {"view-behind", 504},
    {"http-version", 505},
    {"bad-signature", 401},
}};

std::string_view title_of(int status) {
    switch (status) {
        case 400:
            return "The request is wrong";
        case 401:
            return "Credentials are needed";
        case 402:
            return "The payment was declined";
        case 403:
            return "These credentials do not allow this";
        case 404:
            return "There is no such thing";
        case 405:
            return "This path has no such method";
        case 408:
            return "The request took too long";
        case 409:
            return "The state of things does not allow this";
        case 411:
            return "The length must be given";
        case 412:
            return "It has changed meanwhile";
        case 413:
            return "The body is too large";
        case 414:
            return "The address is too long";
        case 415:
            return "This kind of body is not understood";
        case 417:
            return "The expectation cannot be met";
        case 422:
            return "This key was used for another request";
        case 428:
            return "A condition must be given";
        case 429:
            return "Too many requests";
        case 431:
            return "The headers are too large";
        case 501:
            return "This is not implemented";
        case 503:
            return "Not possible right now";
        case 504:
            return "It did not get ready in time";
        case 505:
            return "This version of HTTP is not spoken";
        default:
            return "Something is wrong on our side";
    }
}

bool asks_to_come_back(int status) {
    return status == 429 || status == 503 || status == 504;
}

// Never less: whoever comes back when he was told to is not told to wait again.
std::int64_t whole_seconds_of(Duration duration) {
    return (duration.us + seconds(1).us - 1) / seconds(1).us;
}

}  // namespace

int status_of(const Error& error) {
    for (const auto& [type, status] : kStatusOfType)
        if (type == error.type) return status;
    switch (error.code) {
        case ErrorCode::kInvalid:
            return 400;
        case ErrorCode::kNotFound:
            return 404;
        case ErrorCode::kConflict:
        case ErrorCode::kRejected:
            return 409;
        case ErrorCode::kUnavailable:
            return 503;
        case ErrorCode::kCorrupt:
            return 500;
    }
    return 500;
}

namespace {

Error without_words_of_postgres(const Error& error) {
    if (postgres::is_transient(error))
        return {ErrorCode::kUnavailable, "view-unavailable",
                "The views cannot be reached right now. Try again soon."};
    return {ErrorCode::kCorrupt, "view-failed",
            "The database of the views refused this; the shop's log says why."};
}

Error without_words_for_the_log(const Error& error) {
    if (!postgres::sqlstate_of(error).empty()) return without_words_of_postgres(error);
    return {ErrorCode::kCorrupt, error.type,
            "Something that is stored is damaged; the shop's log says where."};
}

Response document_of(const Error& error, Duration retry_after) {
    Response response{.status = status_of(error), .content_type = "application/problem+json"};
    response.problem = error.type;
    json::Writer w(response.body);
    w.begin_object();
    w.key("type");
    w.string("urn:shopverse:problem:" + error.type);
    w.key("title");
    w.string(title_of(response.status));
    w.key("status");
    w.integer(response.status);
    w.key("detail");
    w.string(error.message);
    if (!error.fields.empty()) {
        w.key("errors");
        w.begin_array();
        for (const FieldError& field : error.fields) {
            w.begin_object();
            w.key("pointer");
            w.string(field.pointer);
            w.key("detail");
            w.string(field.detail);
            w.end_object();
        }
        w.end_array();
    }
    if (!error.members.empty()) w.raw(error.members);
    w.end_object();
    if (asks_to_come_back(response.status))
        response.with("Retry-After", std::to_string(whole_seconds_of(retry_after)));
    if (response.status == 401) response.with("WWW-Authenticate", "Bearer");
    return response;
}

}  // namespace

Response problem(const Error& error, Duration retry_after) {
    // Postgres's errors that pass by themselves have another code.
    if (error.code != ErrorCode::kCorrupt && postgres::sqlstate_of(error).empty())
        return document_of(error, retry_after);
    Response response = document_of(without_words_for_the_log(error), retry_after);
    response.cause = error.type + ": " + error.message;
    return response;
}

}  // namespace shop::http
