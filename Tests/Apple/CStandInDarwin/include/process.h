/* What sysctl(3) tells of a process, with the names of Apple's headers, as far as it is used. In C, so
   that Swift sees the union and the pointers in it as it sees Apple's. */
#pragma once
#include <sys/time.h>
#include <sys/types.h>

#define CTL_KERN 1
#define KERN_PROC 14
#define KERN_PROC_PID 1
#define SRUN 2
#define SSTOP 4
#define SZOMB 5

struct extern_proc {
    union {
        struct {
            struct proc *__p_forw;
            struct proc *__p_back;
        } p_st1;
        struct timeval __p_starttime;
    } p_un;
    int p_flag;
    char p_stat;
    pid_t p_pid;
};

struct kinfo_proc {
    struct extern_proc kp_proc;
};
