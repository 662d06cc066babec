// The route table: what serves a request, and what the OpenAPI document says of it, in one place.
//
//   routes.add({.method = Method::kPost, .pattern = "/api/v1/carts/{id}/lines",
//               .summary = "Adds a line", .tag = "carts",
//               .body = body_schema_of<AddLineBody>(), .answer = schema_of<CartView>(),
//               .statuses = {201, 404, 409}, .idempotent = true},
//              [&services](const Request& request) { return add_line(services, request); });
//
// A handler is a coroutine that takes the request by reference: the session keeps it alive until
// the handler has ended. It reports failures by returning problem(error). What can answer without
// waiting returns ready(response) instead: no coroutine, no frame.
#pragma once

#include <functional>
#include <memory>
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

// A parameter of the query or a header: for the document, and checked before the handler runs.
// Query parameters that are not declared are refused by name.
struct Parameter {
    std::string_view name;             // of a header: as documents spell it, "If-Match"
    std::string_view in = "query";     // "query" or "header"
    std::string_view type = "string";  // or "integer", "boolean"
    std::string_view description = {};
    std::optional<std::int64_t> min = {};  // of an integer; of a string: its length
    std::optional<std::int64_t> max = {};
    std::vector<std::string_view> one_of = {};  // the only values allowed, if any are named
    std::string_view pattern = {};  // of a string, for the document; the handler checks it itself
    std::string_view format = {};   // likewise: "date-time"
    std::ptrdiff_t times_max = 1;   // how often a query may give it; over 1: a list of values
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
    std::vector<int> statuses = {200};  // successes first; 4xx and 5xx as they apply
    bool idempotent = false;            // a command: Idempotency-Key, Shop-Min-Position
    bool shop_token = false;            // opened by a cart's token (Shop-Token, cookie or ?t=)
    bool staff_may_look = false;        // of a public one: a staff key opens it as well
    bool positioned = false;            // a read of a view: Shop-Min-Position (position.hpp)
    bool body_optional = false;
    bool streams_body = false;  // the handler reads request.stream
    std::string_view body_type = "application/json";
    std::string_view answer_type = "application/json";
    std::size_t body_bytes_max = 65'536;
};

using Handler = std::function<Task<Response>(const Request&)>;

class Routes {
  public:
    // Two routes of one method and pattern are a mistake of ours (asserted), as is a status that
    // has no line (answer_head.hpp).
    void add(Route route, Handler handler);

    struct Entry {
        Route route;
        Handler handler;
        std::size_t number = 0;  // of its add(), from 0: for counters per route
    };
    struct Match {
        const Entry* entry = nullptr;      // nullptr: nothing serves this
        std::vector<Method> allowed = {};  // then: methods that the path has; none: no such path
    };
    // Fills `parameters` with views into `path` and the pattern. A fixed segment goes before a
    // parameter.
    Match find(Method method, std::string_view path, std::vector<Field>& parameters) const;
    const std::vector<std::unique_ptr<Entry>>& all() const { return entries_; }

  private:
    // One segment of a pattern; a tree by segments, so that a look-up costs one step per segment.
    struct Node {
        std::string_view segment;  // fixed text, or the parameter's name
        bool is_parameter = false;
        std::vector<std::unique_ptr<Node>> children = {};  // fixed ones first
        std::vector<const Entry*> entries = {};            // of this very path, one per method
    };
    static const Node* find_node(const Node& node, std::string_view rest,
                                 std::vector<Field>& parameters);

    std::vector<std::unique_ptr<Entry>> entries_;
    Node root_;
};

}  // namespace shop::http
