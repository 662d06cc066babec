#include "api/view_read.hpp"

#include <fmt/format.h>

#include "api/http/cursor.hpp"
#include "projections/projector.hpp"

namespace shop::api {
namespace {

using http::Response;

// Of the content, so that the same content keeps its tag over restarts (RFC 9110 §8.8.3).
std::string tag_of(std::string_view content) {
    return fmt::format("\"{:016x}\"", projections::name_hash(content));
}

bool is_known(std::string_view if_none_match, std::string_view tag) {
    return if_none_match == "*" || if_none_match.find(tag) != std::string_view::npos;
}

}  // namespace

ViewRead::ViewRead(Services& services, const http::Request& request, std::string key)
    : services_(services), request_(request), key_(std::move(key)) {}

Task<std::optional<Response>> ViewRead::begin() {
    if (services_.projector == nullptr)
        co_return http::problem({ErrorCode::kUnavailable, "no-views",
                                 "This shop runs without Postgres, so there is nothing to list."});
    auto min = http::min_position_of(request_);
    if (!min) co_return http::problem(min.error());
    min_ = std::move(*min);
    for (const Position& position : min_.positions)
        if (!services_.projector->reads(position.partition))
            co_return http::problem(
                http::no_such_partition("this list is not made from any", position.partition));
    projections::Progress& progress = services_.projector->progress();
    if (!min_.positions.empty()) {
        const auto passed =
            co_await progress.wait_passed(services_.home, min_.positions, min_.wait);
        if (!passed) co_return http::problem(passed.error());
        if (!*passed) co_return http::problem(http::view_is_behind(min_));
    }
    if (!key_.empty())
        if (const auto* page =
                services_.pages->find(key_, services_.clock.steady(), min_.positions))
            co_return answer(*page);
    position_ = progress.position();
    moment_ = services_.projector->generations().now();
    co_return std::nullopt;
}

Response ViewRead::finish(std::string json, std::vector<std::uint64_t> depends, std::string next) {
    projections::CachedPage page{.body = std::make_shared<const std::string>(std::move(json)),
                                 .etag = {},
                                 .next = std::move(next),
                                 .position = position_,
                                 .moment = moment_,
                                 .stored = services_.clock.steady(),
                                 .depends = std::move(depends)};
    page.etag = tag_of(*page.body);
    Response response = answer(page);
    if (!key_.empty()) services_.pages->store(std::move(key_), std::move(page));
    return response;
}

Response ViewRead::answer(const projections::CachedPage& page) const {
    Response response;
    response.with("ETag", page.etag)
        .with("Shop-View-Position", page.position->text)
        .with("Shop-View-Age-Ms", std::to_string(services_.projector->progress().age().us / 1'000));
    if (!page.next.empty()) http::link_next(response, request_, page.next);
    if (is_known(request_.header("if-none-match"), page.etag))
        response.status = 304;
    else
        response.shared = page.body;
    return response;
}

}  // namespace shop::api
