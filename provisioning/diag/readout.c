#include "provisioning/diag/readout.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "acs/base/clock.h"
#include "acs/base/text.h"
#include "provisioning/actions/names.h"
#include "provisioning/actions/read_steps.h"

/*
 * The memo: "{}" before it begins, then a line of its own, with the plan below it as long as there is one.
 *
 *     read 1764442800 <note>          over 1764442800 <note>
 *     <plan>
 */
#define READING "read "
#define OVER    "over "

struct memo {
    int64_t since_us;
    const char *note;
    const char *plan;
};

static enum err read_memo(const char *text, struct arena *arena, struct memo *ret)
{
    const char *end = text + strcspn(text, "\n");
    char *after;

    if (!text_starts_with(text, READING) && !text_starts_with(text, OVER))
        return err_set(ERR_INTERNAL, "the memo of a read-out begins with '%.20s'", text);
    ret->since_us = strtoll(text + strlen(READING), &after, 10) * US_PER_S;
    after += *after == ' ';
    ret->note = arena_memdup(arena, after, after < end ? (size_t)(end - after) : 0);
    ret->plan = *end == '\n' ? end + 1 : end;
    return ERR_OK;
}

static const char *write_memo(const char *word, const struct memo *memo, const char *plan,
                              struct arena *arena)
{
    return arena_printf(arena, "%s%lld %s%s%s", word, (long long)(memo->since_us / US_PER_S), memo->note,
                        plan != NULL ? "\n" : "", text_or_empty(plan));
}

enum err readout_check(const struct json *args)
{
    return names_check_keys(args, NULL);
}

bool readout_wants_home(const struct action_record *record)
{
    return strcmp(record->memo, "{}") == 0 || text_starts_with(record->memo, OVER);
}

/* ---- the beginning ---- */

static struct action_move fail(const struct action_record *record, const struct action_facts *facts,
                               struct arena *arena, const char *code, const char *detail)
{
    struct action_move move = move_fail(record, facts, arena, code, detail, 0);

    move.save.memo = "{}";
    return move;
}

static struct action_move begin(const struct readout *kind, const struct action_record *record,
                                const struct action_facts *facts, struct arena *arena)
{
    const struct reading_subject subject = read_subject(facts, NULL);
    struct memo memo = {.since_us = facts->now_us, .note = ""};
    struct cwmp_strings names = {0};
    struct action_move move;
    struct reading reading;

    if (facts->home == NULL)
        return fail(record, facts, arena, "not_available", "nothing is known of this device yet");
    home_names(facts->home, kind->wants, &names);
    if (!home_is_whole(facts->home))
        reading_begin(&reading, &subject, arena);
    else if (names.count > 0)
        reading_begin_values(&reading, &subject, &names, arena);
    else
        return fail(record, facts, arena, "not_available", kind->nothing);
    if (kind->note != NULL)
        memo.note = kind->note(facts->home, arena);
    move = move_to(record, facts, record->step + 1, ACTION_SESSION);
    move.save.memo = write_memo(READING, &memo, reading_save(&reading), arena);
    return move;
}

/* ---- the end ---- */

/* What was read since it began; and what the provider knows. */
static struct facts read_now(const struct action_facts *facts, int64_t since_us, struct arena *arena)
{
    struct fact_list all = FACT_LIST_IN(arena), now = FACT_LIST_IN(arena);
    const struct action_service *service = facts->service;

    home_facts(facts->home, false, &all);
    for (size_t i = 0; i < all.count; i++)
        if (all.items[i].at_us >= since_us - since_us % US_PER_S)
            fact_add_all(&now, &(const struct facts){.items = &all.items[i], .count = 1});
    if (service != NULL)
        fact_add_text(&now, "technology", service->technology, facts->now_us);
    if (service != NULL && service->down_mbps > 0)
        fact_add_number(&now, "plan.down_mbps", service->down_mbps, facts->now_us);
    if (service != NULL && service->up_mbps > 0)
        fact_add_number(&now, "plan.up_mbps", service->up_mbps, facts->now_us);
    return facts_of_list(&now, facts->now_us);
}

static void put_sentence(struct json_writer *json, const struct readout_end *end)
{
    json_key(json, "sentence");
    json_open_object(json);
    json_field_string(json, "pt", end->sentence_pt);
    json_field_string(json, "en", end->sentence_en);
    json_close_object(json);
}

static enum err conclude(const struct readout *kind, const struct action_record *record,
                         const struct action_facts *facts, struct arena *arena, struct action_move *ret)
{
    struct text out = TEXT_IN(arena);
    struct json_writer json = JSON_WRITER(&out);
    struct readout_end end = {.json = &json};
    struct readout_view view = {.arena = arena, .facts = facts};
    struct memo memo;

    TRY(read_memo(record->memo, arena, &memo));
    if (facts->home == NULL) { /* its model is not known any more */
        *ret = fail(record, facts, arena, "not_available", kind->nothing);
        return ERR_OK;
    }
    view.note = memo.note;
    view.since_us = memo.since_us;
    view.now = read_now(facts, memo.since_us, arena);
    json_open_object(&json);
    if (!kind->conclude(&view, &end)) {
        *ret = fail(record, facts, arena, "not_available", kind->nothing);
        return ERR_OK;
    }
    put_sentence(&json, &end);
    json_close_object(&json);
    *ret = move_succeed(record, facts, text_string(&out), "{\"read\":\"GetParameterValues\"}");
    ret->save.memo = "{}";
    return ERR_OK;
}

/* ---- the way between ---- */

