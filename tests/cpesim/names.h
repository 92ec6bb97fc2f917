/*
 * What GetParameterNames answers (TR-069 A.3.2.3).
 */
#pragma once

#include "tests/cpesim/tree.h"

/*
 * path: "" (the root), a partial path with its dot, or a whole name. ERR_NOT_FOUND: there is no such thing
 * (9005); ERR_INVALID: next_level with a whole name (9003).
 */
enum err names_list(const struct tree *tree, const char *path, bool next_level, struct arena *arena,
                    struct cwmp_parameter_infos *ret) MUST_CHECK;
