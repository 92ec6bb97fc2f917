/*
 * An event of an action as the API tells it: as JSON in a list, or as a Server-Sent Event.
 */
#pragma once

#include "acs/base/json.h"
#include "db/action.h"
#include "db/notify.h"

void event_write(const struct action_event *event, struct json_writer *json);

/* "id: 918273-1763841234567890", "event: action.progress" or "action.succeeded" …, "data: {…}" */
void event_write_sse(const struct action_event *event, struct text *out);

/* "event: case", "data: {…}" */
void event_write_case_sse(const struct notify_case *news, struct text *out);

/* "event: facts", "data: {…}": what is known of the device has changed */
void event_write_facts_sse(int64_t device_id, struct text *out);

/* "event: campaign", "data: {…}" as campaign_news() has it */
void event_write_campaign_sse(const char *news, struct text *out);

/* What a browser sends back as Last-Event-ID. False: not one of ours. */
bool event_read_id(const char *text, int64_t *ret_id, int64_t *ret_at_us);

bool event_is_end(const struct action_event *event); /* no other follows */
