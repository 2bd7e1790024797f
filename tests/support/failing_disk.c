/* A disk that fails at one chosen call. Loaded before the C library, it counts each call that could
 * change a file below one folder, and at the chosen one fails, waits, or ends the process.
 *
 * Nothing happens until fault_arm() is called, which a child does after it was forked. */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

enum { KILL = -1, WAIT = -2 };

static char below[PATH_MAX];
static char only[32]; /* the kind of call that counts; empty is all of them */
static size_t below_length;
static int chosen;    /* the call, counted from 1, at which it fails; 0 is never */
static int failure;   /* an errno, or KILL, or WAIT */
static int lasting;   /* later calls that need room fail too */
static int wait_ms;
static int log_to = -1;
static int passed;

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

void fault_arm(const char *folder, const char *call, int at, int how, int is_lasting,
               int milliseconds, int log) {
    snprintf(below, sizeof below, "%s", folder);
    below_length = strlen(below);
    snprintf(only, sizeof only, "%s", call);
    chosen = at;
    failure = how;
    lasting = is_lasting;
    wait_ms = milliseconds;
    log_to = log;
    passed = 0;
}

static int is_below(const char *path) {
    return below_length && path && strncmp(path, below, below_length) == 0;
}

/* Return 1 when the call must fail with errno, else 0. */
static int must_fail(const char *call, const char *path, int needs_room) {
    int number, saved = errno;
    if (!is_below(path) || (only[0] && strcmp(only, call) != 0)) return 0;
    number = ++passed;
    if (log_to >= 0) dprintf(log_to, "%s %s\n", call, path + below_length);
    errno = saved;
    if (!chosen || number < chosen || (number > chosen && !lasting)) return 0;
    if (failure == KILL) kill(getpid(), SIGKILL);
    if (failure == WAIT) {
        struct timespec pause = {wait_ms / 1000, (long)(wait_ms % 1000) * 1000000};
        nanosleep(&pause, NULL);
        return 0;
    }
    if (number > chosen && !needs_room) return 0;
    errno = failure;
    return 1;
}

static int fd_must_fail(const char *call, int fd, int needs_room) {
    char link[64], path[PATH_MAX];
    ssize_t length;
    int saved = errno;
    if (!below_length || fd == log_to) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    length = readlink(link, path, sizeof path - 1);
    errno = saved;
    if (length < 0) return 0;
    path[length] = 0;
    return must_fail(call, path, needs_room);
}

#define OPEN(name)                                                        \
    int name(const char *path, int flags, ...) {                          \
        va_list more;                                                     \
        mode_t mode;                                                      \
        va_start(more, flags);                                            \
        mode = va_arg(more, mode_t);                                      \
        va_end(more);                                                     \
        if (must_fail("open", path, flags & O_CREAT)) return -1;          \
        return REAL(name)(path, flags, mode);                             \
    }
OPEN(open)
OPEN(open64)

#define WRITE(name, type)                                                 \
    ssize_t name(int fd, const void *bytes, size_t count, type offset) {  \
        if (fd_must_fail("write", fd, 1)) return -1;                      \
        return REAL(name)(fd, bytes, count, offset);                      \
    }
WRITE(pwrite, off_t)
WRITE(pwrite64, off64_t)

ssize_t write(int fd, const void *bytes, size_t count) {
    if (fd_must_fail("write", fd, 1)) return -1;
    return REAL(write)(fd, bytes, count);
}

#define SYNC(name)                                                        \
    int name(int fd) {                                                    \
        if (fd_must_fail("sync", fd, 0)) return -1;                       \
        return REAL(name)(fd);                                            \
    }
SYNC(fsync)
SYNC(fdatasync)

#define CUT(name, type)                                                   \
    int name(int fd, type length) {                                       \
        if (fd_must_fail("truncate", fd, 0)) return -1;                   \
        return REAL(name)(fd, length);                                    \
    }
CUT(ftruncate, off_t)
CUT(ftruncate64, off64_t)

int unlink(const char *path) {
    if (must_fail("unlink", path, 0)) return -1;
    return REAL(unlink)(path);
}

int rename(const char *from, const char *to) {
    if (must_fail("rename", to, 0)) return -1;
    return REAL(rename)(from, to);
}

int link(const char *from, const char *to) {
    if (must_fail("link", to, 1)) return -1;
    return REAL(link)(from, to);
}

int linkat(int from_folder, const char *from, int to_folder, const char *to, int flags) {
    if (must_fail("link", to, 1)) return -1;
    return REAL(linkat)(from_folder, from, to_folder, to, flags);
}
