/* Runs a program once and says how long it took, without a Python in between:

       stopwatch INPUT PROGRAM [ARGUMENT…]

   INPUT becomes the program's standard input, its output goes to /dev/null. Prints nanoseconds of
   wall time from before the start to after the exit, microseconds of user and of system time, and
   the exit status. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

extern char **environ;

static long long nanoseconds(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static long long microseconds(struct timeval time)
{
    return time.tv_sec * 1000000LL + time.tv_usec;
}

int main(int count, char **arguments)
{
    posix_spawn_file_actions_t actions;
    struct rusage usage;
    pid_t child;
    int status;
    if (count < 3) {
        fputs("stopwatch: hint: stopwatch INPUT PROGRAM [ARGUMENT…]\n", stderr);
        return 64;
    }
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 0, arguments[1], O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
    long long start = nanoseconds();
    if (posix_spawn(&child, arguments[2], &actions, NULL, arguments + 2, environ) != 0) {
        fprintf(stderr, "stopwatch: error: %s cannot be started\n", arguments[2]);
        return 70;
    }
    if (wait4(child, &status, 0, &usage) != child || !WIFEXITED(status)) {
        fprintf(stderr, "stopwatch: error: %s did not exit\n", arguments[2]);
        return 70;
    }
    long long end = nanoseconds();
    printf("%lld %lld %lld %d\n", end - start, microseconds(usage.ru_utime),
           microseconds(usage.ru_stime), WEXITSTATUS(status));
    return 0;
}
