/*
 * The pre-scan: one linear pass in front of libxml2 that refuses what would make a parser slow, large or
 * curious.
 *
 * It knows just enough XML to find where tags, comments, CDATA sections and processing instructions begin and
 * end, and is a few times faster than the parser. What it lets through is still only as well-formed as
 * libxml2 says.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "acs/base/err.h"

enum {
    XML_DEPTH_MAX = 32,
    XML_ATTRIBUTES_MAX = 64,   /* in one tag: libxml2 compares each with each */
    XML_NAME_MAX = 64,         /* bytes of a qualified name */
    XML_MARKUP_MAX = 8 * 1024, /* bytes of a tag, a comment or a processing instruction */
    XML_TEXT_MAX = 512 * 1024, /* bytes between two tags */
    XML_ASIDES_MAX = 1000,     /* comments and processing instructions in a message */
};

/* Zero-initialise but for bytes and len. */
struct xml_scan {
    const char *bytes;
    size_t len;
    size_t pos; /* all before it has been scanned and ends outside of any markup */
    unsigned depth;
    unsigned asides;
    size_t text_run;
    bool in_cdata;
};

/* Moves pos to at least `target` (or to the end). ERR_INVALID or ERR_TOO_LARGE: refused, with the reason. */
enum err xml_scan_to(struct xml_scan *scan, size_t target) MUST_CHECK;
