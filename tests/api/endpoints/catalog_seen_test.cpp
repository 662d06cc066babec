// Commands that are not decided on a catalog older than the caller has seen.
#include <catch2/catch.hpp>

#include "api/endpoints/all.hpp"
#include "tests/api/endpoints/memory_shop.hpp"

namespace shop::api {
namespace {

using http::Method;
using http::Response;
using tests::MemoryShop;

constexpr const char* kCategories = "/api/v1/admin/categories";

MemoryShop::Call create(const std::string& slug, const std::string& min_position) {
    return {.method = Method::kPost,
            .path = kCategories,
            .body = R"({"title":"Lamps","slug":")" + slug + R"("})",
            .min_position = min_position};
}

Response answer(MemoryShop& shop, MemoryShop::Call call) {
    return std::move(shop.call_together({std::move(call)}).front());
}

std::string next_position(const MemoryShop& shop) {
    return Position{{Topic::kCatalog, 0}, shop.catalog().passed().at(0).offset + 1}.to_string();
}

TEST_CASE("what the caller has seen of the catalog, a command is decided on") {
    MemoryShop shop(&add_all_routes);
    const Response first = answer(shop, create("lamps", ""));
    REQUIRE(first.status == 201);
    const Response second =
        answer(shop, create("shades", std::string(first.header("Shop-Position"))));
    CHECK(second.status == 201);
}

TEST_CASE("a command waits for the catalog, and is not done if that takes too long") {
    MemoryShop shop(&add_all_routes);
    const std::string next = next_position(shop);
    const std::size_t before = shop.recorded().size();
    const Response late = answer(shop, create("lamps", next));
    CHECK(late.status == 503);
    CHECK(late.body.find("catalog-behind") != late.body.npos);
    CHECK(shop.recorded().size() == before);

    const auto both = shop.call_together({create("lamps", next), create("shades", "")});
    CHECK(both.at(0).status == 201);
    CHECK(both.at(1).status == 201);
    CHECK(both.at(1).header("Shop-Position") == next);
}

TEST_CASE("positions of other topics are no matter of the catalog") {
    MemoryShop shop(&add_all_routes);
    CHECK(answer(shop, create("lamps", "commerce-1:999999")).status == 201);
}

TEST_CASE("a position that is none, or in no partition of the catalog, is told") {
    MemoryShop shop(&add_all_routes);
    for (const char* wrong : {"nowhere", "catalog-1:0", "catalog-0:-1,"}) {
        INFO(wrong);
        const Response refused = answer(shop, create("lamps", wrong));
        CHECK(refused.status == 400);
        CHECK(refused.body.find("Shop-Min-Position") != refused.body.npos);
    }
}

}  // namespace
}  // namespace shop::api
