// Threads that nobody waits for.
#pragma once

namespace shop {

// The calling thread gives way to those of the process that answer somebody: it gets a third of
// what one of them gets if they leave nothing (nice, 5 above the process). Where that is not
// allowed, it runs as before. Calling it again changes nothing.
void give_way();

}  // namespace shop
