/*
 * What webhooks and connectors have in common: how they are shown, and what became of what was sent to them.
 */
#pragma once

#include "acs/api/call.h"
#include "acs/auth/keyring.h"
#include "acs/http/target.h"
#include "db/outbox.h"

const char *outlet_write_id(struct call *call, const char *prefix, int64_t id);
/* As an object; secret NULL: without one. */
void outlet_write(struct call *call, const struct shown_row *row, const char *secret);

/* NULL is fine. Refused: it is no URL that may be used for it. */
enum err outlet_check_url(struct call *call, enum target_use use, const char *url) MUST_CHECK;
/* Refused: this server has no keys. */
enum err outlet_seal(struct call *call, const struct seal_context *context, struct secret secret,
                     const char **ret) MUST_CHECK;

/* The answers to …/deliveries and …/redeliver. */
enum err outlet_answer_deliveries(struct call *call, int64_t outlet_id) MUST_CHECK;
enum err outlet_answer_redeliver(struct call *call, int64_t outlet_id) MUST_CHECK;
