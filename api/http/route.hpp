// The route table: what serves a request, and what the OpenAPI document says of it, in one place.
//
//   routes.add({.method = Method::kPost, .pattern = "/api/v1/carts/{id}/lines",
//               .summary = "Adds a line", .tag = "carts",
//               .body = schema_of<AddLineBody>(), .answer = schema_of<CartView>(),
//               .statuses = {201, 404, 409}},
//              [this](const Request& request) { return add_line(request); });
//
// A handler is a coroutine that takes the request by reference: the session keeps it alive until
// the handler has ended. It reports failures by returning problem(error).
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/http/message.hpp"
#include "api/http/schema.hpp"
#include "events/task.hpp"

namespace shop::http {

// What a caller must prove. Each staff role includes nothing of the others' writes; kAnyStaff is
// for reads that all three may do.
enum class Access : std::uint8_t { kPublic, kStaff, kOperator, kAuditor, kAnyStaff };

// A parameter of the query or a header, for the document and for refusing unknown ones.
struct Parameter {
    std::string_view name;
    std::string_view in = "query";     // "query" or "header"
    std::string_view type = "string";  // or "integer", "boolean"
    std::string_view description;
};

struct Route {
    Method method = Method::kGet;
    std::string_view pattern;
    std::string_view summary;
    std::string_view tag;
    Access access = Access::kPublic;
    std::vector<Parameter> parameters = {};
    std::optional<Schema> body = {};    // of the request
    std::optional<Schema> answer = {};  // of the success
    std::vector<int> statuses = {200};  // the first is the success; 4xx and 5xx as they apply
    bool idempotent = false;            // takes Idempotency-Key
    std::string_view body_type = "application/json";
    std::string_view answer_type = "application/json";
    std::size_t body_bytes_max = 65'536;
};

using Handler = std::function<Task<Response>(const Request&)>;

class Routes {
  public:
    void add(Route route, Handler handler);

    struct Entry {
        Route route;
        Handler handler;
    };
    struct Match {
        const Entry* entry = nullptr;      // nullptr: nothing serves this
        std::vector<Method> allowed = {};  // methods the path has, for 405 and OPTIONS
        std::vector<std::pair<std::string, std::string>> parameters = {};
    };
    Match find(Method method, std::string_view path) const;
    const std::vector<std::unique_ptr<Entry>>& all() const { return entries_; }

  private:
    std::vector<std::unique_ptr<Entry>> entries_;
};

}  // namespace shop::http
