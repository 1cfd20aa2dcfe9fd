#pragma once
#include <stdint.h>
#include <sys/types.h>

/* How a process is started. The strings are the caller's and only read. */
struct ntf_start {
    const char *path;
    char *const *arguments;
    char *const *environment;
    int socket;       /* becomes descriptor 3 */
    int group;        /* an open cgroup.procs the process puts itself into, or -1 */
    int milliseconds; /* how long the start may take until exec */
};

/* What became of it. */
struct ntf_started {
    pid_t pid;
    int descriptor;  /* a pidfd, close-on-exec; -1 where the system has none */
    int error;       /* 0, or why there is no process: errno of the step that failed */
    int is_in_group; /* whether it could put itself into the group */
};

/* Starts a program in a process group of its own, with signals at their defaults and unblocked,
   standard input and output at /dev/null, standard error ours, the socket as descriptor 3, and
   nothing else open. It dies with the thread that started it. Returns when exec has happened. */
struct ntf_started ntf_process_start(const struct ntf_start *start);

/* How a child that was waited for ended. */
struct ntf_end {
    int status;             /* as exit gave it; -1 when a signal ended it */
    int signal;             /* 0 when it ended by itself */
    int64_t peak_kibibytes; /* the kernel's figure of the largest resident size, exec included */
};

/* Whether a child has ended; it stays a zombie until ntf_process_reap. */
int ntf_process_has_ended(pid_t pid);

/* Takes a child's end if there is one, without waiting; 1 when there was. */
int ntf_process_reap(pid_t pid, struct ntf_end *end);

/* Blocks SIGINT, SIGTERM and SIGHUP and gives a descriptor that reads them; -1 on failure. */
int ntf_signal_descriptor(void);

/* The signal that waits on that descriptor; 0 when there is none. */
int ntf_signal_take(int descriptor);
