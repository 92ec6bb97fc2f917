/*
 * The console: a page, its scripts and its styles, which are part of the program.
 *
 * They are made from acs/console/src by build.mjs at build time and lie in the program compressed, each under
 * a name that tells its content, so that a browser keeps them for ever; only the page itself is asked for
 * each time, and answered with 304 while it is the same. Nothing of it depends on who asks: all that is
 * anybody's business comes from the API.
 */
#pragma once

#include "acs/http/http.h"

struct console_asset {
    const char *path;  /* "/assets/main-3F7A2C1B.js"; the page is "/" */
    const char *type;  /* of its content */
    const char *etag;  /* in quotes; of the content before it was compressed */
    const char *bytes; /* as they are sent */
    size_t len;
    bool gzip;
};

/* The page is the first. */
extern const struct console_asset console_assets[];
extern const size_t console_asset_count;

/*
 * Answers a GET or HEAD of something of the console, and of any other path by the page if the client would
 * show it (Accept: text/html): the page knows its own addresses. False: not answered; it is somebody else's.
 */
bool console_answer(struct http_exchange *exchange) MUST_CHECK;
