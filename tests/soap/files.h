/* Files of tests. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "acs/base/arena.h"

/* NUL-terminated; NULL: there is no such file. */
char *file_read(const char *path, struct arena *arena, size_t *ret_len);
bool file_write(const char *path, const char *bytes, size_t len);
