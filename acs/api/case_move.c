/* Cases that go to somebody else: escalated, returned with advice, a visit. */
#include <string.h>

#include "acs/api/cases.h"
#include "acs/api/handoff.h"
#include "acs/api/routes.h"
#include "provisioning/desk/desk.h"

static const char *read_text(const struct call *call, const char *name)
{
    return json_string(json_get(call->body, name), NULL);
}

static enum err refuse_queue(struct call *call)
{
    return call_refuse_body(call, "/queue", "choice",
                            call_say(call, "não é uma fila daqui", "is no queue here"));
}

/* ---- escalated ---- */

static enum err read_escalation(struct call *call, const struct case_held *held, struct case_escalation *ret)
{
    struct case_row row;

    *ret = (struct case_escalation){.id = held->id,
                                    .by = call->caller.name,
                                    .queue = read_text(call, "queue"),
                                    .priority = json_string(json_get(call->body, "priority"), "normal"),
                                    .summary = read_text(call, "summary")};
    if (!case_queue_is_known(&call->config->cases, ret->queue))
        return refuse_queue(call);
    if (desk_word_find(DESK_PRIORITIES, ret->priority) == NULL)
        return call_refuse_body(call, "/priority", "choice",
                                call_say(call, "não está na lista", "is not on the list"));
    if (ret->summary != NULL)
        return ERR_OK;
    TRY(case_show(call->db, held->id, call->config->cases.repeat_days, call->arena, &row));
    return case_summary(call, &row, &ret->summary);
}

static const char *describe_escalation(struct call *call, const struct case_escalation *escalation)
{
    struct text out = TEXT_IN(call->arena);
    struct json_writer json = JSON_WRITER(&out);

    json_open_object(&json);
    json_field_string(&json, "queue", escalation->queue);
    json_field_string(&json, "priority", escalation->priority);
    json_close_object(&json);
    return text_string(&out);
}

/* Also of one that waits already: it goes to another queue, with a new bundle. */
enum err api_case_escalate(struct call *call)
{
    struct case_escalation escalation;
    struct handoff_made made;
    struct case_held held;

    TRY(case_take_unclosed(call, &held));
    TRY(read_escalation(call, &held, &escalation));
    TRY(case_escalate(call->db, &escalation, call->arena));
    TRY(case_add_entry(call, held.id, "escalated", escalation.summary,
                       describe_escalation(call, &escalation)));
    TRY(handoff_make(call, &held, &made));
    call_add_header(call, "Link",
                    arena_printf(call->arena, "<%s>; rel=\"alternate\"", handoff_link(call, made.key)));
    return case_answer(call, held.id);
}

/* ---- back, or out to the customer ---- */

static enum err take_waiting(struct call *call, struct case_held *ret)
{
    TRY(case_take_unclosed(call, ret));
    if (strcmp(ret->state, "open") != 0)
        return ERR_OK;
    return call_refuse(call, PROBLEM_CONFLICT,
                       call_say(call, "O atendimento não foi escalado.", "The case was not escalated."));
}

enum err api_case_return(struct call *call)
{
    bool lacked_data = json_bool(json_get(call->body, "lacked_data"), false);
    struct case_held held;

    TRY(take_waiting(call, &held));
    TRY(case_return(call->db, held.id, call->caller.name, lacked_data, call->arena));
    TRY(case_add_entry(call, held.id, "returned", read_text(call, "advice"),
                       lacked_data ? "{\"lacked_data\":true}" : "{\"lacked_data\":false}"));
    return case_answer(call, held.id);
}

static const char *describe_visit(struct call *call, const struct case_visit *visit)
{
    struct text out = TEXT_IN(call->arena);
    struct json_writer json = JSON_WRITER(&out);

    json_open_object(&json);
    json_field_string(&json, "queue", visit->queue);
    json_field_time(&json, "for", visit->for_us);
    json_close_object(&json);
    return text_string(&out);
}

enum err api_case_visit(struct call *call)
{
    struct case_visit visit = {.by = call->caller.name, .queue = read_text(call, "queue")};
    struct case_held held;

    if (!case_queue_is_known(&call->config->cases, visit.queue))
        return refuse_queue(call);
    if (read_text(call, "for") != NULL)
        TRY(text_read_time(read_text(call, "for"), &visit.for_us));
    TRY(case_take_unclosed(call, &held));
    visit.id = held.id;
    TRY(case_visit(call->db, &visit, call->arena));
    TRY(case_add_entry(call, held.id, "visit", read_text(call, "note"), describe_visit(call, &visit)));
    return case_answer(call, held.id);
}
