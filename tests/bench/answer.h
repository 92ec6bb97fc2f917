/*
 * What a simulated device answers when the server asks: the few requests that a measurement needs, found by
 * string search. Nothing here is a parser of XML: the generator must stay cheaper than what it measures.
 *
 * The device has --values parameters below InternetGatewayDevice.QueueManagement. A partial path reads those
 * below it; a full name that is not among them reads as "0".
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "acs/base/arena.h"
#include "tests/bench/options.h"
#include "tests/bench/reply.h"

enum { ANSWER_VALUES_MAX = 100000 };

/* The local name of the first element in the Body: "InformResponse"; len 0 if there is none. Points into
 * message. */
struct bytes answer_method(struct bytes message);

/* One per thread; lives in arena. */
struct answers;
struct answers *answers_new(struct arena *arena, const struct options *options);

/*
 * The envelope that answers this request with its ID echoed, valid until the next call; len 0: the method is
 * none of Reboot, SetParameterValues, GetParameterValues and GetParameterNames. generation: as in
 * messages_inform().
 */
struct bytes answers_to(struct answers *answers, struct bytes request, uint32_t generation);
