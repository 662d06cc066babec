// What a call would do to money, from the events that its record would have.
#pragma once

#include <vector>

#include "api/endpoints/dry_run.hpp"

namespace shop::api {

// Asked for, be it at a provider or, of an offline tender, done at once; to be captured with its
// authorization; or given back by other means. Errors of both: those of Engine::read().
Task<Result<std::vector<MoneyMove>>> money_of(Services& services, Executor& home,
                                              std::vector<NewEvent> events);

// Each order that the events are about and that is placed, or would be.
Task<Result<std::vector<OrderMoney>>> orders_of(Services& services, Executor& home,
                                                std::vector<NewEvent> events);

}  // namespace shop::api
