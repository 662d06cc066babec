// Who may call what: the staff key in `Authorization: Bearer`, its roles, and a limit on guesses.
// One per loop; one thread.
#pragma once

#include <string>

#include "api/http/dispatcher.hpp"
#include "api/rate_limit.hpp"
#include "api/staff_keys.hpp"

namespace shop::api {

class StaffGate final : public http::Gate {
  public:
    // Both outlive it. `guesses_a_minute`: wrong keys that an address may send.
    StaffGate(StaffKeys& keys, const Clock& clock, std::int64_t guesses_a_minute);

    // A public call needs no key; if it carries one all the same, it must be good, and the caller
    // stays a shopper like any other: no role of his allows what he does there, and no reason is
    // asked. Where staff may look, and on all other calls, he becomes the key's owner. Errors:
    // "unauthorized", "forbidden", "too-many-requests".
    Status admit(http::Request& request, const http::Route& route) override;

  private:
    StaffKeys& keys_;
    RateLimit guesses_;  // wrong keys, by address
};

}  // namespace shop::api
