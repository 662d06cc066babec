// Commands that count on a change of the catalog, whichever process of the shop they are sent to.
#pragma once

#include "api/http/route.hpp"
#include "api/services.hpp"

namespace shop::api {

// The handler, which begins once this process holds the catalog as far as Shop-Min-Position says;
// at once if the caller does not say. 503 "catalog-behind" if that takes longer than Prefer: wait=
// allows, 400 for a partition that the shop does not have. Nothing was done then.
http::Handler having_seen_catalog(Services& services, http::Handler handler);

}  // namespace shop::api
