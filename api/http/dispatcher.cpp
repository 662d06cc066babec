#include "api/http/dispatcher.hpp"

#include <array>
#include <charconv>
#include <cstring>

#include "api/http/target.hpp"
#include "core/base/digest.hpp"
#include "core/base/text.hpp"

namespace shop::http {
namespace {

constexpr std::string_view kShopTokenCookie = "shop_token";

// Headers of which two could be read in two ways: one of us would take the first, another the last.
constexpr std::array<std::string_view, 7> kSingleHeaders = {
    "Authorization", "Content-Type", "Idempotency-Key",  "If-Match",
    "Prefer",        "Shop-Token",   "Shop-Min-Position"};

bool is_integer(std::string_view text) {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc() && end == text.data() + text.size();
}

// What is wrong with a parameter's value; empty if nothing is.
std::string fault_of(const Parameter& parameter, std::string_view value) {
    if (!parameter.one_of.empty()) {
        if (std::ranges::find(parameter.one_of, value) != parameter.one_of.end()) return {};
        std::string names;
        for (const std::string_view name : parameter.one_of)
            names += (names.empty() ? "" : ", ") + std::string(name);
        return "must be one of: " + names;
    }
    if (parameter.type == "boolean")
        return value == "true" || value == "false" ? "" : "must be true or false";
    std::int64_t measure = 0;
    std::string_view unit = " characters";
    if (parameter.type == "integer") {
        if (!is_integer(value)) return "must be an integer";
        std::from_chars(value.data(), value.data() + value.size(), measure);
        unit = "";
    } else {
        measure = static_cast<std::int64_t>(count_code_points(value));
    }
    if (parameter.min && measure < *parameter.min)
        return "must be at least " + std::to_string(*parameter.min) + std::string(unit);
    if (parameter.max && measure > *parameter.max)
        return "must be at most " + std::to_string(*parameter.max) + std::string(unit);
    return {};
}

const Parameter* find_parameter(const Route& route, std::string_view name) {
    for (const Parameter& parameter : route.parameters)
        if (parameter.in == "query" && parameter.name == name) return &parameter;
    return nullptr;
}

Status check_headers(const Request& request) {
    Error wrong{ErrorCode::kInvalid, "invalid-request", "Some headers are wrong; see errors."};
    for (const std::string_view name : kSingleHeaders) {
        const auto given = std::ranges::count(request.headers, ascii_lower(name), &Field::name);
        if (given > 1) wrong.fields.push_back({std::string(name), "is given twice"});
    }
    if (wrong.fields.empty()) return {};
    return std::unexpected(std::move(wrong));
}

// "application/json; charset=utf-8" → "application/json", in lower case.
std::string media_type_of(std::string_view header) {
    header = header.substr(0, header.find(';'));
    while (header.ends_with(' ') || header.ends_with('\t')) header.remove_suffix(1);
    return ascii_lower(header);
}

std::string_view cookie_value(std::string_view cookies, std::string_view name) {
    while (!cookies.empty()) {
        const std::size_t end = std::min(cookies.find(';'), cookies.size());
        std::string_view pair = cookies.substr(0, end);
        cookies.remove_prefix(std::min(end + 1, cookies.size()));
        while (pair.starts_with(' ')) pair.remove_prefix(1);
        if (pair.size() > name.size() && pair.starts_with(name) && pair[name.size()] == '=')
            return pair.substr(name.size() + 1);
    }
    return {};
}

// From the header, else the link, else the cookie.
std::string_view shop_token_of(const Request& request) {
    if (const auto header = request.header("shop-token"); !header.empty()) return header;
    if (const auto link = request.argument("t")) return *link;
    return cookie_value(request.header("cookie"), kShopTokenCookie);
}

// Trace id of "00-<32 hex>-<16 hex>-<2 hex>", or nothing.
std::optional<std::string_view> trace_of(std::string_view traceparent) {
    const auto is_hex = [](std::string_view text) {
        return text.find_first_not_of("0123456789abcdef") == text.npos;
    };
    if (traceparent.size() < 55 || !traceparent.starts_with("00-") || traceparent[35] != '-' ||
        traceparent[52] != '-')
        return std::nullopt;
    const std::string_view trace = traceparent.substr(3, 32);
    if (!is_hex(trace) || trace.find_first_not_of('0') == trace.npos) return std::nullopt;
    return trace;
}

// SplitMix64: names need to differ, not to be secret.
std::uint64_t next_random(std::uint64_t& state) {
    std::uint64_t z = (state += 0x9E3779B97F4A7C15ULL);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31);
}

void append_hex(std::string& out, std::uint64_t value) {
    constexpr std::string_view kHex = "0123456789abcdef";
    for (int shift = 60; shift >= 0; shift -= 4) out.push_back(kHex[(value >> shift) & 15]);
}

Response not_served(const Routes::Match& match, const Request& request, const Framing& framing) {
    if (match.allowed.empty() && request.path != "*")
        return problem({ErrorCode::kNotFound, "not-found", "Nothing is served at this path."});
    std::string allow;
    for (const Method method : match.allowed)
        allow += (allow.empty() ? "" : ", ") + std::string(name_of(method));
    if (request.method == Method::kOptions && framing.method_known)
        return Response{.status = 204}.with("Allow", allow);
    return problem({ErrorCode::kInvalid, "method-not-allowed",
                    "This path has no such method; see the Allow header."})
        .with("Allow", allow);
}

}  // namespace

