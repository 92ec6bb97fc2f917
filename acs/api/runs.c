/* Runs through playbooks: begin, show, answer, go back, cancel. */
#include <string.h>

#include "acs/api/cases.h"
#include "acs/api/playbooks.h"
#include "acs/api/routes.h"
#include "acs/api/run_move.h"
#include "db/device.h"

/* ---- kept and shown ---- */

static struct playbook_run_save saved(const struct run_at *at)
{
    struct text out = TEXT_IN(at->call->arena);
    struct json_writer json = JSON_WRITER(&out);
    const struct playbook_step *step = &at->playbook->steps[at->run->step];
    enum run_phase phase = at->run->phase;

    run_write(at->run, at->playbook, &json);
    return (struct playbook_run_save){
        .id = at->id,
        .revision = at->revision,
        .state = text_string(&out),
        .phase = run_phase_name(phase),
        .step = step->name,
        .outcome = phase == RUN_ENDED ? step->end.outcome : NULL,
        .ended = phase == RUN_ENDED || phase == RUN_CANCELLED,
    };
}

static void write_run(struct run_at *at, const struct playbook_run_row *row)
{
    struct json_writer *json = &at->call->json;

    json_open_object(json);
    json_field_string(json, "id", row->id);
    json_field_string(json, "device", call_write_device_id(at->call, row->device_id));
    json_field_string(json, "playbook", row->playbook);
    json_field_int(json, "version", row->version);
    json_field_int(json, "revision", row->revision);
    json_field_string(json, "started_by", row->started_by);
    json_field_time(json, "started_at", row->started_at_us);
    json_field_time(json, "ended_at", row->ended_at_us);
    run_show(at->run, at->playbook, at->world.facts, playbook_language(at->call), json);
    json_close_object(json);
}

/* Saves what has moved, and writes what is there then. */
static enum err finish(struct run_at *at)
{
    struct playbook_run_save save;
    struct playbook_run_row row;

    if (at->moved) {
        save = saved(at);
        TRY(playbook_run_save(at->call->db, &save, at->call->arena));
        at->call->audit.moved = true;
    }
    TRY(playbook_run_load(at->call->db, at->id, false, at->call->arena, &row));
    write_run(at, &row);
    return ERR_OK;
}

static enum err read_state(struct run_at *at, const struct playbook_run_row *row)
{
    AUTO_JSON doc = NULL;

    at->run = ARENA_NEW(at->call->arena, struct run);
    at->run->arena = at->call->arena;
    TRY(json_read(row->state, strlen(row->state), &doc));
    return run_read(doc, at->playbook, at->run);
}

/* The run of the path, held; ERR_CONFLICT: this program cannot read its playbook any more. */
static enum err take(struct call *call, struct run_at *ret)
{
    struct playbook_found found = {0};
    struct playbook_run_row row;

    TRY(playbook_run_load(call->db, call->captures[0], true, call->arena, &row));
    found.row.source = row.source;
    call->case_id = row.case_id;
    playbook_understand(call, &found);
    *ret = (struct run_at){.call = call,
                           .id = row.id,
                           .device_id = row.device_id,
                           .revision = row.revision,
                           .playbook = found.playbook};
    if (found.playbook == NULL || read_state(ret, &row) != ERR_OK)
        return call_refuse(
            call, PROBLEM_CONFLICT,
            call_say(call, "Esta versão do programa já não lê o roteiro deste atendimento.",
                     "This version of the program does not read this run's playbook any more."));
    return run_look_around(ret);
}

/* ---- begin ---- */

static enum err read_device(struct call *call, int64_t *ret)
{
    struct device_row device;

    if (!crypto_read_number_id("dev_", json_string(json_get(call->body, "device"), ""), ret))
        return call_refuse_body(call, "/device", "format",
                                call_say(call, "não é um identificador", "is no device's id"));
    return device_show(call->db, *ret, call->arena, &device);
}

/* The one that counts now, kept from here on. */
static enum err choose(struct call *call, struct playbook_found *ret)
{
    TRY(playbook_find_current(call, json_string(json_get(call->body, "playbook"), ""), 0, ret));
    if (ret->playbook == NULL)
        return call_refuse(call, PROBLEM_CONFLICT,
                           call_say(call, "O roteiro tem erros; veja-os em /playbooks.",
                                    "The playbook has errors; see them under /playbooks."));
    return ret->row.built_in ? playbook_keep(call->db, &ret->row, call->arena) : ERR_OK;
}

