/* core vectors: the paths of vectors, a line each, from standard input; a line for each that fails,
     and then how many passed.
   core push COUNT: "SLOT KEY" in a line of standard input and a push behind it, which is opened COUNT
     times; the line of output of the last, and on standard error how many allocations there were up
     to the first and after it, and the memory of the process. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core.h"

enum { FILE_BYTES_MAX = 2 * 1024 * 1024, TEXT_BYTES_MAX = 32 * 1024, PATH_BYTES_MAX = 4096 };

static uint8_t file[FILE_BYTES_MAX], text[TEXT_BYTES_MAX];

/* The linker sends every call of these four here (--wrap), the libraries' own included. */
static long allocations;
void *__real_malloc(size_t), *__real_calloc(size_t, size_t), *__real_realloc(void *, size_t);
int __real_posix_memalign(void **, size_t, size_t);

void *__wrap_malloc(size_t size)
{
    allocations += 1;
    return __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
    allocations += 1;
    return __real_calloc(count, size);
}

void *__wrap_realloc(void *block, size_t size)
{
    allocations += 1;
    return __real_realloc(block, size);
}

int __wrap_posix_memalign(void **block, size_t alignment, size_t size)
{
    allocations += 1;
    return __real_posix_memalign(block, alignment, size);
}

static int vectors(void)
{
    char path[PATH_BYTES_MAX];
    long passed = 0, failed = 0;
    while (fgets(path, sizeof path, stdin) != NULL) {
        path[strcspn(path, "\n")] = 0;
        FILE *stream = fopen(path, "rb");
        if (stream == NULL) return perror(path), 1;
        size_t count = fread(file, 1, sizeof file, stream);
        fclose(stream);
        int length = (int)ntf_vector_run(file, (intptr_t)count, text, sizeof text);
        if (length == 0) passed += 1;
        else failed += 1, printf("FAIL  %s: %.*s\n", path, length, text);
    }
    printf("%ld passed, %ld failed\n", passed, failed);
    return failed != 0 || passed == 0;
}

static int32_t keep(const uint8_t *record, intptr_t bytes)
{
    (void)record;
    return bytes > 0 ? 0 : -1;
}

static int push(long count)
{
    size_t bytes = fread(file, 1, sizeof file, stdin);
    uint8_t *space = memchr(file, ' ', bytes), *end = memchr(file, '\n', bytes);
    if (space == NULL || end == NULL || space > end) return 1;
    void *core = ntf_core_make(file, space - file, space + 1, end - space - 1, "en", keep);
    if (core == NULL) return 1;
    intptr_t length = 0;
    long first = 0;
    for (long index = 0; index < count; index += 1) {
        length = ntf_core_process(core, end + 1, (intptr_t)(file + bytes - end - 1), 1700000000,
                                  text, sizeof text);
        if (index == 0) first = allocations;
    }
    fprintf(stderr, "allocations %ld %ld\n", first, allocations - first);
    fwrite(text, 1, (size_t)length, stdout);
    FILE *status = fopen("/proc/self/status", "r");
    char line[256];
    while (status != NULL && fgets(line, sizeof line, status) != NULL)
        if (strncmp(line, "VmHWM", 5) == 0 || strncmp(line, "RssAnon", 7) == 0) fputs(line, stderr);
    ntf_core_free(core);
    return 0;
}

int main(int count, char **words)
{
    if (count == 2 && strcmp(words[1], "vectors") == 0) return vectors();
    if (count == 3 && strcmp(words[1], "push") == 0) return push(atol(words[2]));
    fputs("core vectors | core push COUNT\n", stderr);
    return 64;
}
