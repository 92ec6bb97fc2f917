/*
 * What the ways to answer (reply.c, stream.c, handover.c) are to each other and to exchange.c; nobody else
 * includes it.
 */
#pragma once

#include <microhttpd.h>

#include "acs/http/body.h"

/* ---- reply.c ---- */

/* False: there is one that cannot be sent. */
bool reply_add_headers(struct MHD_Response *response, const struct http_reply *reply);

/* ---- those that go on: they end soon, the listener is going away ---- */

void stream_interrupt(struct http_stream *stream);
void handed_interrupt(struct http_handed *handed);
