/*
 * What the files mean that a home gets and sends besides firmware (firmware.h): its configuration, its log. A
 * configuration is text, a line per parameter that was set: "path=value".
 */
#pragma once

#include "tests/cpesim/bytes.h"
#include "tests/cpesim/tree.h"

void image_write_config(const struct tree *tree, struct bytes *to);
/* As it was when the file was written. ERR_INVALID: it is no configuration, and nothing was changed. */
enum err image_apply_config(const struct bytes *content, struct tree *tree) MUST_CHECK;

/* A few lines; restarts: of the home so far. */
void image_write_log(const struct tree *tree, uint32_t restarts, struct bytes *to);
