// What a checkout has come to, as the answer to whoever started it.
#pragma once

#include <string>
#include <vector>

#include "api/endpoints/order_facts.hpp"
#include "core/checkout/checkout.hpp"

namespace shop::api {

// What a line is of, for the list of those that are short.
struct NamedLine {
    LineId line_id;
    std::string sku;
    std::string title;
};

bool is_out_of_stock(const checkout::Outcome& outcome);
// 409; `names` name its lines.
Error out_of_stock(const checkout::Outcome& outcome, const std::vector<NamedLine>& names);

// 201 with the order, 202 while it is pending, else the problem; `lines` name what is out of stock.
http::Response answer_of(Services& services, const checkout::Outcome& outcome,
                         const Result<OrderFacts>& facts, const std::vector<NamedLine>& lines);
// … with what only staff are shown.
http::Response answer_staff_of(Services& services, const checkout::Outcome& outcome,
                               const Result<OrderFacts>& facts,
                               const std::vector<NamedLine>& lines);

}  // namespace shop::api
