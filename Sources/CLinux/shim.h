#pragma once
#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <signal.h>
#include <spawn.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
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

/* A descriptor that can be read from once the process has ended (pidfd_open(2), Linux 5.3). */
#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#endif
static inline int ntf_pidfd_open(int pid)
{
    return (int)syscall(SYS_pidfd_open, pid, 0);
}

/* A counter that wakes whoever polls it. */
static inline int ntf_eventfd(void)
{
    return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
}

/* A datagram socket between processes of one machine that is told who sent a message, and that never
   makes anybody wait. */
static inline int ntf_datagram_socket(void)
{
    int on = 1;
    int one = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (one >= 0 && setsockopt(one, SOL_SOCKET, SO_PASSCRED, &on, sizeof on) != 0) {
        int code = errno;
        close(one);
        errno = code;
        return -1;
    }
    return one;
}

/* A name in the abstract namespace, of at most 100 bytes; answers the length of the address. */
static inline socklen_t ntf_abstract_address(
    struct sockaddr_un *address, const void *name, size_t count)
{
    memset(address, 0, sizeof *address);
    address->sun_family = AF_UNIX;
    if (count > 100) count = 100;
    memcpy(address->sun_path + 1, name, count);
    return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + count);
}

static inline int ntf_bind_abstract(int socket, const void *name, size_t count)
{
    struct sockaddr_un address;
    socklen_t length = ntf_abstract_address(&address, name, count);
    return bind(socket, (const struct sockaddr *)&address, length);
}

static inline long ntf_send_abstract(
    int socket, const void *bytes, size_t size, const void *name, size_t count)
{
    struct sockaddr_un address;
    socklen_t length = ntf_abstract_address(&address, name, count);
    return sendto(
        socket, bytes, size, MSG_DONTWAIT | MSG_NOSIGNAL, (const struct sockaddr *)&address, length);
}

/* Who sent a datagram, by the kernel's word. */
struct ntf_sender {
    int pid;
    unsigned uid;
    /* The digit behind the prefix of its name; -1 when it has another name. */
    int place;
    /* Neither longer than the space for it, nor with anything attached but this. */
    int is_whole;
};

/* recvmsg(2) with the sender's name and credentials. There is space for those alone: descriptors that
   somebody attaches are closed by the kernel. */
static inline long ntf_receive(
    int socket, void *bytes, size_t size, const void *prefix, size_t count,
    struct ntf_sender *sender)
{
    struct sockaddr_un address;
    int credentials[3] = { 0, -1, -1 };
    union {
        struct cmsghdr header;
        char space[CMSG_SPACE(sizeof credentials)];
    } control;
    struct iovec part = { bytes, size };
    struct msghdr message;
    memset(&message, 0, sizeof message);
    memset(&control, 0, sizeof control);
    message.msg_name = &address;
    message.msg_namelen = sizeof address;
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = &control;
    message.msg_controllen = sizeof control;
    long received = recvmsg(socket, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    if (received < 0) return received;
    struct cmsghdr *first = CMSG_FIRSTHDR(&message);
    /* SCM_CREDENTIALS, which glibc hides behind _GNU_SOURCE: process, user, group. */
    if (first && first->cmsg_level == SOL_SOCKET && first->cmsg_type == 2
        && first->cmsg_len == CMSG_LEN(sizeof credentials))
        memcpy(credentials, CMSG_DATA(first), sizeof credentials);
    sender->pid = credentials[0];
    sender->uid = (unsigned)credentials[1];
    sender->is_whole = !(message.msg_flags & (MSG_TRUNC | MSG_CTRUNC));
    sender->place = -1;
    if (message.msg_namelen == offsetof(struct sockaddr_un, sun_path) + 1 + count + 1
        && address.sun_path[0] == 0 && !memcmp(address.sun_path + 1, prefix, count))
        sender->place = address.sun_path[1 + count] - '0';
    return received;
}

/* Bytes of the heap that are handed out: what the program holds, whatever the system gave for it. */
static inline size_t ntf_heap_bytes(void)
{
    return mallinfo2().uordblks;
}

/* The variables of this process, a null pointer at their end. */
static inline char **ntf_environment(void)
{
    extern char **environ;
    return environ;
}

/* Starts a program that is looked for in PATH, in a session of its own, with signals at their
   defaults, standard descriptors at /dev/null and nothing else open; 0 or an error number. */
static inline int ntf_spawn_apart(pid_t *process, char *const *arguments, char *const *environment)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t signals;
    int code = posix_spawn_file_actions_init(&actions);
    if (code) return code;
    code = posix_spawnattr_init(&attributes);
    if (code) {
        posix_spawn_file_actions_destroy(&actions);
        return code;
    }
    for (int descriptor = 0; descriptor < 3 && !code; descriptor++)
        code = posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", O_RDWR, 0);
    if (!code) code = posix_spawn_file_actions_addclosefrom_np(&actions, 3);
    sigfillset(&signals);
    if (!code) code = posix_spawnattr_setsigdefault(&attributes, &signals);
    sigemptyset(&signals);
    if (!code) code = posix_spawnattr_setsigmask(&attributes, &signals);
    /* 0x80: POSIX_SPAWN_SETSID, which glibc hides behind _GNU_SOURCE. */
    if (!code)
        code = posix_spawnattr_setflags(
            &attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | 0x80);
    if (!code)
        code = posix_spawnp(process, arguments[0], &actions, &attributes, arguments, environment);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return code;
}
