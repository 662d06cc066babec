// Loaded into the shop (LD_PRELOAD), ends it as kill -9 does at a step that a test has chosen.
//
// A step is a write to the log's write-ahead file that does not take place any more, or one whose
// sync has just returned. DIE_AT_STEP names a file that holds one number, which the test writes:
// that many steps are left, 0 for no end.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static volatile int *steps_left;

__attribute__((constructor)) static void load(void) {
    const int file = open(getenv("DIE_AT_STEP"), O_RDWR);
    void *page = mmap(NULL, sizeof(int), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (page == MAP_FAILED) abort();
    steps_left = page;
}

// .../log/000012.log
static int is_write_ahead_log(int file) {
    char link[64];
    char path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    const ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 4) return 0;
    path[length] = 0;
    return strstr(path, "/log/") != NULL && strcmp(path + length - 4, ".log") == 0;
}

static void step(int file) {
    if (*steps_left == 0 || !is_write_ahead_log(file)) return;
    if (--*steps_left == 0) kill(getpid(), SIGKILL);
}

ssize_t write(int file, const void *bytes, size_t count) {
    static ssize_t (*real)(int, const void *, size_t);
    if (real == NULL) real = (ssize_t(*)(int, const void *, size_t))dlsym(RTLD_NEXT, "write");
    step(file);
    return real(file, bytes, count);
}

int fdatasync(int file) {
    static int (*real)(int);
    if (real == NULL) real = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
    const int result = real(file);
    step(file);
    return result;
}
