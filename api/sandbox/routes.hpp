// The sandbox's HTTP face: the API that the shop's adapter calls, the ledger, the knobs for tests,
// and the page on which a shopper approves, declines, or walks away.
#pragma once

#include "api/http/route.hpp"
#include "api/sandbox/desk.hpp"
#include "api/sandbox/webhooks.hpp"

namespace shop::sandbox {

// Both outlive the routes.
void add_sandbox_routes(http::Routes& routes, Desk& desk, Webhooks& webhooks);

// The page of a payment, whole HTML; `payment` is nullptr if there is none.
std::string payment_page(const Payment* payment);

}  // namespace shop::sandbox
