#include "api/http/answer_head.hpp"

#include <fmt/compile.h>

#include <chrono>
#include <iterator>

namespace shop::http {
namespace {

// A line end inside a value would let it add headers of its own.
void append_value(std::string& out, std::string_view value) {
    for (const char c : value)
        if (c != '\r' && c != '\n') out.push_back(c);
}

constexpr std::string_view kOurMistake = "500 Internal Server Error";

}  // namespace

std::string_view status_line_of(int status) {
    switch (status) {
        case 200:
            return "200 OK";
        case 201:
            return "201 Created";
        case 202:
            return "202 Accepted";
        case 204:
            return "204 No Content";
        case 301:
            return "301 Moved Permanently";
        case 303:
            return "303 See Other";
        case 304:
            return "304 Not Modified";
        case 400:
            return "400 Bad Request";
        case 401:
            return "401 Unauthorized";
        case 402:
            return "402 Payment Required";
        case 403:
            return "403 Forbidden";
        case 404:
            return "404 Not Found";
        case 405:
            return "405 Method Not Allowed";
        case 408:
            return "408 Request Timeout";
        case 409:
            return "409 Conflict";
        case 411:
            return "411 Length Required";
        case 412:
            return "412 Precondition Failed";
        case 413:
            return "413 Content Too Large";
        case 414:
            return "414 URI Too Long";
        case 415:
            return "415 Unsupported Media Type";
        case 417:
            return "417 Expectation Failed";
        case 422:
            return "422 Unprocessable Content";
        case 428:
            return "428 Precondition Required";
        case 429:
            return "429 Too Many Requests";
        case 431:
            return "431 Request Header Fields Too Large";
        case 501:
            return "501 Not Implemented";
        case 503:
            return "503 Service Unavailable";
        case 504:
            return "504 Gateway Timeout";
        case 505:
            return "505 HTTP Version Not Supported";
        default:
            return kOurMistake;
    }
}

bool has_status_line(int status) {
    return status == 500 || status_line_of(status) != kOurMistake;
}

void append_head(std::string& out, const Response& response, const HeadFacts& facts) {
    const auto back = std::back_inserter(out);
    fmt::format_to(back, FMT_COMPILE("HTTP/1.1 {}\r\nDate: {}\r\n"),
                   status_line_of(response.status), facts.date);
    const bool may_have_body = response.status != 204 && response.status != 304;
    if (may_have_body)
        fmt::format_to(back, FMT_COMPILE("Content-Type: {}\r\n"), response.content_type);
    if (facts.coding == Coding::kChunked)
        out += "Transfer-Encoding: chunked\r\n";
    else if (facts.coding == Coding::kLength && may_have_body)
        fmt::format_to(back, FMT_COMPILE("Content-Length: {}\r\n"), response.content().size());
    for (const auto& [name, value] : response.headers) {
        out += name;
        out += ": ";
        append_value(out, value);
        out += "\r\n";
    }
    if (!facts.request_id.empty())
        fmt::format_to(back, FMT_COMPILE("Shop-Request-Id: {}\r\n"), facts.request_id);
    out += "X-Content-Type-Options: nosniff\r\n";
    out += facts.keep_alive ? "\r\n" : "Connection: close\r\n\r\n";
}

std::string http_date(Time time) {
    static constexpr std::string_view kDays = "SunMonTueWedThuFriSat";
    static constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
    const std::chrono::sys_seconds moment{std::chrono::seconds(time.us / 1'000'000)};
    const auto day = std::chrono::floor<std::chrono::days>(moment);
    const std::chrono::year_month_day date{day};
    const std::chrono::hh_mm_ss clock{moment - day};
    return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT",
                       kDays.substr(std::chrono::weekday(day).c_encoding() * 3, 3),
                       static_cast<unsigned>(date.day()),
                       kMonths.substr((static_cast<unsigned>(date.month()) - 1) * 3, 3),
                       static_cast<int>(date.year()), clock.hours().count(),
                       clock.minutes().count(), clock.seconds().count());
}

}  // namespace shop::http
