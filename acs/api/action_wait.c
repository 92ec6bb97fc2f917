/*
 * Prefer: wait. No thread waits: the exchange does, in the hub, and is answered from the hub's thread.
 */
#include <string.h>

#include "acs/api/actions.h"
#include "acs/api/hub.h"

enum { WAIT_MAX_S = 60 };

struct action_wait {
    struct hub_waiter waiter;
    struct call *call;
    uint32_t wait_s;
    unsigned pending;
};

/* "respond-async, wait=20"; 0: does not ask for it. */
static uint32_t read_wait(const char *prefer)
{
    uint32_t seconds;
    const char *wait = strstr(text_or_empty(prefer), "wait=");
    char digits[8] = {0};

    if (wait == NULL || (wait != prefer && strchr(" ,;", wait[-1]) == NULL))
        return 0;
    memcpy(digits, wait + 5, strnlen(wait + 5, sizeof(digits) - 1));
    digits[strspn(digits, "0123456789")] = '\0';
    if (text_read_u32(digits, &seconds) != ERR_OK)
        return 0;
    return seconds < WAIT_MAX_S ? seconds : WAIT_MAX_S;
}

/* The action as it is now. What was written before stays if that cannot be read. */
static void write_again(struct action_wait *wait)
{
    struct call *call = wait->call;
    struct action_row row;
    AUTO_DB db = NULL;

    if (db_borrow(call->config->pool, &db) != ERR_OK ||
        action_show(db, wait->waiter.action_id, call->arena, &row) != ERR_OK)
        return;
    call->text = TEXT_IN(call->arena);
    call->json = JSON_WRITER(&call->text);
    action_write(call, &row);
    call->status = row.ended ? 200 : wait->pending;
}

static void on_done(void *ctx)
{
    struct action_wait *wait = ctx;

    write_again(wait);
    call_add_header(wait->call, "Preference-Applied",
                    arena_printf(wait->call->arena, "wait=%u", (unsigned)wait->wait_s));
    call_reply(wait->call);
}

static void wait_later(struct call *call)
{
    struct action_wait *wait = call->later_ctx;

    hub_wait(call->config->hub, &wait->waiter, wait->wait_s);
}

void action_wait_if_asked(struct call *call, const struct action_row *row, unsigned pending)
{
    uint32_t wait_s = read_wait(call_header(call, "Prefer"));
    struct action_wait *wait;

    if (wait_s == 0 || row->ended)
        return;
    wait = ARENA_NEW(call->arena, struct action_wait);
    wait->waiter = (struct hub_waiter){.action_id = row->id, .done = on_done, .ctx = wait};
    wait->call = call;
    wait->wait_s = wait_s;
    wait->pending = pending;
    call->later = wait_later;
    call->later_ctx = wait;
}
