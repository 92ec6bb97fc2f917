/*
 * What people elsewhere wrote, as text that may be kept and shown: well-formed UTF-8, no control characters
 * but line feeds, no more than one empty line in a row, cut (with "…") after so many bytes. Pure.
 */
#pragma once

#include "acs/base/text.h"

const char *plain_text(const char *bytes, size_t most, struct arena *arena);
/* Without tags, styles, scripts and comments; what begins a line in a browser begins one. */
const char *html_text(const char *html, size_t most, struct arena *arena);
