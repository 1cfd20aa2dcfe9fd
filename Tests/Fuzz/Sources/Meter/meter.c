#include "meter.h"
#include <stdlib.h>

/* From <sanitizer/allocator_interface.h>, which not every toolchain installs. */
int __sanitizer_install_malloc_and_free_hooks(
    void (*)(const volatile void *, size_t), void (*)(const volatile void *));
size_t __sanitizer_get_allocated_size(const volatile void *);

static _Thread_local int is_on;
static _Thread_local int64_t in_use;
static _Thread_local struct meter_usage usage;

static void took(const volatile void *block, size_t size)
{
    (void)block;
    if (!is_on) return;
    usage.blocks++;
    in_use += (int64_t)size;
    if (in_use > usage.bytes_peak) usage.bytes_peak = in_use;
}

static void gave_back(const volatile void *block)
{
    if (is_on && block) in_use -= (int64_t)__sanitizer_get_allocated_size(block);
}

__attribute__((constructor)) static void install(void)
{
    __sanitizer_install_malloc_and_free_hooks(took, gave_back);
}

void meter_begin(void)
{
    usage = (struct meter_usage){0};
    in_use = 0;
    is_on = 1;
}

struct meter_usage meter_end(void)
{
    is_on = 0;
    usage.bytes_kept = in_use;
    return usage;
}

void *meter_allocate(size_t size)
{
    void *(*volatile allocate)(size_t) = malloc;
    return allocate(size);
}
