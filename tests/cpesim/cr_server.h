/*
 * Connection requests (TR-069 3.2.2): one HTTP server for the whole fleet, a path for each home.
 *
 *     GET /cr/<serial>     401 with a Digest challenge, 200, 503 (in a session, or asked too often), 404
 * (nobody's)
 *
 * A home that is restarting does not answer. Own code over the event loop, for the reason in http_out.h.
 */
#pragma once

#include "tests/cpesim/fleet.h"

struct cr_server;

/* Bound, not yet listening; port "0": any. ERR_CONFLICT: the port is taken. */
enum err cr_server_bind(const char *host, const char *port, struct cr_server **ret) MUST_CHECK;
const char *cr_server_base(const struct cr_server *server); /* "http://127.0.0.1:40001/cr/" */
void cr_server_start(struct cr_server *server, struct fleet *fleet);
void cr_server_free(struct cr_server *server); /* closes what is open */
