/*
 * The server in the tests of acs/http: a listener on a free port of 127.0.0.1, either in an event loop that
 * runs in a thread of its own, or with threads.
 */
#pragma once

#include "acs/http/http.h"

struct server;

extern const struct http_limits generous;

/*
 * The handler that the tests share says what it was asked: "<method> <path>?<query>\n<body>".
 *     /nothing     204
 *     /close       200, and the connection ends
 *     /later       200, from a letter to the loop
 *     /long        200, with 16 MiB of zeros
 */
void echo(struct http_exchange *exchange, void *server);
unsigned server_echoes(const struct server *server); /* how often it was called */

/* handler NULL: echo. Its ctx is the server. */
struct server *server_in_loop(const struct http_limits *limits, http_handler *handler);
struct server *server_with_threads(const struct http_limits *limits, http_handler *handler);
void server_stop(struct server *server);

const char *server_address(const struct server *server);
struct http_listener *server_listener(const struct server *server);
struct loop *server_loop(const struct server *server);
/* Runs fn(ctx) in the loop's thread and waits for it. */
void server_call(struct server *server, loop_fn *fn, void *ctx);

void reply_text(struct http_exchange *exchange, unsigned status, const char *text);
