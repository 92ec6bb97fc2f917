/*
 * What the files mean that a home gets and sends: firmware images, its configuration, its log.
 *
 * A firmware names its version in its first line, "version=2.1", or by its name: "fw-2.1.bin" is 2.1. Lines
 * behind that one may say what it does: "corrupt=6", six of a hundred homes find it corrupted (9018);
 * "bricks=1", one of a hundred never starts again. Which ones follows from the seed, the same each time. A
 * configuration is text, a line per parameter that was set: "path=value".
 */
#pragma once

#include "tests/cpesim/bytes.h"
#include "tests/cpesim/tree.h"

enum { IMAGE_VERSION_MAX = 64 };

/* In arena; NULL: neither names one. name: of the file, or the end of a URL. */
const char *image_version(const struct bytes *content, const char *name, struct arena *arena);

enum image_fate { IMAGE_RUNS, IMAGE_CORRUPT, IMAGE_BRICKS };
enum image_fate image_fate_of(const struct bytes *content, const struct tree *tree);

void image_write_config(const struct tree *tree, struct bytes *to);
/* As it was when the file was written. ERR_INVALID: it is no configuration, and nothing was changed. */
enum err image_apply_config(const struct bytes *content, struct tree *tree) MUST_CHECK;

/* A few lines; restarts: of the home so far. */
void image_write_log(const struct tree *tree, uint32_t restarts, struct bytes *to);
