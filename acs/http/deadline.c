#include "acs/http/deadline.h"

#include <stddef.h>

static void ring_join(struct deadline *head, struct deadline *deadline)
{
    deadline->prev = head->prev;
    deadline->next = head;
    head->prev->next = deadline;
    head->prev = deadline;
}

void deadlines_init(struct deadlines *deadlines, int64_t now_ms)
{
    for (size_t i = 0; i < DEADLINE_SLOTS; i++)
        deadlines->slots[i] = (struct deadline){.prev = &deadlines->slots[i], .next = &deadlines->slots[i]};
    deadlines->swept = now_ms / DEADLINE_TICK_MS;
}

void deadline_clear(struct deadline *deadline)
{
    if (deadline->next == NULL)
        return;
    deadline->prev->next = deadline->next;
    deadline->next->prev = deadline->prev;
    deadline->prev = deadline->next = NULL;
}

/* One that lies further ahead than the wheel turns is met in each turn, and stays. */
void deadline_set(struct deadlines *deadlines, struct deadline *deadline, int64_t at_ms)
{
    int64_t tick = at_ms / DEADLINE_TICK_MS + 1; /* when it has passed for sure */

    deadline_clear(deadline);
    if (tick <= deadlines->swept)
        tick = deadlines->swept + 1;
    deadline->at_ms = at_ms;
    ring_join(&deadlines->slots[tick % DEADLINE_SLOTS], deadline);
}

/* Takes the whole ring off its slot first, so that one that is set again is not met again. */
static void sweep_slot(struct deadlines *deadlines, struct deadline *head, int64_t now_ms,
                       void (*expired)(struct deadline *, void *ctx), void *ctx)
{
    struct deadline ring = {.prev = &ring, .next = &ring};

    if (head->next == head)
        return;
    ring = (struct deadline){.prev = head->prev, .next = head->next};
    ring.prev->next = ring.next->prev = &ring;
    head->prev = head->next = head;
    while (ring.next != &ring) {
        struct deadline *deadline = ring.next;

        deadline_clear(deadline);
        if (deadline->at_ms < now_ms)
            expired(deadline, ctx);
        else
            deadline_set(deadlines, deadline, deadline->at_ms);
    }
}

void deadlines_sweep(struct deadlines *deadlines, int64_t now_ms,
                     void (*expired)(struct deadline *, void *ctx), void *ctx)
{
    int64_t last = now_ms / DEADLINE_TICK_MS;
    int64_t first = deadlines->swept + 1;

    if (last - first >= DEADLINE_SLOTS)
        first = last - DEADLINE_SLOTS + 1;
    for (int64_t tick = first; tick <= last; tick++) {
        deadlines->swept = tick;
        sweep_slot(deadlines, &deadlines->slots[tick % DEADLINE_SLOTS], now_ms, expired, ctx);
    }
}
