/*
 * The settings of acsd: file, then environment, then defaults; see config.def for the rows.
 *
 * A line that cannot be understood is refused with file, line, key and what was expected; nothing is guessed
 * and no key is ignored.
 */
#pragma once

#include <stdio.h>

#include "acs/base/arena.h"

#define CONFIG_TYPE_TEXT     const char *
#define CONFIG_TYPE_NUMBER   uint64_t
#define CONFIG_TYPE_SIZE     uint64_t
#define CONFIG_TYPE_DURATION uint64_t

#include <stdint.h>

struct config {
#define SETTING(section, key, member, kind, otherwise, min, max, help) CONFIG_TYPE_##kind member;
#include "acs/config.def"
#undef SETTING
    const char *origin_file; /* NULL: none was read */
};

/* path: NULL = defaults and environment only. Texts live in arena. */
enum err config_load(const char *path, struct arena *arena, struct config *ret) MUST_CHECK;

/* Every setting with its value, as a file that config_load() accepts; help lines as comments. */
void config_print(const struct config *config, FILE *to);
