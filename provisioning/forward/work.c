/* The entrances of the actions about port forwards: which step is whose. */
#include "provisioning/forward/work.h"

#include <string.h>

#include "acs/base/text.h"

enum { READ_TRIES = 3 };

/* ---- moves ---- */

struct action_move forward_go(const struct forward_work *work, int32_t step, enum action_state state)
{
    struct action_move move = move_to(work->record, work->facts, step, state);

    move.save.memo = forward_work_save(work);
    return move;
}

struct action_move forward_fail(const struct forward_work *work, const char *code, struct forward_words words)
{
    struct action_move move = move_fail(work->record, work->facts, work->arena, code, words.en, 0);
    struct text out = TEXT_IN(work->arena);
    struct json_writer json = JSON_WRITER(&out);

    json_open_object(&json);
    json_field_string(&json, "code", code);
    json_field_string(&json, "detail", words.en);
    forward_put_words(&json, words);
    json_close_object(&json);
    move.save.failure = text_string(&out);
    return move;
}

/* ---- whose ---- */

bool forward_is_undo(const struct action_record *record, enum forward_job *ret)
{
    AUTO_JSON args = NULL;
    const char *what;

    if (json_read(record->args, strlen(record->args), &args) != ERR_OK)
        return false;
    what = json_string(json_get(args, "forward"), NULL);
    if (what != NULL)
        *ret = strcmp(what, "add") == 0 ? FORWARD_ADD : FORWARD_REMOVE;
    return what != NULL;
}

bool forward_wants_home(const struct action_record *record)
{
    switch ((enum forward_step)record->step) {
    case FORWARD_BEGIN:
    case FORWARD_JUDGE:
    case FORWARD_PLAN:
    case FORWARD_SHOW:
        return true;
    case FORWARD_LOOK:
    case FORWARD_BEFORE:
    case FORWARD_MAKE:
    case FORWARD_FIND:
    case FORWARD_LEARN:
    case FORWARD_SET:
    case FORWARD_READ:
    case FORWARD_AWAIT:
    case FORWARD_DELETE:
    case FORWARD_GONE:
    case FORWARD_UNMAKE:
    case FORWARD_UNMADE:
        break;
    }
    return false;
}

static struct forward_work begin(enum forward_job job, const struct action_record *record,
                                 const struct action_facts *facts, struct arena *arena)
{
    enum forward_job undone;

    return (struct forward_work){.record = record,
                                 .facts = facts,
                                 .arena = arena,
                                 .job = job,
                                 .back = forward_is_undo(record, &undone)};
}

static bool is_of_remove(int32_t step)
{
    return step >= FORWARD_DELETE;
}

/* ---- the entrances ---- */

enum err forward_next(enum forward_job job, const struct action_record *record,
                      const struct action_facts *facts, struct arena *arena, struct action_move *ret)
{
    struct forward_work work = begin(job, record, facts, arena);

    TRY(forward_work_load(&work));
    switch (record->step) {
    case FORWARD_BEGIN:
        *ret = forward_begin(&work);
        return ERR_OK;
    case FORWARD_LOOK:
        return forward_ask(&work, ret);
    case FORWARD_JUDGE:
        return forward_choose(&work, ret);
    case FORWARD_AWAIT:
        *ret = move_stay(record, facts);
        return ERR_OK;
    }
    *ret = is_of_remove(record->step) ? forward_remove_next(&work) : forward_add_next(&work);
    return ERR_OK;
}

enum err forward_take(enum forward_job job, const struct action_record *record,
                      const struct action_facts *facts, const struct cwmp_message *message,
                      struct arena *arena, struct action_move *ret)
{
    struct forward_work work = begin(job, record, facts, arena);

    TRY(forward_work_load(&work));
    if (record->step == FORWARD_LOOK)
        return forward_take_look(&work, message, ret);
    *ret =
        is_of_remove(record->step) ? forward_remove_take(&work, message) : forward_add_take(&work, message);
    return ERR_OK;
}

/* Nothing was under way, or what was promised for after a restart is there now. */
static struct action_move wait_on(struct forward_work *work)
{
    int32_t step = work->after_restart;

    if (work->record->step != FORWARD_AWAIT || !cwmp_has_event(work->facts->inform, "1 BOOT"))
        return move_stay(work->record, work->facts);
    work->needs_restart = false;
    work->birth.needs_restart = false;
    return forward_go(work, step, ACTION_VERIFYING);
}

enum err forward_inform(enum forward_job job, const struct action_record *record,
                        const struct action_facts *facts, struct arena *arena, struct action_move *ret)
{
    struct forward_work work = begin(job, record, facts, arena);

    TRY(forward_work_load(&work));
    if (record->intent == NULL)
        *ret = wait_on(&work);
    else if (record->step == FORWARD_LOOK)
        *ret = move_resend(record, facts, arena, READ_TRIES);
    else
        *ret = is_of_remove(record->step) ? forward_remove_inform(&work) : forward_add_inform(&work);
    return ERR_OK;
}
