// The sandbox's words in ours. Pure.
#pragma once

#include "api/sandbox/processor.hpp"
#include "core/payment/provider.hpp"

namespace shop::payments {

// What the domain makes of an answer, a query's or a webhook's content alike.
payment::ProviderResult result_of(const sandbox::Answer& answer, payment::Seen seen);

}  // namespace shop::payments
