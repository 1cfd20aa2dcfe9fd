/* Makes the N-th file call of a process fail, or the N-th allocation, or ends the process there.

   For LD_PRELOAD. FAULTS_REPORT names the file of one `struct report`, mapped, so that it tells of
   killed processes too. FAULTS_WHAT is "calls" or "allocations". Counting begins with the first
   read of standard input when FAULTS_FROM is "input", else at once; the three standard descriptors
   are never counted. At the FAULTS_AT-th (0 for none) it does as FAULTS_DO says: an error's name,
   "short" (reads and writes only), "kill-before" or "kill-after" the call. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

struct report {
    uint64_t seen;
    uint64_t struck;
    char name[48];
};

enum deed { NOTHING, FAIL, SHORT, KILL_BEFORE, KILL_AFTER };

static struct report nowhere;
static struct report *report = &nowhere;
static int counts_calls, counts_allocations, is_counting;
static uint64_t strike_at;
static enum deed deed;
static int error;

static const struct { const char *name; int code; } errors[] = {
    {"ENOSPC", ENOSPC}, {"EIO", EIO}, {"EACCES", EACCES}, {"EINTR", EINTR}, {"EMFILE", EMFILE},
};

__attribute__((constructor)) static void start(void)
{
    const char *path = getenv("FAULTS_REPORT"), *what = getenv("FAULTS_WHAT");
    const char *act = getenv("FAULTS_DO"), *at = getenv("FAULTS_AT"), *from = getenv("FAULTS_FROM");
    if (!path || !what || !act || !at || !from) return;
    int file = (int)syscall(SYS_openat, AT_FDCWD, path, O_RDWR | O_CLOEXEC, 0);
    if (file < 0) abort();
    void *memory = mmap(NULL, sizeof *report, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (memory == MAP_FAILED) abort();
    close(file);
    report = memory;
    strike_at = strtoull(at, NULL, 10);
    deed = !strcmp(act, "short") ? SHORT : !strcmp(act, "kill-before") ? KILL_BEFORE
        : !strcmp(act, "kill-after") ? KILL_AFTER : FAIL;
    for (size_t i = 0; i < sizeof errors / sizeof *errors; i++)
        if (!strcmp(act, errors[i].name)) error = errors[i].code;
    if (deed == FAIL && !error) abort();
    counts_calls = !strcmp(what, "calls");
    counts_allocations = !strcmp(what, "allocations");
    is_counting = strcmp(from, "input") != 0;
}

/* What is to be done at this call. */
static enum deed next(int counts, const char *name)
{
    if (!counts || !is_counting) return NOTHING;
    if (__atomic_add_fetch(&report->seen, 1, __ATOMIC_RELAXED) != strike_at) return NOTHING;
    report->struck = 1;
    strncpy(report->name, name, sizeof report->name - 1);
    if (deed == KILL_BEFORE) raise(SIGKILL);
    return deed;
}

/* One call; `run` is the real one. */
#define STRIKE(name, run)                                                                          \
    enum deed what = next(counts_calls, name);                                                     \
    if (what == FAIL) {                                                                            \
        errno = error;                                                                             \
        return -1;                                                                                 \
    }                                                                                              \
    long answer = run;                                                                             \
    if (what == KILL_AFTER) raise(SIGKILL);                                                        \
    return answer;

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static int is_standard(int file) { return file >= 0 && file <= 2; }

static mode_t mode_of(int flags, va_list more)
{
    return flags & (O_CREAT | __O_TMPFILE) ? va_arg(more, mode_t) : 0;
}

int openat(int directory, const char *path, int flags, ...)
{
    va_list more;
    va_start(more, flags);
    mode_t mode = mode_of(flags, more);
    va_end(more);
    STRIKE("openat", REAL(openat)(directory, path, flags, mode))
}

int open(const char *path, int flags, ...)
{
    va_list more;
    va_start(more, flags);
    mode_t mode = mode_of(flags, more);
    va_end(more);
    STRIKE("open", REAL(open)(path, flags, mode))
}

ssize_t read(int file, void *target, size_t count)
{
    if (is_standard(file)) {
        if (file == 0) is_counting = 1;
        return REAL(read)(file, target, count);
    }
    enum deed what = next(counts_calls, "read");
    if (what == FAIL) {
        errno = error;
        return -1;
    }
    ssize_t done = REAL(read)(file, target, what == SHORT && count > 1 ? count / 2 : count);
    if (what == KILL_AFTER) raise(SIGKILL);
    return done;
}

ssize_t write(int file, const void *source, size_t count)
{
    if (is_standard(file)) return REAL(write)(file, source, count);
    enum deed what = next(counts_calls, "write");
    if (what == FAIL) {
        errno = error;
        return -1;
    }
    ssize_t done = REAL(write)(file, source, what == SHORT && count > 1 ? count / 2 : count);
    if (what == KILL_AFTER) raise(SIGKILL);
    return done;
}

