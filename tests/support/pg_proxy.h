/*
 * Stands between a client and the test's PostgreSQL and can do what networks and servers do: be away, be
 * silent, break off in the middle of an answer.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct pg_proxy;

struct pg_proxy *pg_proxy_new(const char *database); /* up at once */
void pg_proxy_free(struct pg_proxy *proxy);
const char *pg_proxy_url(const struct pg_proxy *proxy);

void pg_proxy_stop(struct pg_proxy *proxy); /* connections break, new ones are refused */
void pg_proxy_start(struct pg_proxy *proxy);
void pg_proxy_stall(struct pg_proxy *proxy, bool stalled); /* nothing passes, nothing breaks */
/* Breaks every connection when so many more bytes of answers have passed. */
void pg_proxy_cut_after(struct pg_proxy *proxy, size_t bytes);
