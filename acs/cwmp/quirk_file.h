/*
 * The quirks in force: those of quirks.def and of the operator's file (devices.quirks_file), read at the
 * start and again on SIGHUP. A file with an error changes nothing.
 */
#pragma once

#include "provisioning/quirks.h"

struct quirk_file;

/* path: "" for the built-in rows only. ERR_NOT_FOUND, ERR_INVALID: path, line and column are named. */
enum err quirk_file_open(const char *path, struct quirk_file **ret) MUST_CHECK;
/* Sets of before stay valid, since sessions may still look at them: each costs what the file holds. */
enum err quirk_file_reload(struct quirk_file *file) MUST_CHECK;
const struct quirk_set *quirk_file_set(const struct quirk_file *file);
void quirk_file_close(struct quirk_file *file); /* after all who use its sets; NULL is allowed */
