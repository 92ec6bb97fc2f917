/*
 * One batch of a store: the units that travel together, the statements sent for them, and what came back.
 */
#pragma once

#include "db/link.h"
#include "db/store_parts.h"

struct store_batch {
    struct arena *arena; /* of one batch */
    struct store_unit **units;
    size_t count; /* 0: nothing is under way */
    unsigned sent;
    unsigned answered;
    const struct store_part *parts[STORE_PART_COUNT]; /* as they were sent */
    PGresult *results[STORE_PART_COUNT];
    PGresult *refusal; /* the first error; NULL: none */
};

/*
 * Takes units off the list: the first `cap` of them, registrations first, then by device id. A second unit of
 * a device stays in the list, where it was, and so does what would make the batch too large.
 */
void store_batch_take(struct store_batch *batch, struct store_unit **list, unsigned cap);
void store_batch_send(struct store_batch *batch, struct link *link);

/* Takes the answer over. True: that was the last one, the batch is committed or refused. */
bool store_batch_answer(struct store_batch *batch, PGresult *result);

/* After COMMIT: fills what the units want to know, but for the one that is not right (false, with a message).
 */
void store_batch_read(const struct store_batch *batch);
void store_batch_end(struct store_batch *batch); /* ready for the next one */
