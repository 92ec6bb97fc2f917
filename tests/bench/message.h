/*
 * What a simulated device says by itself: the Inform, the empty POST, and the frame around an answer.
 *
 * A run renders its Inform once, as a whole HTTP request; a session only overwrites the places in it that
 * differ (who, when, which public address), all of fixed width. So a message costs the generator next to
 * nothing.
 */
#pragma once

#include <stdint.h>

#include "acs/base/arena.h"
#include "tests/bench/login.h"
#include "tests/bench/options.h"
#include "tests/bench/reply.h"

enum { MESSAGE_DEVICES_MAX = 10000000, MESSAGE_COOKIE_MAX = 192 };

/* Around the method element of every envelope; the namespace is that of options->cwmp. */
#define MESSAGE_ENVELOPE_OPEN                                                         \
    "<SOAP-ENV:Envelope xmlns:SOAP-ENV=\"http://schemas.xmlsoap.org/soap/envelope/\"" \
    " xmlns:SOAP-ENC=\"http://schemas.xmlsoap.org/soap/encoding/\""                   \
    " xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\""                                 \
    " xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\""                        \
    " xmlns:cwmp=\"urn:dslforum-org:cwmp-%s\">\n"                                     \
    "  <SOAP-ENV:Header>\n"                                                           \
    "    <cwmp:ID SOAP-ENV:mustUnderstand=\"1\">%.*s</cwmp:ID>\n"                     \
    "  </SOAP-ENV:Header>\n"                                                          \
    "  <SOAP-ENV:Body>\n"
#define MESSAGE_ENVELOPE_CLOSE \
    "  </SOAP-ENV:Body>\n"     \
    "</SOAP-ENV:Envelope>\n"

/* "1-0" for "1.0". */
const char *message_namespace(const struct options *options);

/* One per thread; lives in arena. What it returns is valid until its next call. */
struct messages;
struct messages *messages_new(struct arena *arena, const struct options *options);

/* generation: how often a value of this device has changed. */
struct bytes messages_inform(struct messages *messages, uint32_t device, uint32_t generation);
struct logins *messages_logins(struct messages *messages); /* NULL: without --digest */
struct bytes messages_empty(struct messages *messages, struct bytes cookie);
struct bytes messages_post(struct messages *messages, struct bytes cookie, struct bytes body);
