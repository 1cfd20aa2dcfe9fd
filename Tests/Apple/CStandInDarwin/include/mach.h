/* What of Mach an app sees, with the names and types of Apple's headers; structures as far as they
   are used. In C, so that Swift sees globals as it sees Apple's. */
#pragma once
#include <stdint.h>

typedef int kern_return_t;
typedef int integer_t;
typedef unsigned natural_t;
typedef natural_t mach_port_t;
typedef mach_port_t task_name_t;
typedef natural_t task_flavor_t;
typedef natural_t mach_msg_type_number_t;
typedef integer_t *task_info_t;
typedef uint64_t mach_vm_size_t;

#define KERN_SUCCESS 0
#define KERN_INVALID_ARGUMENT 4
#define TASK_VM_INFO 22

extern mach_port_t mach_task_self_;

struct task_vm_info {
    mach_vm_size_t virtual_size;
    integer_t region_count;
    integer_t page_size;
    mach_vm_size_t resident_size;
    mach_vm_size_t resident_size_peak;
    mach_vm_size_t device, device_peak, internal, internal_peak, external, external_peak;
    mach_vm_size_t reusable, reusable_peak, purgeable_volatile_pmap, purgeable_volatile_resident;
    mach_vm_size_t purgeable_volatile_virtual, compressed, compressed_peak, compressed_lifetime;
    mach_vm_size_t phys_footprint;
};
typedef struct task_vm_info task_vm_info_data_t;

kern_return_t task_info(
    task_name_t task, task_flavor_t flavor, task_info_t answer, mach_msg_type_number_t *count);
