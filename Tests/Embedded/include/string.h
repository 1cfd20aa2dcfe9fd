#pragma once
#include <stddef.h>
void *memcpy(void *restrict, const void *restrict, size_t);
