#include "db/notify.h"

#include <stdlib.h>
#include <string.h>

#include "db/link.h"

struct notify {
    struct notify_handler handler;
    struct link *link;
    struct arena *arena;
    bool listening; /* and not only about to */
};

/* "event_id:device_id:action_id:state" up to the blank that stands between two of them; cuts text up. */
static bool read_event(char *text, struct notify_event *ret)
{
    char *fields[] = {text, NULL, NULL, NULL};

    for (size_t i = 1; i < sizeof(fields) / sizeof(*fields); i++) {
        fields[i] = strchr(fields[i - 1], ':');
        if (fields[i] == NULL)
            return false;
        *fields[i]++ = '\0';
    }
    if (strlen(fields[2]) >= sizeof(ret->action_id))
        return false;
    memcpy(ret->action_id, fields[2], strlen(fields[2]) + 1);
    return text_read_i64(fields[0], &ret->id) == ERR_OK &&
           text_read_i64(fields[1], &ret->device_id) == ERR_OK &&
           action_state_by_name(fields[3], &ret->state);
}

static void tell_event(const struct notify *notify, const char *text)
{
    char *rest = arena_strdup(notify->arena, text), *one;

    while ((one = strsep(&rest, " ")) != NULL) {
        struct notify_event event = {0};

        if (read_event(one, &event))
            notify->handler.on_event(&event, notify->handler.ctx);
    }
}

static void tell_id(const struct notify *notify, const char *text, void (*on_id)(int64_t id, void *ctx))
{
    int64_t id;

    if (on_id != NULL && text_read_i64(text, &id) == ERR_OK && id > 0)
        on_id(id, notify->handler.ctx);
}

static void tell_credential(const struct notify *notify, const char *text)
{
    tell_id(notify, text, notify->handler.on_credential);
}

static void tell_facts(const struct notify *notify, const char *text)
{
    tell_id(notify, text, notify->handler.on_facts);
}

/* "device_id:case_id:state"; cuts text up. */
static bool read_case(char *text, struct notify_case *ret)
{
    char *rest = text;
    const char *device_id = strsep(&rest, ":");
    const char *case_id = strsep(&rest, ":");

    *ret = (struct notify_case){.state = rest};
    return case_id != NULL && rest != NULL && text_read_i64(device_id, &ret->device_id) == ERR_OK &&
           text_read_i64(case_id, &ret->case_id) == ERR_OK && ret->device_id >= 0 && ret->case_id >= 0;
}

static void tell_case(const struct notify *notify, const char *text)
{
    struct notify_case news;

    if (notify->handler.on_case != NULL && read_case(arena_strdup(notify->arena, text), &news))
        notify->handler.on_case(&news, notify->handler.ctx);
}

static void tell_campaign(const struct notify *notify, const char *text)
{
    tell_id(notify, text, notify->handler.on_campaign);
}

static void tell_setting(const struct notify *notify, const char *text)
{
    (void)text;
    if (notify->handler.on_setting != NULL)
        notify->handler.on_setting(notify->handler.ctx);
}

static const struct {
    const char *name;
    void (*tell)(const struct notify *notify, const char *text);
} channels[] = {
    {"farol_action",     tell_event     },
    {"farol_credential", tell_credential},
    {"farol_case",       tell_case      },
    {"farol_facts",      tell_facts     },
    {"farol_setting",    tell_setting   },
    {"farol_campaign",   tell_campaign  },
};

/* Anybody who may connect may notify: what is not ours is passed over. */
static void on_notify(const PGnotify *notification, void *ctx)
{
    struct notify *notify = ctx;

    for (size_t i = 0; i < sizeof(channels) / sizeof(*channels); i++)
        if (strcmp(notification->relname, channels[i].name) == 0)
            channels[i].tell(notify, notification->extra);
    arena_reset(notify->arena);
}

static const enum sql statements[] = {SQL_NOTIFY_LISTEN,         SQL_NOTIFY_LISTEN_CREDENTIAL,
                                      SQL_NOTIFY_LISTEN_CASE,    SQL_NOTIFY_LISTEN_FACTS,
                                      SQL_NOTIFY_LISTEN_SETTING, SQL_NOTIFY_LISTEN_CAMPAIGN};

static void on_ready(void *ctx)
{
    struct notify *notify = ctx;

    notify->listening = false;
    for (size_t i = 0; i < sizeof(statements) / sizeof(*statements); i++)
        link_send(notify->link, statements[i], NO_BINDS, notify->arena);
    link_sync(notify->link);
}

static void on_result(PGresult *result, void *ctx)
{
    struct notify *notify = ctx;
    AUTO_RESULT owned = result;

    if (PQresultStatus(owned) == PGRES_COMMAND_OK)
        notify->listening = true;
    else if (PQresultStatus(owned) == PGRES_PIPELINE_SYNC && notify->listening)
        notify->handler.on_listening(notify->handler.ctx);
}

static void on_lost(void *ctx)
{
    struct notify *notify = ctx;

    notify->listening = false;
}

struct notify *notify_new(struct loop *loop, const char *url, const struct notify_handler *handler)
{
    struct notify *notify = HEAP_NEW(struct notify);

    notify->handler = *handler;
    notify->arena = arena_new(16 * 1024);
    notify->link = link_new(&(struct link_config){
        .loop = loop,
        .url = url,
        .use = &conn_use_listen,
        .statements = statements,
        .statement_count = sizeof(statements) / sizeof(*statements),
        .on_ready = on_ready,
        .on_lost = on_lost,
        .on_result = on_result,
        .on_notify = on_notify,
        .ctx = notify,
    });
    return notify;
}

void notify_free(struct notify *notify)
{
    if (notify == NULL)
        return;
    link_free(notify->link);
    arena_free(notify->arena);
    heap_free(notify);
}
