/*
 * What a device may ask of us, a row for each method (TR-069 A.3.3, A.4.2): what is kept of it, and how it is
 * answered.
 *
 * The response lets the device forget what it told, so that is in the history before (I-33). A method without
 * a row gets Fault 8000; GetRPCMethodsResponse lists the rows (V-15).
 */
#pragma once

#include <stdbool.h>

#include "soap/cwmp.h"

struct post;

bool request_is_known(enum cwmp_method method);
/* Keeps and answers the request of the post, whose method has a row. Replies to the post by itself. */
void request_answer(struct post *post);