Dispatcher::Dispatcher(const Routes& routes, Gate* gate, Witness* witness)
    : routes_(routes), gate_(gate), witness_(witness) {
    const std::string seed = random_bytes(sizeof random_);
    std::memcpy(&random_, seed.data(), sizeof random_);
}

void Dispatcher::name_request(Request& request) {
    request.id.clear();
    append_hex(request.id, next_random(random_));
    request.trace.clear();
    if (const auto trace = trace_of(request.header("traceparent"))) {
        request.trace = *trace;
        return;
    }
    append_hex(request.trace, next_random(random_));
    append_hex(request.trace, next_random(random_));
}

Dispatcher::Admission Dispatcher::admit(Request& request, const Framing& framing) {
    Admission admission;
    request.caller = {};
    request.caller.actor.kind = ActorKind::kShopper;
    Routes::Match match = routes_.find(request.method, request.path, request.parameters);
    if (!framing.method_known && match.entry != nullptr) {
        request.parameters.clear();
        match = routes_.find(Method::kOptions, request.path, request.parameters);
    }
    if (match.entry == nullptr) {
        admission.refusal = not_served(match, request, framing);
        return admission;
    }
    const Route& route = match.entry->route;
    admission.entry = match.entry;
    admission.body_bytes_max = route.body_bytes_max;
    Status status = check_headers(request);
    // The query before the gate: it may hold the token that opens it.
    if (status) status = check_query(route, request);
    if (status && route.shop_token) request.caller.shop_token = shop_token_of(request);
    if (status && gate_ != nullptr) status = gate_->admit(request, route);
    if (status) status = check_content(route, request, framing);
    if (!status) admission.refusal = problem(status.error());
    return admission;
}

Status Dispatcher::check_query(const Route& route, Request& request) const {
    if (request.query.empty()) return {};
    SHOP_TRY(arguments, parse_query(request.query));
    Error wrong{ErrorCode::kInvalid, "invalid-request", "Some parameters are wrong; see errors."};
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const Argument& argument = arguments[i];
        const auto given = std::count_if(arguments.begin(), arguments.begin() + std::ptrdiff_t(i),
                                         [&](const auto& a) { return a.name == argument.name; });
        const Parameter* parameter = find_parameter(route, argument.name);
        const bool token = route.shop_token && argument.name == "t";
        std::string fault;
        if (given >= (parameter == nullptr ? 1 : parameter->times_max))
            fault = given == 1 ? "is given twice" : "is given too often";
        else if (parameter == nullptr && !token)
            fault = "is not a parameter of this call";
        else if (parameter != nullptr)
            fault = fault_of(*parameter, argument.value);
        if (!fault.empty()) wrong.fields.push_back({argument.name, std::move(fault)});
    }
    if (!wrong.fields.empty()) return std::unexpected(std::move(wrong));
    request.arguments = std::move(arguments);
    return {};
}

Status Dispatcher::check_content(const Route& route, const Request& request,
                                 const Framing& framing) const {
    const bool takes_body = route.body.has_value() || route.streams_body;
    if (framing.content_length && *framing.content_length > route.body_bytes_max)
        return fail(ErrorCode::kInvalid, "body-too-large",
                    "The body may have " + std::to_string(route.body_bytes_max) + " bytes.");
    if (!takes_body) return {};
    if (!framing.has_length) {
        if (route.body_optional) return {};
        return fail(ErrorCode::kInvalid, "length-required",
                    "Send a body, with Content-Length or in chunks.");
    }
    if (route.body_optional && framing.content_length == 0U) return {};
    if (media_type_of(request.header("content-type")) != route.body_type)
        return fail(ErrorCode::kInvalid, "unsupported-media-type",
                    "Send Content-Type: " + std::string(route.body_type) + ".");
    if (const auto coding = request.header("content-encoding");
        !coding.empty() && coding != "identity")
        return fail(ErrorCode::kInvalid, "unsupported-media-type", "Send the body uncompressed.");
    return {};
}

Task<Response> Dispatcher::answer(const Request& request, const Admission& admission) {
    return admission.entry->handler(request);
}

void Dispatcher::complete(const Request& request, const Admission& admission, Response& response,
                          Duration took) {
    const bool is_private = admission.entry == nullptr ||
                            admission.entry->route.access != Access::kPublic ||
                            admission.entry->route.shop_token || response.status >= 400;
    if (is_private && response.header("Cache-Control").empty())
        response.with("Cache-Control", "no-store");
    if (witness_ != nullptr) witness_->on_answer(request, admission.entry, response, took);
}

}  // namespace shop::http
