#pragma once
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef RENAME_NOREPLACE
#define RENAME_NOREPLACE (1 << 0)
#endif
#ifndef RENAME_EXCHANGE
#define RENAME_EXCHANGE (1 << 1)
#endif

/* open(2) and fcntl(2) are variadic, which Swift cannot call. */
static inline int ntf_openat(int directory, const char *name, int flags, mode_t mode)
{
    return openat(directory, name, flags, mode);
}

/* glibc hides renameat2(2) behind _GNU_SOURCE: rename that never replaces. */
static inline int ntf_rename_exclusive(int from, const char *source, int to, const char *target)
{
    return (int)syscall(SYS_renameat2, from, source, to, target, RENAME_NOREPLACE);
}

/* The same for two entries that change places in one step. */
static inline int ntf_rename_exchange(int from, const char *source, int to, const char *target)
{
    return (int)syscall(SYS_renameat2, from, source, to, target, RENAME_EXCHANGE);
}

/* O_PATH is behind _GNU_SOURCE too: a descriptor to walk through, not to read. */
static const int ntf_open_path = __O_PATH;

/* getdents64(2): names of a directory into the caller's memory, where readdir(3) takes 32 KiB. */
static inline long ntf_getdents64(int directory, void *buffer, size_t size)
{
    return syscall(SYS_getdents64, directory, buffer, size);
}

/* prctl(2) is variadic. No core file, also through a pipe, and no other process of the user's may
   look into this one. */
static inline int ntf_forbid_dumps(void)
{
    return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}
