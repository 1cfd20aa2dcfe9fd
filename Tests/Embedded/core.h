/* The core behind three C functions, and one that runs a vector through it. */
#pragma once
#include <stdint.h>

/* Makes a core with one key, the text as `keys import` reads one, and the words of a language; NULL
   when there is no such slot or the text is no key for it. Records go to `keep` as JSON; it answers 0
   when it kept one, 1 when it had it, and less when it could not. */
void *ntf_core_make(const uint8_t *slot, intptr_t slot_bytes, const uint8_t *key, intptr_t key_bytes,
                    const char *locale, int32_t (*keep)(const uint8_t *record, intptr_t bytes));

/* Opens a push at `now`, Unix seconds, writes the line of output, as far as it fits, and answers its
   length. */
intptr_t ntf_core_process(void *core, const uint8_t *push, intptr_t bytes, uint64_t now,
                          uint8_t *line, intptr_t capacity);

void ntf_core_free(void *core);

/* Runs one of TestVectors; answers 0 when all it expects came true, else the length of what did not,
   which is written as far as it fits. */
intptr_t ntf_vector_run(const uint8_t *vector, intptr_t bytes, uint8_t *what, intptr_t capacity);
