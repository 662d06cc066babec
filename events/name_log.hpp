// How a new log gets its name, though several processes may start on it at the same moment.
//
// Each would draw a name, claim some partition under it, and refuse the others for ever. So an
// empty log is named by its first catalog partition alone: who finds no claim at all appends one
// there and reads; whichever stands first names the log, for everybody. No other partition is
// claimed before. A claim that came second has no greater number, and is void.
#pragma once

#include "events/entry.hpp"
#include "events/log.hpp"
#include "events/slot_map.hpp"

namespace shop {

// The identity of `log`; one without any claim is named by `first`, a claim of term number 1, or by
// whoever came before it. Becomes the log's listener: nobody else appends to this `Log` meanwhile.
//
// Errors: those of establish_identity(); kUnavailable "in-doubt" if the log does not show in time
// who named it.
Result<LogIdentity> name_log(Log& log, const SlotMap& map, const Claim& first);

}  // namespace shop