ssize_t pwrite(int file, const void *source, size_t count, off_t position)
{
    STRIKE("pwrite", REAL(pwrite)(file, source, count, position))
}

ssize_t pread(int file, void *target, size_t count, off_t position)
{
    STRIKE("pread", REAL(pread)(file, target, count, position))
}

/* Answers the error itself. */
int posix_fallocate(int file, off_t position, off_t length)
{
    enum deed what = next(counts_calls, "posix_fallocate");
    if (what == FAIL) return error;
    int answer = REAL(posix_fallocate)(file, position, length);
    if (what == KILL_AFTER) raise(SIGKILL);
    return answer;
}

int fsync(int file) { STRIKE("fsync", REAL(fsync)(file)) }
int fdatasync(int file) { STRIKE("fdatasync", REAL(fdatasync)(file)) }
int fchmod(int file, mode_t mode) { STRIKE("fchmod", REAL(fchmod)(file, mode)) }
int flock(int file, int operation) { STRIKE("flock", REAL(flock)(file, operation)) }
int fstat(int file, struct stat *target) { STRIKE("fstat", REAL(fstat)(file, target)) }

int fstatat(int directory, const char *path, struct stat *target, int flags)
{
    STRIKE("fstatat", REAL(fstatat)(directory, path, target, flags))
}

int rename(const char *from, const char *to) { STRIKE("rename", REAL(rename)(from, to)) }

int renameat(int from, const char *source, int to, const char *target)
{
    STRIKE("renameat", REAL(renameat)(from, source, to, target))
}

int link(const char *from, const char *to) { STRIKE("link", REAL(link)(from, to)) }

int linkat(int from, const char *source, int to, const char *target, int flags)
{
    STRIKE("linkat", REAL(linkat)(from, source, to, target, flags))
}

int unlink(const char *path) { STRIKE("unlink", REAL(unlink)(path)) }

int unlinkat(int directory, const char *path, int flags)
{
    STRIKE("unlinkat", REAL(unlinkat)(directory, path, flags))
}

int mkdir(const char *path, mode_t mode) { STRIKE("mkdir", REAL(mkdir)(path, mode)) }

int mkdirat(int directory, const char *path, mode_t mode)
{
    STRIKE("mkdirat", REAL(mkdirat)(directory, path, mode))
}

/* As the kernel does: whatever close says, the descriptor is gone. */
int close(int file)
{
    if (is_standard(file)) return REAL(close)(file);
    enum deed what = next(counts_calls, "close");
    int answer = REAL(close)(file);
    if (what == KILL_AFTER) raise(SIGKILL);
    if (what == FAIL) {
        errno = error;
        return -1;
    }
    return answer;
}

/* Of fcntl's third argument there is one word, whatever it is. */
int fcntl(int file, int command, ...)
{
    va_list more;
    va_start(more, command);
    void *argument = va_arg(more, void *);
    va_end(more);
    if (is_standard(file)) return REAL(fcntl)(file, command, argument);
    STRIKE("fcntl", REAL(fcntl)(file, command, argument))
}

/* Of the calls made by number, only those on files are counted. */
long syscall(long number, ...)
{
    va_list more;
    va_start(more, number);
    long a[6];
    for (int i = 0; i < 6; i++) a[i] = va_arg(more, long);
    va_end(more);
    const char *name = number == SYS_renameat2 ? "renameat2"
        : number == SYS_getdents64 ? "getdents64" : number == SYS_statx ? "statx" : NULL;
    enum deed what = next(counts_calls && name, name);
    if (what == FAIL) {
        errno = error;
        return -1;
    }
    long answer = REAL(syscall)(number, a[0], a[1], a[2], a[3], a[4], a[5]);
    if (what == KILL_AFTER) raise(SIGKILL);
    return answer;
}

/* The C library's own names for its allocator, so that none has to be looked up. */
void *__libc_malloc(size_t);
void *__libc_calloc(size_t, size_t);
void *__libc_realloc(void *, size_t);
void *__libc_memalign(size_t, size_t);

static int is_refused(const char *name)
{
    if (next(counts_allocations, name) == NOTHING) return 0;
    errno = ENOMEM;
    return 1;
}

void *malloc(size_t size) { return is_refused("malloc") ? NULL : __libc_malloc(size); }

void *calloc(size_t count, size_t size)
{
    return is_refused("calloc") ? NULL : __libc_calloc(count, size);
}

void *realloc(void *old, size_t size)
{
    return is_refused("realloc") ? NULL : __libc_realloc(old, size);
}

void *aligned_alloc(size_t alignment, size_t size)
{
    return is_refused("aligned_alloc") ? NULL : __libc_memalign(alignment, size);
}

int posix_memalign(void **target, size_t alignment, size_t size)
{
    void *block = is_refused("posix_memalign") ? NULL : __libc_memalign(alignment, size);
    if (!block) return ENOMEM;
    *target = block;
    return 0;
}
