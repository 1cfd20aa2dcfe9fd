#define _GNU_SOURCE
#include "CProcess.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* What the child says before exec; the end of the pipe without an error is exec itself. */
struct report {
    int error;
    int is_in_group;
};

static void close_on_exec_from(unsigned first)
{
#ifdef SYS_close_range
    /* 4: CLOSE_RANGE_CLOEXEC, from Linux 5.11 on */
    if (syscall(SYS_close_range, first, ~0U, 4) == 0)
        return;
#endif
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur > 1048576)
        limit.rlim_cur = 1048576;
    for (unsigned descriptor = first; descriptor < limit.rlim_cur; descriptor++)
        fcntl((int)descriptor, F_SETFD, FD_CLOEXEC);
}

/* Between fork and exec: async-signal-safe calls only. */
static void become(const struct ntf_start *start, int pipe_end, pid_t parent)
{
    struct report report = {0, 0};

    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        _exit(127);
    if (start->group >= 0)
        report.is_in_group = write(start->group, "0", 1) == 1;

    /* Out of the way of 0 to 3 before those are put in place. */
    int back = fcntl(pipe_end, F_DUPFD_CLOEXEC, 10);
    int socket = fcntl(start->socket, F_DUPFD_CLOEXEC, 10);
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (back < 0 || socket < 0 || null < 0)
        goto failed;
    if (null < 10 && (null = fcntl(null, F_DUPFD_CLOEXEC, 10)) < 0)
        goto failed;
    if (dup2(null, 0) < 0 || dup2(null, 1) < 0 || dup2(socket, 3) < 0)
        goto failed;
    close_on_exec_from(4);

    struct sigaction standard;
    memset(&standard, 0, sizeof standard);
    standard.sa_handler = SIG_DFL;
    for (int number = 1; number < NSIG; number++)
        sigaction(number, &standard, NULL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);

    if (write(back, &report, sizeof report) != sizeof report)
        _exit(127);
    execve(start->path, start->arguments, start->environment);
failed:
    report.error = errno;
    if (write(back >= 0 ? back : pipe_end, &report, sizeof report) < 0)
        _exit(126);
    _exit(127);
}

/* Reads the child's reports until exec closes the pipe; the error, or ETIMEDOUT. */
static int await_exec(int pipe_end, int milliseconds, int *is_in_group)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    int64_t end = now.tv_sec * 1000LL + now.tv_nsec / 1000000 + milliseconds;
    int error = EIO; /* it died before it said anything */
    for (;;) {
        clock_gettime(CLOCK_MONOTONIC, &now);
        int64_t left = end - (now.tv_sec * 1000LL + now.tv_nsec / 1000000);
        struct pollfd entry = {.fd = pipe_end, .events = POLLIN};
        int ready = poll(&entry, 1, left > 0 ? (int)left : 0);
        if (ready < 0 && errno == EINTR)
            continue;
        if (ready <= 0)
            return ETIMEDOUT;
        struct report report;
        ssize_t count = read(pipe_end, &report, sizeof report);
        if (count < 0 && errno == EINTR)
            continue;
        if (count != sizeof report)
            return error;
        *is_in_group = report.is_in_group;
        error = report.error;
    }
}

struct ntf_started ntf_process_start(const struct ntf_start *start)
{
    struct ntf_started result = {.pid = -1, .descriptor = -1};
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) {
        result.error = errno;
        return result;
    }
    /* No handler of ours may run in the child. */
    sigset_t all, before;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, &before);
    pid_t parent = getpid();
    pid_t pid = fork();
    if (pid == 0)
        become(start, ends[1], parent);
    int error = pid < 0 ? errno : 0;
    sigprocmask(SIG_SETMASK, &before, NULL);
    close(ends[1]);
    if (pid > 0) {
        error = await_exec(ends[0], start->milliseconds, &result.is_in_group);
        if (error != 0) {
            kill(pid, SIGKILL);
            /* It is dying already; two seconds are for a machine that is very busy. */
            for (int turn = 0; turn < 2000 && waitpid(pid, NULL, WNOHANG) == 0; turn++)
                poll(NULL, 0, 1);
        }
    }
    close(ends[0]);
    result.error = error;
    if (error != 0)
        return result;
    result.pid = pid;
#ifdef SYS_pidfd_open
    result.descriptor = (int)syscall(SYS_pidfd_open, pid, 0);
#endif
    return result;
}

int ntf_process_has_ended(pid_t pid)
{
    siginfo_t info;
    memset(&info, 0, sizeof info);
    return waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == pid;
}

int ntf_process_reap(pid_t pid, struct ntf_end *end)
{
    int status;
    struct rusage usage;
    if (wait4(pid, &status, WNOHANG, &usage) != pid)
        return 0;
    end->status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    end->signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    end->peak_kibibytes = usage.ru_maxrss;
    return 1;
}

int ntf_signal_descriptor(void)
{
    sigset_t wanted;
    sigemptyset(&wanted);
    sigaddset(&wanted, SIGINT);
    sigaddset(&wanted, SIGTERM);
    sigaddset(&wanted, SIGHUP);
    if (sigprocmask(SIG_BLOCK, &wanted, NULL) != 0)
        return -1;
    return signalfd(-1, &wanted, SFD_CLOEXEC | SFD_NONBLOCK);
}

int ntf_signal_take(int descriptor)
{
    struct signalfd_siginfo info;
    return read(descriptor, &info, sizeof info) == sizeof info ? (int)info.ssi_signo : 0;
}
