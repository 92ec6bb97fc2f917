/*
 * One CWMP session from the device's side (TR-069 3.7.1): Inform, what the device has to say, the empty POST,
 * then the ACS's requests until it has none. The table in session.c holds every step that is allowed.
 *
 * A session ends itself and tells its home by home_session_over(), or is cut by session_cut().
 */
#pragma once

#include "tests/cpesim/home.h"

/* Sends the Inform. ERR_INVALID: the home's ACS URL cannot be used. */
enum err session_start(struct home *home, struct session **ret) MUST_CHECK;
/* The power fails: the connection is gone and nobody is told. */
void session_cut(struct session *session);

/* The file that the answer to its last request waits for has come, or has not. */
void session_answer_transfer(struct session *session, const struct transfer_end *done);
