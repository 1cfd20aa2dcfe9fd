#pragma once
#include <stdint.h>

/* What the calling thread took from the heap since it began. */
struct ntf_allocations {
    uint64_t count;  /* calls that gave memory: malloc, calloc, realloc, aligned_alloc, ... */
    uint64_t bytes;  /* what they gave, as malloc_usable_size tells it */
    int64_t live;    /* given and not given back; below zero when others' memory was freed here */
    int64_t peak;    /* the highest `live` since the last mark */
};

/* Linked into a program, this replaces malloc and its relatives by counting ones. Counts are a
   thread's own, so nothing is shared, locked or ordered; reading them costs a copy. */
struct ntf_allocations ntf_allocations_read(void);

/* The peak begins anew at what is live now. */
void ntf_allocations_mark(void);

/* Takes one block and gives it back: a meter that is alive counts exactly one. */
void ntf_allocations_control(void);
