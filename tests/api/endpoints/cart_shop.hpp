// A shop in memory with one cart in it.
#pragma once

#include <catch2/catch.hpp>
#include <string>
#include <string_view>

#include "api/cart_token.hpp"
#include "core/cart/cart.hpp"
#include "tests/api/endpoints/memory_shop.hpp"

namespace shop::api {

void add_cart_routes(http::Routes& routes, Services& services);

}  // namespace shop::api

namespace shop::tests {

struct CartShop : MemoryShop {
    CartId cart = made();

    explicit CartShop(AddRoutes add = &api::add_cart_routes) : MemoryShop(add) {}

    CartId made() {
        const auto answer = call(http::Method::kPost, "/api/v1/carts", "{}");
        REQUIRE(answer.status == 201);
        return *CartId::parse(answer.header("Location").substr(sizeof("/api/v1/carts/") - 1));
    }
    // "contact" or "…-address": whose it is and where they live.
    Call put(std::string_view what) {
        const std::string body =
            what == "contact" ? R"({"email":"ada@example.com"})"
                              : R"({"name":"Ada","lines":["12 St James's Square"],"city":"London",)"
                                R"("postal_code":"SW1Y 4JH","country":"GB"})";
        return of_cart(http::Method::kPut, "/" + std::string(what), body);
    }
    Call of_cart(http::Method method, const std::string& below, std::string body = {}) {
        return {method, "/api/v1/carts/" + cart.to_string() + below, std::move(body), {},
                {},     api::token_of(services().secrets, cart)};
    }
};

}  // namespace shop::tests
