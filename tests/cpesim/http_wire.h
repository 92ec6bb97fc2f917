/*
 * HTTP/1.1 as bytes: where a head ends, what is in it, and how its body is framed. Pure; serves the requests
 * that homes send and the connection requests that they get.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "acs/base/err.h"
#include "tests/cpesim/bytes.h"

enum { HTTP_HEAD_MAX = 16 * 1024, HTTP_FIELDS_MAX = 48 };

struct http_field {
    const char *name;
    const char *value; /* without white space around it */
};

struct http_head {
    const char *line[3]; /* "HTTP/1.1" "200" "OK", or "GET" "/x" "HTTP/1.1" */
    struct http_field fields[HTTP_FIELDS_MAX];
    size_t count;
};

/* Of the head with the empty line that ends it; 0: it is not all there yet. */
size_t http_head_length(const char *bytes, size_t len);
/* Cuts the head to pieces where it stands; ret points into it. */
enum err http_head_split(char *bytes, size_t len, struct http_head *ret) MUST_CHECK;
const char *http_head_find(const struct http_head *head, const char *name); /* the first, or NULL */
size_t http_head_count(const struct http_head *head, const char *name);
/* Is word one of the comma-separated words of this header? "Connection: Keep-Alive, close" */
bool http_head_has(const struct http_head *head, const char *name, const char *word);
bool http_head_closes(const struct http_head *head, const char *version); /* ends the connection after it */
enum err http_head_status(const struct http_head *head, unsigned *ret) MUST_CHECK;

/* A body that is read as it comes. */
struct http_body {
    enum { HTTP_NO_BODY, HTTP_BY_LENGTH, HTTP_CHUNKED, HTTP_TO_END } framing;
    enum { HTTP_SIZE_LINE, HTTP_DATA, HTTP_DATA_END, HTTP_TRAILER } part; /* of a chunk */
    uint64_t left; /* bytes of the body or of the chunk */
    char line[64]; /* a chunk's size line so far, or a trailer's beginning */
    size_t line_len;
    bool done;
};

/* The body of an answer (RFC 9112 6.3). ERR_INVALID: a peer could take it for two different bodies. */
enum err http_body_begin(const struct http_head *head, unsigned status, struct http_body *ret) MUST_CHECK;
/* Moves content to out; ret_used of the bytes belong to this body. */
enum err http_body_take(struct http_body *body, const char *bytes, size_t len, struct bytes *out,
                        size_t *ret_used) MUST_CHECK;