enum err api_run_create(struct call *call)
{
    struct playbook_found found;
    struct playbook_run_row row = {.started_by = call->caller.name, .actor_id = call->caller.id};
    struct playbook_run_save save;
    struct run_at at = {.call = call};
    char id[ID_MAX];

    TRY(read_device(call, &at.device_id));
    TRY(case_use(call, at.device_id));
    TRY(choose(call, &found));
    crypto_new_id("run_", id);
    row.id = at.id = arena_strdup(call->arena, id);
    row.device_id = at.device_id;
    row.case_id = call->case_id;
    row.playbook = found.row.id;
    row.version = found.row.version;
    at.playbook = found.playbook;
    at.run = ARENA_NEW(call->arena, struct run);
    at.run->arena = call->arena;
    TRY(run_look_around(&at));
    run_begin(at.run, at.playbook, json_bool(json_get(call->body, "dry"), false), at.world.facts->now_us);
    TRY(run_move(&at, (struct run_input){.kind = RUN_LOOK}));
    save = saved(&at);
    TRY(playbook_run_add(call->db, &row, at.run->dry, &save, call->arena));
    at.moved = false;
    call->status = 201;
    call_add_header(call, "Location", arena_printf(call->arena, "/api/v1/playbook-runs/%s", at.id));
    return finish(&at);
}

/* ---- show and list ---- */

static bool may_move(const struct call *call)
{
    return caller_may(&call->caller, CAPABILITY_PLAYBOOKS_RUN) &&
           caller_may(&call->caller, CAPABILITY_ACTIONS_RUN);
}

/* Whoever may guide moves it on by looking at it. What only they might not do leaves it where it is. */
enum err api_run_show(struct call *call)
{
    struct run_at at;
    enum err err;

    TRY(take(call, &at));
    err = may_move(call) ? run_catch_up(&at) : ERR_OK;
    if (err != ERR_OK && !call->refused)
        return err;
    if (err != ERR_OK) {
        call->refused = false;
        call->complaints = NULL;
        TRY(take(call, &at));
    }
    return finish(&at);
}

enum err api_run_list(struct call *call)
{
    unsigned limit = call_query_number(call, "limit");
    struct playbook_run_filter filter = {.playbook = call_query(call, "playbook"),
                                         .state = call_query(call, "state"),
                                         .after = call_query(call, "after"),
                                         .scope = call->scope,
                                         .most = limit + 1};
    struct playbook_run_list list;
    bool more;

    TRY(call_query_device(call, "device", &filter.device_id));
    TRY(playbook_run_list(call->db, &filter, call->arena, &list));
    more = list.count > limit;
    call_open_list(call);
    for (size_t i = 0; i < (more ? limit : list.count); i++) {
        json_open_object(&call->json);
        call_put_members(call, list.items[i].shown);
        json_field_string(&call->json, "device", call_write_device_id(call, list.items[i].device_id));
        json_close_object(&call->json);
    }
    call_close_list(call, more ? list.items[limit - 1].id : NULL);
    json_close_object(&call->json);
    return ERR_OK;
}

/* ---- what a person decides ---- */

/* A second press of the same key must not answer the next question. */
static enum err check_place(const struct run_at *at)
{
    struct call *call = at->call;
    const char *step = json_string(json_get(call->body, "step"), NULL);
    const struct json *revision = json_get(call->body, "revision");

    if ((step == NULL || strcmp(step, at->playbook->steps[at->run->step].name) == 0) &&
        (revision == NULL || json_int(revision, -1) == at->revision))
        return ERR_OK;
    return call_refuse(call, PROBLEM_CONFLICT,
                       arena_printf(call->arena, "%s %s",
                                    call_say(call, "O atendimento já está em outro passo:",
                                             "The run is at another step by now:"),
                                    at->playbook->steps[at->run->step].name));
}

static enum err decide(struct call *call, struct run_input input)
{
    struct run_at at;

    input.by = call->caller.name;
    TRY(take(call, &at));
    if (input.kind != RUN_CANCEL)
        TRY(run_catch_up(&at));
    if (input.kind == RUN_ANSWER)
        TRY(check_place(&at));
    TRY(run_move(&at, input));
    return finish(&at);
}

enum err api_run_answer(struct call *call)
{
    return decide(call, (struct run_input){.kind = RUN_ANSWER,
                                           .answer = json_string(json_get(call->body, "answer"), ""),
                                           .params = json_get(call->body, "params")});
}

enum err api_run_back(struct call *call)
{
    return decide(call, (struct run_input){.kind = RUN_BACK});
}

enum err api_run_cancel(struct call *call)
{
    return decide(call, (struct run_input){.kind = RUN_CANCEL});
}
