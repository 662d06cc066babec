// What every call does with parameters of its query that make no sense: it refuses them by name,
// before its handler runs.
#include <catch2/catch.hpp>

#include "api/endpoints/all.hpp"
#include "api/http/dispatcher.hpp"
#include "tests/api/endpoints/memory_shop.hpp"

namespace shop::tests {
namespace {

using http::Parameter;

// Those that may be empty, and what that means.
bool may_be_empty(const Parameter& parameter) {
    return parameter.name == "note"                       // none
           || (parameter.name == "q" && !parameter.min);  // of shoppers: a search field left blank
}

std::vector<std::string> nonsense_for(const Parameter& parameter) {
    std::vector<std::string> values;
    if (!may_be_empty(parameter)) values.emplace_back("");
    if (!parameter.one_of.empty() || parameter.type == "boolean") {
        values.insert(values.end(), {"nonsense", "TRUE", "0x1", "placed "});
    } else if (parameter.type == "integer") {
        values.insert(values.end(), {"x", "1x", "1.5", "1e3", "%2B1", "99999999999999999999"});
        if (parameter.min) values.push_back(std::to_string(*parameter.min - 1));
        if (parameter.max) values.push_back(std::to_string(*parameter.max + 1));
    } else if (parameter.max) {
        values.emplace_back(static_cast<std::size_t>(*parameter.max) + 1, 'x');
    }
    return values;
}

// The pattern's own names stand for what is in the path.
std::string path_of(std::string_view pattern) {
    std::string path;
    for (const char c : pattern)
        if (c != '{' && c != '}') path.push_back(c);
    return path;
}

class Calls {
  public:
    Calls() { api::add_all_routes(routes, shop_.services()); }

    // The pointers of what is refused; empty if the call is let through.
    std::string refused(const http::Route& route, const std::string& query) {
        http::Request request{
            .method = route.method, .path = path_of(route.pattern), .query = query};
        const auto admission = dispatcher_.admit(request, {.has_length = true});
        if (!admission.refusal || admission.refusal->status != 400) return "";
        return std::string(admission.refusal->content());
    }

    http::Routes routes;

  private:
    MemoryShop shop_{[](http::Routes&, api::Services&) {}};
    http::Dispatcher dispatcher_{routes, nullptr, nullptr};
};

}  // namespace

TEST_CASE("a parameter of the query that makes no sense is refused by name, in every call",
          "[parameters]") {
    Calls calls;
    std::size_t looked_at = 0;
    for (const auto& entry : calls.routes.all())
        for (const Parameter& parameter : entry->route.parameters) {
            if (parameter.in != "query") continue;
            ++looked_at;
            const std::string name(parameter.name);
            const std::string pointer = "\"pointer\":\"" + name + "\"";
            for (const std::string& value : nonsense_for(parameter)) {
                INFO(name_of(entry->route.method)
                     << " " << entry->route.pattern << "?" << name << "=" << value);
                CHECK(calls.refused(entry->route, name + "=" + value).find(pointer) !=
                      std::string::npos);
            }
            if (parameter.times_max > 1) continue;
            INFO(entry->route.pattern << ": " << name << " twice");
            CHECK(calls.refused(entry->route, name + "=1&" + name + "=1").find(pointer) !=
                  std::string::npos);
        }
    CHECK(looked_at > 60);
}

TEST_CASE("a number in the query says where it begins", "[parameters]") {
    Calls calls;
    for (const auto& entry : calls.routes.all())
        for (const Parameter& parameter : entry->route.parameters) {
            INFO(entry->route.pattern << ": " << parameter.name);
            CHECK((parameter.type != "integer" || parameter.min));
        }
}

}  // namespace shop::tests