static enum err load(const struct action_record *record, struct arena *arena, struct memo *ret_memo,
                     struct reading *ret_reading)
{
    TRY(read_memo(record->memo, arena, ret_memo));
    return reading_load(ret_reading, ret_memo->plan, arena);
}

static struct action_move advance(const struct action_record *record, const struct action_facts *facts,
                                  const struct memo *memo, const struct reading *reading)
{
    struct action_move move = move_to(record, facts, record->step + 1, ACTION_RUNNING);
    bool over = reading_is_over(reading);

    if (over && reading->values == 0)
        return fail(record, facts, reading->arena, "refused",
                    "the device gave no value of what it was asked for");
    move.save.memo =
        write_memo(over ? OVER : READING, memo, over ? NULL : reading_save(reading), reading->arena);
    move.save.progress = read_progress(reading);
    return move;
}

enum err readout_next(const struct readout *kind, const struct action_record *record,
                      const struct action_facts *facts, struct arena *arena, struct action_move *ret)
{
    struct reading reading;
    struct memo memo;

    if (strcmp(record->memo, "{}") == 0) {
        *ret = begin(kind, record, facts, arena);
        return ERR_OK;
    }
    if (text_starts_with(record->memo, OVER))
        return conclude(kind, record, facts, arena, ret);
    TRY(load(record, arena, &memo, &reading));
    *ret = read_ask(record, facts, &reading);
    return ERR_OK;
}

enum err readout_take(const struct readout *kind, const struct action_record *record,
                      const struct action_facts *facts, const struct cwmp_message *message,
                      struct arena *arena, struct action_move *ret)
{
    const struct reading_subject subject = read_subject(facts, NULL);
    struct action_move taken;
    struct reading reading;
    struct memo memo;

    (void)kind;
    TRY(load(record, arena, &memo, &reading));
    if (!read_take(record, facts, &subject, message, &reading, &taken)) {
        *ret = taken;
        return ERR_OK;
    }
    *ret = advance(record, facts, &memo, &reading);
    ret->infos = taken.infos;
    ret->values = taken.values;
    return ERR_OK;
}

enum err readout_inform(const struct readout *kind, const struct action_record *record,
                        const struct action_facts *facts, struct arena *arena, struct action_move *ret)
{
    struct reading reading;
    struct memo memo;

    (void)kind;
    if (read_is_sent_again(record)) {
        *ret = move_to(record, facts, record->step, ACTION_SESSION);
        return ERR_OK;
    }
    TRY(load(record, arena, &memo, &reading));
    reading_lost(&reading);
    if (reading.losses > READ_LOSSES_MAX)
        *ret = fail(record, facts, arena, "no_answer", "the device breaks off again and again");
    else
        *ret = advance(record, facts, &memo, &reading);
    return ERR_OK;
}

/* ---- for the kinds ---- */

double readout_number(const struct readout_view *view, const char *name)
{
    const struct fact *fact = facts_find(&view->now, name);

    return fact != NULL ? fact->number : READOUT_NONE;
}

const char *readout_text(const struct readout_view *view, const char *name)
{
    const struct fact *fact = facts_find(&view->now, name);

    return fact != NULL ? fact->text : NULL;
}

void readout_put(const struct readout_view *view, struct json_writer *json, const char *key, const char *name,
                 int places)
{
    double number = readout_number(view, name);

    if (!isnan(number))
        diag_field_real(json, key, number, places);
}

void readout_put_text(const struct readout_view *view, struct json_writer *json, const char *key,
                      const char *name)
{
    const char *text = readout_text(view, name);

    if (text != NULL)
        json_field_string(json, key, text);
}

static int compare_rows(const void *left, const void *right)
{
    long a = strtol(*(const char *const *)left, NULL, 10), b = strtol(*(const char *const *)right, NULL, 10);

    return (a > b) - (a < b);
}

size_t readout_rows(const struct readout_view *view, enum fact_key key, const char *const **ret)
{
    const char **rows = ARENA_ARRAY(view->arena, const char *, view->now.count + 1);
    size_t before = strcspn(fact_rows[key].name, "{"), count = 0;

    for (size_t i = 0; i < view->now.count; i++) {
        const struct fact *fact = &view->now.items[i];

        if (fact->key == key)
            rows[count++] = arena_memdup(view->arena, fact->name + before, strcspn(fact->name + before, "."));
    }
    if (count > 0)
        qsort(rows, count, sizeof(*rows), compare_rows);
    *ret = rows;
    return count;
}

const struct fact *readout_row(const struct readout_view *view, enum fact_key key, const char *row)
{
    return facts_find(&view->now, fact_name(key, row, view->arena));
}

const char *readout_row_text(const struct readout_view *view, enum fact_key key, const char *row)
{
    const struct fact *fact = readout_row(view, key, row);

    return fact != NULL ? fact->text : NULL;
}

void readout_put_row(const struct readout_view *view, struct json_writer *json, const char *name,
                     enum fact_key key, const char *row)
{
    const struct fact *fact = readout_row(view, key, row);

    if (fact != NULL)
        diag_field_real(json, name, fact->number, 1);
}

void readout_put_row_text(const struct readout_view *view, struct json_writer *json, const char *name,
                          enum fact_key key, const char *row)
{
    const char *text = readout_row_text(view, key, row);

    if (text != NULL)
        json_field_string(json, name, arena_printf(view->arena, "%.64s", text));
}

const char *readout_call(const char *name, const char *mac, struct arena *arena)
{
    return name != NULL && *name != '\0' ? arena_printf(arena, "“%s”", name) : mac != NULL ? mac : "?";
}
