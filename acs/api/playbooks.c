/* Playbooks: list, show, add a version, and what became of the runs through them. */
#include "acs/api/playbooks.h"

#include <string.h>

#include "acs/api/routes.h"
#include "provisioning/playbook/set.h"

enum { KEPT_MAX = 500 };

/* ---- finding ---- */

enum playbook_language playbook_language(const struct call *call)
{
    return call->language == LANGUAGE_PT ? PLAYBOOK_PT : PLAYBOOK_EN;
}

void playbook_understand(struct call *call, struct playbook_found *found)
{
    found->faults = (struct fault_list){.arena = call->arena};
    found->playbook = playbook_read(found->row.source, strlen(found->row.source), &found->faults);
}

/* Of the program; its version is what its document says. */
static void find_built_in(struct call *call, const struct playbook_source *source, struct playbook_found *ret)
{
    ret->row = (struct playbook_row){
        .id = source->id, .version = 1, .source = source->yaml, .built_in = true, .created_by = "farol"};
    playbook_understand(call, ret);
    if (ret->playbook != NULL && ret->playbook->version > 0)
        ret->row.version = ret->playbook->version;
}

static const struct playbook_source *source_of(const char *id)
{
    for (size_t i = 0; i < playbook_set_count; i++)
        if (strcmp(playbook_set[i].id, id) == 0)
            return &playbook_set[i];
    return NULL;
}

enum err playbook_find_current(struct call *call, const char *id, int64_t version, struct playbook_found *ret)
{
    const struct playbook_source *source = source_of(id);
    struct playbook_found built_in = {0};

    TRY(playbook_find(call->db, id, version, call->arena, &ret->row));
    if (source != NULL)
        find_built_in(call, source, &built_in);
    if (source != NULL && (version == 0 || built_in.row.version == version) &&
        (ret->row.id == NULL || built_in.row.version > ret->row.version)) {
        *ret = built_in;
        return ERR_OK;
    }
    if (ret->row.id == NULL)
        return call_refuse(call, PROBLEM_NOT_FOUND,
                           call_say(call, "Não existe este roteiro, ou esta versão dele.",
                                    "There is no such playbook, or not this version of it."));
    playbook_understand(call, ret);
    return ERR_OK;
}

/* ---- writing ---- */

static void write_faults(struct call *call, const struct fault_list *faults)
{
    json_key(&call->json, "faults");
    json_open_array(&call->json);
    for (unsigned i = 0; i < faults->count; i++) {
        json_open_object(&call->json);
        json_field_string(&call->json, "code", fault_code(faults->items[i].fault));
        json_field_bool(&call->json, "error", fault_is_error(faults->items[i].fault));
        json_field_int(&call->json, "line", faults->items[i].place.line);
        json_field_int(&call->json, "column", faults->items[i].place.column);
        json_field_string(&call->json, "detail",
                          fault_say(&faults->items[i], call->language == LANGUAGE_PT, call->arena));
        json_close_object(&call->json);
    }
    json_close_array(&call->json);
}

static void write_head(struct call *call, const struct playbook_row *row)
{
    json_field_int(&call->json, "version", row->version);
    json_field_bool(&call->json, "built_in", row->built_in);
    json_field_string(&call->json, "created_by", row->created_by);
    json_field_time(&call->json, "created_at", row->created_at_us);
}

static void write_whole(struct call *call, const struct playbook_found *found)
{
    json_open_object(&call->json);
    write_head(call, &found->row);
    json_field_string(&call->json, "source", found->row.source);
    write_faults(call, &found->faults);
    if (found->playbook != NULL)
        playbook_write(found->playbook, &call->json);
    else
        json_field_string(&call->json, "id", found->row.id);
    json_close_object(&call->json);
}

static bool serves(const struct playbook *playbook, const char *verdict)
{
    for (size_t i = 0; verdict != NULL && i < playbook->verdict_count; i++)
        if (strcmp(playbook->verdicts[i], verdict) == 0)
            return true;
    return verdict == NULL;
}

/* One that this program cannot read any more is listed, so that somebody mends it. */
static void write_short(struct call *call, const struct playbook_found *found)
{
    static const struct playbook_text none;
    const struct playbook *playbook = found->playbook;

    json_open_object(&call->json);
    json_field_string(&call->json, "id", found->row.id);
    write_head(call, &found->row);
    json_field_bool(&call->json, "usable", playbook != NULL);
    json_field_string(&call->json, "title",
                      playbook == NULL ? found->row.id
                                       : playbook_say(&playbook->title, playbook_language(call)));
    json_field_string(&call->json, "symptom",
                      playbook_say(playbook == NULL ? &none : &playbook->symptom, playbook_language(call)));
    json_key(&call->json, "verdicts");
    json_open_array(&call->json);
    for (size_t i = 0; playbook != NULL && i < playbook->verdict_count; i++)
        json_put_string(&call->json, playbook->verdicts[i]);
    json_close_array(&call->json);
    json_field_int(&call->json, "steps", playbook == NULL ? 0 : (int64_t)playbook->step_count);
    json_close_object(&call->json);
}

