#pragma once
#include <stddef.h>
#include <stdint.h>

/* What the calling thread took from the heap between meter_begin and meter_end, seen by the hooks
   of the address sanitizer. Guarded memory (sodium_malloc) is no heap. */
struct meter_usage {
    /* Allocations. */
    int64_t blocks;
    /* The most bytes that were in use at once, beyond those at the beginning. */
    int64_t bytes_peak;
    /* Bytes in use at the end beyond those at the beginning. */
    int64_t bytes_kept;
};

void meter_begin(void);
struct meter_usage meter_end(void);

/* One block of heap that no compiler leaves out. */
void *meter_allocate(size_t size);
