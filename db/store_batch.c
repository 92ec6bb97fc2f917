#include "db/store_batch.h"

#include <stdlib.h>
#include <string.h>

/* Some 10 ms of work for the database: one big router must not keep a hundred small ones waiting. */
enum { VALUES_MAX = 10000 };

/* ---- who travels ---- */

struct traveller {
    struct store_unit *unit;
    size_t arrival;
};

static int compare_keys(const struct cwmp_device_id *a, const struct cwmp_device_id *b)
{
    int order = strcmp(a->oui, b->oui);

    if (order == 0)
        order = strcmp(a->product_class, b->product_class);
    return order ? order : strcmp(a->serial_number, b->serial_number);
}

/* The order in which rows are locked. Of one device the first that arrived stands first. */
static int compare_travellers(const void *left, const void *right)
{
    const struct traveller *a = left;
    const struct traveller *b = right;
    const struct store_unit *x = a->unit;
    const struct store_unit *y = b->unit;

    if ((x->registration != NULL) != (y->registration != NULL))
        return x->registration != NULL ? -1 : 1;
    if (x->registration != NULL)
        return compare_keys(&x->registration->key, &y->registration->key);
    if (x->device_id != y->device_id)
        return x->device_id < y->device_id ? -1 : 1;
    return a->arrival < b->arrival ? -1 : 1;
}

static int compare_arrivals(const void *left, const void *right)
{
    const struct traveller *a = left;
    const struct traveller *b = right;

    return a->arrival < b->arrival ? -1 : 1;
}

static size_t weight(const struct store_unit *unit)
{
    const struct store_values *values = unit->values;

    if (values == NULL)
        return 0;
    return (values->values ? values->values->count : 0) + (values->infos ? values->infos->count : 0);
}

/* The first of the list, as many as fit. */
static size_t gather(struct store_unit *list, struct traveller *to, size_t cap)
{
    size_t count = 0;
    size_t values = 0;

    for (struct store_unit *unit = list; unit != NULL && count < cap; unit = unit->next) {
        values += weight(unit);
        if (count > 0 && values > VALUES_MAX)
            break;
        to[count] = (struct traveller){unit, count};
        count++;
    }
    return count;
}

static void put_back(struct traveller *left, size_t count, struct store_unit **list)
{
    qsort(left, count, sizeof(*left), compare_arrivals);
    for (size_t i = count; i > 0; i--) {
        left[i - 1].unit->next = *list;
        *list = left[i - 1].unit;
    }
}

static bool is_second_of_its_device(const struct store_batch *batch, const struct store_unit *unit)
{
    return batch->count > 0 && unit->registration == NULL && unit->device_id != 0 &&
           batch->units[batch->count - 1]->device_id == unit->device_id;
}

void store_batch_take(struct store_batch *batch, struct store_unit **list, unsigned cap)
{
    struct traveller *all = ARENA_ARRAY(batch->arena, struct traveller, cap);
    struct traveller *left = ARENA_ARRAY(batch->arena, struct traveller, cap);
    size_t count = gather(*list, all, cap);
    size_t left_count = 0;

    *list = all[count - 1].unit->next;
    qsort(all, count, sizeof(*all), compare_travellers);
    batch->units = ARENA_ARRAY(batch->arena, struct store_unit *, count);
    for (size_t i = 0; i < count; i++) {
        if (is_second_of_its_device(batch, all[i].unit))
            left[left_count++] = all[i];
        else
            batch->units[batch->count++] = all[i].unit;
    }
    put_back(left, left_count, list);
}

/* ---- there ---- */

static void send_part(struct store_batch *batch, const struct store_part *part, struct link *link)
{
    struct columns *columns = ARENA_NEW(batch->arena, struct columns);

    columns_open(columns, part->columns, part->column_count, batch->arena);
    for (size_t i = 0; i < batch->count; i++)
        part->add(batch->units[i], (int32_t)i, columns);
    if (columns->rows == 0)
        return;
    link_send(link, part->statement, columns_binds(columns), batch->arena);
    batch->parts[batch->sent++] = part;
}

void store_batch_send(struct store_batch *batch, struct link *link)
{
    for (size_t i = 0; i < STORE_PART_COUNT; i++)
        send_part(batch, &store_parts[i], link);
    link_sync(link);
}

/* ---- and back ---- */

bool store_batch_answer(struct store_batch *batch, PGresult *result)
{
    ExecStatusType status = PQresultStatus(result);

    if (status == PGRES_FATAL_ERROR && batch->refusal == NULL)
        batch->refusal = result;
    else if ((status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK) && batch->answered < batch->sent)
        batch->results[batch->answered++] = result;
    else
        PQclear(result); /* what was skipped behind an error, and the end */
    return status == PGRES_PIPELINE_SYNC;
}

static void forget_outputs(struct store_unit *unit)
{
    if (unit->registration != NULL)
        unit->registration->device_id = 0;
    if (unit->inform != NULL) {
        unit->inform->actions = NULL;
        unit->inform->action_count = 0;
    }
    if (unit->inform != NULL && !unit->reload)
        unit->inform->session_no = 0;
    if (unit->values != NULL)
        unit->values->written = false;
    if (unit->credential != NULL)
        unit->credential->row = (struct credential_row){0};
    if (unit->tree != NULL)
        *unit->tree = (struct store_tree){0};
    for (unsigned i = 0; i < unit->action_count; i++)
        unit->actions[i]->saved = false;
}

void store_batch_read(const struct store_batch *batch)
{
    for (size_t i = 0; i < batch->count; i++)
        forget_outputs(batch->units[i]);
    for (unsigned i = 0; i < batch->answered; i++)
        if (batch->parts[i]->read != NULL)
            batch->parts[i]->read(batch->units, batch->results[i]);
}

void store_batch_end(struct store_batch *batch)
{
    for (unsigned i = 0; i < batch->answered; i++)
        PQclear(batch->results[i]);
    PQclear(batch->refusal);
    *batch = (struct store_batch){.arena = batch->arena};
    arena_reset(batch->arena);
}
