/* Where a home is, and whether it can be reached now. */
#include <string.h>

#include "acs/api/devices.h"
#include "acs/api/routes.h"
#include "acs/api/subscribers.h"
#include "acs/api/wake.h"
#include "acs/base/clock.h"
#include "db/device.h"

/* ---- place and plan ---- */

enum err api_device_patch(struct call *call)
{
    const struct json *place = json_get(call->body, "place");
    struct text patch = TEXT_IN(call->arena);
    struct device_row device;
    int64_t id;

    TRY(call_device_id(call, &id));
    TRY(device_show(call->db, id, call->arena, &device));
    if (json_kind(place) == JSON_OBJECT)
        json_print(place, &patch);
    if (place != NULL)
        TRY(subscriber_check_place(call, id));
    if (place != NULL)
        TRY(device_place_set(call->db, id, patch.len > 0 ? text_string(&patch) : NULL, call->caller.name,
                             call->arena));
    return device_write(call, id);
}

/* ---- presence ---- */

/* How the next call would be made. */
static const char *way_of(const struct device_calls *calls)
{
    if (calls->way != NULL)
        return calls->way;
    if (calls->code != NULL)
        return "none";
    if (calls->has_http)
        return "http";
    return calls->has_udp ? "udp" : "none";
}

static void write_call(struct call *call, const char *name, int64_t at_us, const char *code)
{
    json_key(&call->json, name);
    if (at_us == 0) {
        json_put_null(&call->json);
        return;
    }
    json_open_object(&call->json);
    json_field_time(&call->json, "at", at_us);
    json_field_string(&call->json, "code", code);
    json_field_string(&call->json, "detail", wake_words(call, code));
    json_close_object(&call->json);
}

static void write_flag(struct json_writer *json, const char *name, bool known, bool flag)
{
    json_key(json, name);
    if (known)
        json_put_bool(json, flag);
    else
        json_put_null(json);
}

static const char *describe(struct call *call, const struct device_calls *calls)
{
    if (calls->at_us == 0)
        return call_say(call, "Ainda não foi chamado.", "It has not been called yet.");
    if (calls->reached)
        return call_say(call, "Atende quando chamado.", "It answers when it is called.");
    return call_say(call, "Não é alcançado por chamada; as ações esperam o próximo contato.",
                    "Calls do not reach it; actions wait for its next contact.");
}

enum err api_presence_show(struct call *call)
{
    struct json_writer *json = &call->json;
    struct device_calls calls;
    int64_t id, overdue_us;

    TRY(call_device_id(call, &id));
    TRY(device_calls(call->db, id, call->arena, &calls));
    overdue_us = clock_now_us() - calls.presence.next_contact_us;
    json_open_object(json);
    json_field_bool(json, "online", calls.presence.online);
    json_field_time(json, "last_contact", calls.last_contact_us);
    json_field_time(json, "next_contact", calls.presence.next_contact_us);
    json_field_int(json, "overdue_s",
                   calls.presence.next_contact_us == 0 || overdue_us < 0 ? 0 : overdue_us / US_PER_S);
    write_flag(json, "reachable", calls.at_us != 0, calls.reached);
    json_field_time(json, "since", calls.since_us);
    json_field_string(json, "way", way_of(&calls));
    json_field_string(json, "detail", describe(call, &calls));
    write_call(call, "last_call", calls.at_us, calls.code);
    write_call(call, "last_failure", calls.failed_at_us, calls.failed_code);
    json_close_object(json);
    return ERR_OK;
}
