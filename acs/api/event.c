#include "acs/api/event.h"

#include <inttypes.h>
#include <string.h>

#include "acs/base/crypto.h"
#include "provisioning/action.h"

void event_write(const struct action_event *event, struct json_writer *json)
{
    char device[NUMBER_ID_MAX];

    crypto_write_number_id("dev_", event->device_id, device);
    json_open_object(json);
    json_field_int(json, "id", event->id);
    json_field_string(json, "action", event->action_id);
    json_field_string(json, "device", device);
    json_field_time(json, "at", event->at_us);
    json_field_string(json, "state", event->state);
    json_field_raw(json, "detail", event->detail != NULL ? event->detail : "null");
    json_close_object(json);
}

bool event_is_end(const struct action_event *event)
{
    enum action_state state;

    return action_state_by_name(event->state, &state) && action_has_ended(state);
}

/* JSON from PostgreSQL and from our writer has no line break in it. */
void event_write_sse(const struct action_event *event, struct text *out)
{
    struct json_writer json = JSON_WRITER(out);

    text_printf(out, "id: %" PRId64 "-%" PRId64 "\nevent: action.%s\ndata: ", event->id, event->at_us,
                event_is_end(event) ? event->state : "progress");
    event_write(event, &json);
    text_puts(out, "\n\n");
}

void event_write_case_sse(const struct notify_case *news, struct text *out)
{
    struct json_writer json = JSON_WRITER(out);
    char id[NUMBER_ID_MAX];

    text_puts(out, "event: case\ndata: ");
    json_open_object(&json);
    crypto_write_number_id("cas_", news->case_id, id);
    json_field_string(&json, "case", id);
    crypto_write_number_id("dev_", news->device_id, id);
    json_field_string(&json, "device", id);
    json_field_string(&json, "state", news->state);
    json_close_object(&json);
    text_puts(out, "\n\n");
}

void event_write_facts_sse(int64_t device_id, struct text *out)
{
    struct json_writer json = JSON_WRITER(out);
    char id[NUMBER_ID_MAX];

    text_puts(out, "event: facts\ndata: ");
    json_open_object(&json);
    crypto_write_number_id("dev_", device_id, id);
    json_field_string(&json, "device", id);
    json_close_object(&json);
    text_puts(out, "\n\n");
}

void event_write_campaign_sse(const char *news, struct text *out)
{
    text_printf(out, "event: campaign\ndata: %s\n\n", news);
}

bool event_read_id(const char *text, int64_t *ret_id, int64_t *ret_at_us)
{
    enum { DIGITS_MAX = 19 };
    char id[DIGITS_MAX + 1];
    size_t len = strcspn(text, "-");
    int64_t number, at_us;

    if (len > DIGITS_MAX || text[len] != '-')
        return false;
    memcpy(id, text, len);
    id[len] = '\0';
    if (text_read_i64(id, &number) != ERR_OK || text_read_i64(text + len + 1, &at_us) != ERR_OK)
        return false;
    *ret_id = number;
    *ret_at_us = at_us;
    return number >= 0 && at_us >= 0;
}
