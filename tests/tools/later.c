// Loaded into a program (LD_PRELOAD), lets time pass for it as a test says: both clocks, the wall's
// and the steady one, run ahead by as many seconds as stand in the file that LATER names.
//
// What waits until a moment, as its own clock tells it, waits until the true one.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static const volatile int64_t* ahead_s;

__attribute__((constructor)) static void begin(void) {
    const int file = open(getenv("LATER"), O_RDONLY | O_CLOEXEC);
    void* page = mmap(NULL, sizeof *ahead_s, PROT_READ, MAP_SHARED, file, 0);
    if (page == MAP_FAILED) abort();
    close(file);
    ahead_s = page;
}

// Other libraries may be loaded, and ask, before this one.
static int64_t ahead(void) {
    return ahead_s == NULL ? 0 : *ahead_s;
}

int clock_gettime(clockid_t clock, struct timespec* time) {
    const long failed = syscall(SYS_clock_gettime, clock, time);
    const int is_of_a_cpu = clock == CLOCK_PROCESS_CPUTIME_ID || clock == CLOCK_THREAD_CPUTIME_ID;
    if (failed == 0 && !is_of_a_cpu) time->tv_sec += ahead();
    return (int)failed;
}

int gettimeofday(struct timeval* time, void* zone) {
    const long failed = syscall(SYS_gettimeofday, time, zone);
    if (failed == 0) time->tv_sec += ahead();
    return (int)failed;
}

time_t time(time_t* out) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (out != NULL) *out = now.tv_sec;
    return now.tv_sec;
}

static struct timespec true_moment(const struct timespec* moment) {
    struct timespec at = *moment;
    at.tv_sec = at.tv_sec > ahead() ? at.tv_sec - ahead() : 0;
    return at;
}

int pthread_cond_timedwait(pthread_cond_t* cond, pthread_mutex_t* mutex,
                           const struct timespec* until) {
    static int (*next)(pthread_cond_t*, pthread_mutex_t*, const struct timespec*);
    if (next == NULL) next = dlsym(RTLD_NEXT, "pthread_cond_timedwait");
    const struct timespec at = true_moment(until);
    return next(cond, mutex, &at);
}

int pthread_cond_clockwait(pthread_cond_t* cond, pthread_mutex_t* mutex, clockid_t clock,
                           const struct timespec* until) {
    static int (*next)(pthread_cond_t*, pthread_mutex_t*, clockid_t, const struct timespec*);
    if (next == NULL) next = dlsym(RTLD_NEXT, "pthread_cond_clockwait");
    const struct timespec at = true_moment(until);
    return next(cond, mutex, clock, &at);
}
