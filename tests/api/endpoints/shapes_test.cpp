// Callers rely on every member of every request and answer: tests/golden/api.txt holds them, and
// grows only.
#include <algorithm>
#include <catch2/catch.hpp>

#include "api/endpoints/all.hpp"
#include "tests/api/endpoints/memory_shop.hpp"
#include "tests/support/api_shapes.hpp"
#include "tests/support/golden.hpp"

namespace shop::tests {
namespace {

using Lines = std::vector<std::string>;

std::string openapi_document() {
    MemoryShop shop(&api::add_all_routes);
    return std::string(shop.call(http::Method::kGet, "/openapi.json", "").content());
}

Lines lines_of(std::string_view text) {
    Lines lines;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        lines.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines;
}

std::string joined(const Lines& lines) {
    std::string text;
    for (const std::string& line : lines) text += (text.empty() ? "" : "\n") + line;
    return text;
}

std::string replaced(std::string text, std::string_view what, std::string_view with) {
    for (std::size_t at = text.find(what); at != text.npos; at = text.find(what, at + with.size()))
        text.replace(at, what.size(), with);
    return text;
}

bool has(const Lines& lines, std::string_view line) {
    return std::ranges::find(lines, line) != lines.end();
}

// One call of a small API. `members`, `required`: of its body and its answer.
Lines small_api(const std::string& members, const std::string& required) {
    return shapes_in(R"({"paths":{"/toys":{"post":{"requestBody":{"required":true,"content":{)"
                     R"("application/json":{"schema":{"$ref":"#/components/schemas/Toy"}}}},)"
                     R"("responses":{"200":{"content":{"application/json":{"schema":)"
                     R"({"$ref":"#/components/schemas/Toy"}}}}}}}},"components":{"schemas":{)"
                     R"("Toy":{"type":"object","properties":{)" +
                     members + R"(},"required":[)" + required + "]}}}}");
}

}  // namespace

TEST_CASE("no call of the API loses a member, and all that it has are in the golden file",
          "[golden]") {
    const auto path = golden_folder() / "api.txt";
    const std::string known = read_file(path);
    const Lines now = shapes_in(openapi_document());
    const ShapeChanges changes = compare_shapes(lines_of(known), now);
    for (const std::string& line : changes.broken)
        FAIL_CHECK(line << "\nCallers rely on it: keep it, and add the new one beside it. If "
                           "nobody can use it yet, change its line in "
                        << path << " by hand.");
    if (changes.broken.empty() && joined(now) != known)
        record_golden(path, joined(now), "see with git diff that it only grew, and commit it");
}

TEST_CASE("control: a member of an answer that is renamed is seen", "[golden]") {
    const std::string document = openapi_document();
    const Lines known = shapes_in(document);
    const ShapeChanges changes =
        compare_shapes(known, shapes_in(replaced(document, "\"return_status\"", "\"returned\"")));
    CHECK(has(changes.broken, "GET /api/v1/admin/orders/{id} 200 return_status: string (gone)"));
    CHECK(has(changes.added, "GET /api/v1/admin/orders/{id} 200 returned: string"));
    CHECK(compare_shapes(known, known).broken.empty());
}

TEST_CASE("control: a call that is gone is seen", "[golden]") {
    const std::string document = openapi_document();
    const auto changes = compare_shapes(
        shapes_in(document), shapes_in(replaced(document, "/api/v1/store\"", "/api/v1/shop\"")));
    CHECK(has(changes.broken, "GET /api/v1/store 200: application/json (gone)"));
}

TEST_CASE("what may be added to a call, and what breaks it", "[golden]") {
    const std::string name = R"("name":{"type":"string"})";
    const Lines known = small_api(name, R"("name")");
    CHECK(known == Lines{"POST /toys body: application/json", "POST /toys body name: string",
                         "POST /toys 200: application/json", "POST /toys 200 name: string"});

    const auto optional =
        compare_shapes(known, small_api(name + R"(,"age":{"type":"integer"})", R"("name")"));
    CHECK(optional.broken.empty());
    CHECK(optional.added == Lines{"POST /toys body age?: integer", "POST /toys 200 age?: integer"});

    const auto demanded =
        compare_shapes(known, small_api(name + R"(,"age":{"type":"integer"})", R"("name","age")"));
    CHECK(demanded.broken == Lines{"POST /toys body age: integer (demanded)"});

    const auto nullable = compare_shapes(
        known, small_api(R"("name":{"anyOf":[{"type":"string"},{"type":"null"}]})", R"("name")"));
    CHECK(has(nullable.broken, "POST /toys 200 name: string (gone)"));
    CHECK(has(nullable.added, "POST /toys 200 name: string or null"));

    const auto other_type =
        compare_shapes(known, small_api(R"("name":{"type":"integer"})", R"("name")"));
    CHECK(has(other_type.broken, "POST /toys 200 name: string (gone)"));

    const auto left_out = compare_shapes(known, small_api(name, ""));
    CHECK(has(left_out.broken, "POST /toys 200 name: string (gone)"));
}

}  // namespace shop::tests
