#include "mach.h"

#include <stdio.h>
#include <string.h>

mach_port_t mach_task_self_ = 0x103;

/* This process' figures, as Linux counts what comes nearest: the footprint is what belongs to no file. */
kern_return_t task_info(
    task_name_t task, task_flavor_t flavor, task_info_t answer, mach_msg_type_number_t *count)
{
    struct task_vm_info info;
    memset(&info, 0, sizeof info);
    if (task != mach_task_self_ || flavor != TASK_VM_INFO || *count * sizeof *answer < sizeof info)
        return KERN_INVALID_ARGUMENT;
    FILE *status = fopen("/proc/self/status", "re");
    if (!status) return KERN_INVALID_ARGUMENT;
    char line[256];
    unsigned long long kibibytes;
    while (fgets(line, sizeof line, status)) {
        if (sscanf(line, "VmRSS: %llu", &kibibytes) == 1) info.resident_size = kibibytes * 1024;
        if (sscanf(line, "VmHWM: %llu", &kibibytes) == 1) info.resident_size_peak = kibibytes * 1024;
        if (sscanf(line, "RssAnon: %llu", &kibibytes) == 1) info.phys_footprint = kibibytes * 1024;
    }
    fclose(status);
    memcpy(answer, &info, sizeof info);
    *count = sizeof info / sizeof *answer;
    return KERN_SUCCESS;
}
