#include "meter.h"

#include <errno.h>
#include <malloc.h>
#include <stddef.h>
#include <stdlib.h>

/* Under a sanitizer the allocator is the sanitizer's, and nothing is counted. */
#if !defined(__has_feature)
#define __has_feature(x) 0
#endif
#define IS_LIVE !(__has_feature(address_sanitizer) || __has_feature(thread_sanitizer))

static __thread struct ntf_allocations counts;

struct ntf_allocations ntf_allocations_read(void) { return counts; }

void ntf_allocations_mark(void) { counts.peak = counts.live; }

void ntf_allocations_control(void)
{
    void *volatile block = malloc(16);
    free(block);
}

#if IS_LIVE
void *__libc_malloc(size_t);
void *__libc_calloc(size_t, size_t);
void *__libc_realloc(void *, size_t);
void *__libc_memalign(size_t, size_t);
void __libc_free(void *);

static void *given(void *block)
{
    if (block == NULL) return NULL;
    size_t size = malloc_usable_size(block);
    counts.count += 1;
    counts.bytes += size;
    counts.live += (int64_t)size;
    if (counts.live > counts.peak) counts.peak = counts.live;
    return block;
}

static void returned(void *block)
{
    if (block != NULL) counts.live -= (int64_t)malloc_usable_size(block);
}

void *malloc(size_t size) { return given(__libc_malloc(size)); }
void *calloc(size_t count, size_t size) { return given(__libc_calloc(count, size)); }
void *memalign(size_t alignment, size_t size) { return given(__libc_memalign(alignment, size)); }
void *aligned_alloc(size_t alignment, size_t size) { return memalign(alignment, size); }

void *realloc(void *block, size_t size)
{
    size_t before = block == NULL ? 0 : malloc_usable_size(block);
    void *moved = __libc_realloc(block, size);
    if (moved != NULL || size == 0) counts.live -= (int64_t)before;
    return given(moved);
}

void *reallocarray(void *block, size_t count, size_t size)
{
    size_t total;
    if (__builtin_mul_overflow(count, size, &total)) {
        errno = ENOMEM;
        return NULL;
    }
    return realloc(block, total);
}

int posix_memalign(void **result, size_t alignment, size_t size)
{
    if (alignment % sizeof(void *) != 0 || (alignment & (alignment - 1)) != 0 || alignment == 0)
        return EINVAL;
    void *block = memalign(alignment, size);
    if (block == NULL) return ENOMEM;
    *result = block;
    return 0;
}

void free(void *block)
{
    returned(block);
    __libc_free(block);
}
#endif