/* ---- list and show ---- */

static void list_one(struct call *call, const struct playbook_found *found, const char *verdict)
{
    if (found->playbook == NULL ? verdict == NULL : serves(found->playbook, verdict))
        write_short(call, found);
}

/* Those of the program, unless a newer one of the same id is kept; then those that are kept. */
static void list_built_in(struct call *call, const struct playbook_rows *kept, const char *verdict,
                          bool *hidden)
{
    for (size_t i = 0; i < playbook_set_count; i++) {
        struct playbook_found found;
        bool newer = false;

        find_built_in(call, &playbook_set[i], &found);
        for (size_t k = 0; k < kept->count; k++) {
            bool same = strcmp(kept->items[k].id, found.row.id) == 0;

            newer = newer || (same && kept->items[k].version >= found.row.version);
            hidden[k] = hidden[k] || (same && kept->items[k].version < found.row.version);
        }
        if (!newer)
            list_one(call, &found, verdict);
    }
}

enum err api_playbook_list(struct call *call)
{
    const char *verdict = call_query(call, "verdict");
    struct playbook_rows kept;
    bool *hidden;

    TRY(playbook_list(call->db, KEPT_MAX, call->arena, &kept));
    hidden = ARENA_ARRAY(call->arena, bool, kept.count);
    call_open_list(call);
    list_built_in(call, &kept, verdict, hidden);
    for (size_t k = 0; k < kept.count; k++) {
        struct playbook_found found = {.row = kept.items[k]};

        if (hidden[k])
            continue;
        playbook_understand(call, &found);
        list_one(call, &found, verdict);
    }
    call_close_list(call, NULL);
    json_close_object(&call->json);
    return ERR_OK;
}

enum err api_playbook_show(struct call *call)
{
    struct playbook_found found;

    TRY(playbook_find_current(call, call->captures[0], call_query_number(call, "version"), &found));
    write_whole(call, &found);
    return ERR_OK;
}

enum err api_playbook_statistics(struct call *call)
{
    const struct playbook_period period = {call_query_time(call, "since"), call->scope};
    struct playbook_found found;
    const char *shown;

    TRY(playbook_find_current(call, call->captures[0], 0, &found));
    TRY(playbook_statistics(call->db, call->captures[0], period, call->arena, &shown));
    json_open_object(&call->json);
    json_field_string(&call->json, "id", found.row.id);
    call_put_members(call, shown);
    json_close_object(&call->json);
    return ERR_OK;
}

/* ---- add ---- */

static enum err refuse_faults(struct call *call, const struct fault_list *faults)
{
    for (unsigned i = 0; i < faults->count; i++)
        if (fault_is_error(faults->items[i].fault))
            complain(call_complaints(call),
                     &(struct complaint){
                         .pointer = "/source",
                         .code = fault_code(faults->items[i].fault),
                         .detail = fault_say(&faults->items[i], call->language == LANGUAGE_PT, call->arena),
                         .line = faults->items[i].place.line,
                         .column = faults->items[i].place.column,
                     });
    return call_refuse(call, PROBLEM_INVALID, NULL);
}

/* The version after the one that counts now; one that the document says itself must be higher. */
static enum err choose_version(struct call *call, struct playbook_found *found)
{
    struct playbook_row newest;
    struct playbook_found built_in = {0};
    const struct playbook_source *source = source_of(found->row.id);

    TRY(playbook_find(call->db, found->row.id, 0, call->arena, &newest));
    if (source != NULL)
        find_built_in(call, source, &built_in);
    if (built_in.row.version > newest.version)
        newest.version = built_in.row.version;
    found->row.version = found->playbook->version > 0 ? found->playbook->version : newest.version + 1;
    if (found->row.version > newest.version)
        return ERR_OK;
    return call_refuse(call, PROBLEM_EXISTS,
                       arena_printf(call->arena, "%s %u",
                                    call_say(call, "Já existe a versão", "There is already version"),
                                    (unsigned)newest.version));
}

enum err api_playbook_add(struct call *call)
{
    struct playbook_found found = {
        .row = {.source = json_string(json_get(call->body, "source"), ""), .created_by = call->caller.name}
    };

    playbook_understand(call, &found);
    if (found.playbook == NULL)
        return refuse_faults(call, &found.faults);
    found.row.id = found.playbook->id;
    TRY(playbook_lock(call->db, found.row.id, call->arena));
    TRY(choose_version(call, &found));
    if (!call_query_flag(call, "dry_run")) {
        TRY(playbook_add(call->db, &found.row, call->arena));
        TRY(playbook_find(call->db, found.row.id, found.row.version, call->arena, &found.row));
        call->status = 201;
        call_add_header(call, "Location", arena_printf(call->arena, "/api/v1/playbooks/%s", found.row.id));
    }
    write_whole(call, &found);
    return ERR_OK;
}
