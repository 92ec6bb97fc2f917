/*
 * A text file as a whole: settings, tables and the like, that people write.
 */
#pragma once

#include "acs/base/text.h"

/* ERR_NOT_FOUND: it cannot be read; ERR_INVALID: it is larger than most bytes, or not UTF-8. The path is
 * named. */
enum err text_file_read(const char *path, size_t most, struct arena *arena, const char **ret) MUST_CHECK;
