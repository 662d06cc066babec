#include "events/give_way.hpp"

#include <sys/resource.h>
#include <unistd.h>

namespace shop {

void give_way() {
    constexpr int kLower = 5;
    const int process = ::getpriority(PRIO_PROCESS, static_cast<id_t>(::getpid()));
    (void)::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), process + kLower);
}

}  // namespace shop
