// What staff's calls that change an order share: each answers the whole order, and those that move
// money or stock may run dry.
#pragma once

#include <string_view>

#include "api/http/message.hpp"
#include "api/http/route.hpp"
#include "core/any_command.hpp"
#include "core/customer/customer.hpp"
#include "events/engine.hpp"
#include "events/task.hpp"

namespace shop::api {

struct Services;

// A call about an order: its route's pattern, what it asks for, the status of its success; 200 if
// it has changed nothing.
struct OrderCall {
    std::string_view pattern;
    OrderId order;
    AnyCommand command;
    int status = 200;
};

// Submits the command as the request's and answers the order as it is then. With ?dry_run=1 says
// what the command would do instead.
Task<http::Response> run_order_call(Services& services, const http::Request& request,
                                    OrderCall call);

// What such a call asks of a customer's stream. It is a part of the call, whose repetition repeats
// it; another try that knows of more keys is another command.
Task<Result<Receipt>> give_order(Services& services, const http::Request& request,
                                 std::string_view pattern, customer::AssignOrder command);
Task<Result<Receipt>> take_order(Services& services, const http::Request& request,
                                 std::string_view pattern, customer::UnassignOrder command);

// A POST by staff that answers the order.
http::Route order_call_route(std::string_view pattern, std::string_view summary);

}  // namespace shop::api
