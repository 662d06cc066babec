// Paths, queries, routes, cursors and positions, without a socket.
#include <catch2/catch.hpp>

#include "api/http/cursor.hpp"
#include "api/http/position.hpp"
#include "api/http/route.hpp"
#include "api/http/target.hpp"
#include "events/keys/secrets.hpp"

namespace shop {
namespace {

using http::Method;
using http::Request;
using http::Response;

TEST_CASE("a path is decoded, and refused if it hides anything") {
    std::string path;
    std::string query;
    REQUIRE(http::split_target("/a/caf%C3%A9?q=1&r=%2F", path, query));
    CHECK(path == "/a/café");
    CHECK(query == "q=1&r=%2F");
    REQUIRE(http::split_target("http://shop.example/x?y", path, query));
    CHECK(path == "/x");
    for (const char* bad : {"x", "/%2e%2e/x", "/a/./b", "/a%2Fb", "/%5c", "/%zz", "/%4", "/%00",
                            "/%c3%28", "/a#b", "/a\\b"})
        CHECK_FALSE(http::split_target(bad, path, query));
}

TEST_CASE("a query is decoded the way forms encode it") {
    const auto arguments = http::parse_query("q=red+lamp%21&empty=&flag&&x=%C3%A9");
    REQUIRE(arguments.has_value());
    REQUIRE(arguments->size() == 4);
    CHECK((*arguments)[0].value == "red lamp!");
    CHECK((*arguments)[2].name == "flag");
    CHECK((*arguments)[3].value == "é");
    CHECK_FALSE(http::parse_query("q=%00"));
    CHECK_FALSE(http::parse_query("q=%ff"));
}

TEST_CASE("a fixed segment goes before a parameter, and each method has its own handler") {
    http::Routes routes;
    const auto add = [&](Method method, std::string_view pattern) {
        routes.add({.method = method, .pattern = pattern},
                   [](const Request&) { return ready(Response{}); });
    };
    add(Method::kGet, "/carts/{id}");
    add(Method::kGet, "/carts/mine");
    add(Method::kPost, "/carts/{cart}/lines");
    add(Method::kGet, "/");
    std::vector<http::Field> parameters;
    CHECK(routes.find(Method::kGet, "/carts/mine", parameters).entry->route.pattern ==
          "/carts/mine");
    CHECK(parameters.empty());
    CHECK(routes.find(Method::kGet, "/", parameters).entry != nullptr);
    REQUIRE(routes.find(Method::kPost, "/carts/7/lines", parameters).entry != nullptr);
    REQUIRE(parameters.size() == 1);
    CHECK(parameters[0].name == "cart");
    CHECK(parameters[0].value == "7");
    parameters.clear();
    for (const char* path : {"/carts", "/carts/", "/carts//lines", "/carts/7/lines/", "", "x", "*"})
        CHECK(routes.find(Method::kGet, path, parameters).entry == nullptr);
    const auto match = routes.find(Method::kDelete, "/carts/7", parameters);
    CHECK(match.allowed == std::vector{Method::kGet, Method::kHead, Method::kOptions});
}

TEST_CASE("a cursor opens the list it came from and no other") {
    const Secrets secrets{"a", "b", "c"};
    const std::string cursor = http::make_cursor(secrets, "/products?q=x", {"12", "né"});
    CHECK(http::read_cursor(secrets, "/products?q=x", cursor).value() ==
          std::vector<std::string>{"12", "né"});
    CHECK_FALSE(http::read_cursor(secrets, "/products?q=y", cursor));
    CHECK_FALSE(http::read_cursor({"a", "b", "other"}, "/products?q=x", cursor));
    for (std::size_t i = 0; i < cursor.size(); ++i) {
        std::string other = cursor;
        other[i] = other[i] == 'A' ? 'B' : 'A';
        CHECK_FALSE(http::read_cursor(secrets, "/products?q=x", other));
    }
}

TEST_CASE("a link to the next page keeps the filters and never carries a token") {
    Request request;
    request.path = "/products";
    request.arguments = {{"q", "red & blue"}, {"t", "secret"}, {"cursor", "old"}};
    Response response;
    http::link_next(response, request, "new");
    CHECK(response.header("Link") == "</products?q=red%20%26%20blue&cursor=new>; rel=\"next\"");
}

TEST_CASE("a read waits for the furthest position of each partition that the client names") {
    Request request;
    request.headers = {{"shop-min-position", "commerce-3:7, catalog-0:2,commerce-3:9"},
                       {"prefer", "respond-async, wait=5"}};
    const auto asked = http::min_position_of(request);
    REQUIRE(asked.has_value());
    CHECK(http::text_of(asked->positions) == "commerce-3:9,catalog-0:2");
    CHECK(asked->wait == seconds(5));
    request.headers = {{"shop-min-position", "nonsense"}};
    CHECK_FALSE(http::min_position_of(request));
    request.headers = {{"prefer", "wait=999999"}};
    CHECK(http::min_position_of(request)->wait == seconds(30));
}

}  // namespace
}  // namespace shop
