/* What a home forwards now, as the device itself says; and what is to be done about it. */
#include <string.h>

#include "acs/base/text.h"
#include "provisioning/actions/names.h"
#include "provisioning/forward/work.h"
#include "provisioning/reading.h"

enum { LOOK_NAMES_MAX = 48, FIRST_OF_TABLES = 8 };

static struct reading_subject subject_of(const struct action_facts *facts)
{
    return (struct reading_subject){.root = facts->root,
                                    .quirks = facts->quirks != NULL ? facts->quirks : &quirks_none};
}

/* ---- where to look ---- */

static bool holds(const struct cwmp_strings *names, const char *name)
{
    for (size_t i = 0; i < names->count; i++)
        if (strcmp(names->items[i], name) == 0)
            return true;
    return false;
}

static void add(struct cwmp_strings *names, const char *name, size_t most)
{
    if (name != NULL && names->count < most && !holds(names, name))
        names->items[names->count++] = name;
}

/* What is put back goes where it was. */
static void add_undone(const struct forward_work *work, struct cwmp_strings *tables)
{
    AUTO_JSON args = NULL;
    const struct json *forwards;

    if (json_read(work->record->args, strlen(work->record->args), &args) != ERR_OK)
        return;
    forwards = json_get(args, "forwards");
    for (size_t i = 0; i < json_count(forwards); i++)
        add(tables, arena_strdup(work->arena, json_string(json_get(json_at(forwards, i), "table"), NULL)),
            FIRST_OF_TABLES);
}

static void find_tables(struct forward_work *work)
{
    const struct home *home = work->facts->home;

    work->tables = (struct cwmp_strings){ARENA_ARRAY(work->arena, const char *, FIRST_OF_TABLES), 0};
    if (work->back) {
        add_undone(work, &work->tables);
        return;
    }
    add(&work->tables, home_forward_table(home), FIRST_OF_TABLES);
    if (work->job != FORWARD_ADD) {
        struct cwmp_strings all;

        home_forward_tables(home, &all);
        for (size_t i = 0; i < all.count; i++)
            add(&work->tables, all.items[i], FIRST_OF_TABLES);
    }
}

/* What a new forward is judged by besides the others. */
static void add_judged(const struct home *home, struct cwmp_strings *names)
{
    static const enum fact_key keys[] = {KEY_LAN_IP,          KEY_LAN_MASK,    KEY_DEVICE_CALL_URL,
                                         KEY_DEVICE_CALL_UDP, KEY_REMOTE_PORT, KEY_REMOTE_ENABLE};

    for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
        struct home_bindings found = home_find_all(home, keys[i]);

        for (size_t b = 0; b < found.count; b++)
            add(names, found.items[b].value->name, LOOK_NAMES_MAX);
    }
}

static struct action_move read_all(struct forward_work *work)
{
    const struct reading_subject subject = subject_of(work->facts);
    struct reading reading;

    reading_begin(&reading, &subject, work->arena);
    work->whole = true;
    work->tables.count = 0;
    work->reading = reading_save(&reading);
    return forward_go(work, FORWARD_LOOK, ACTION_RUNNING);
}

static struct action_move read_tables(struct forward_work *work)
{
    const struct reading_subject subject = subject_of(work->facts);
    struct cwmp_strings names = {ARENA_ARRAY(work->arena, const char *, LOOK_NAMES_MAX), 0};
    struct reading reading;

    for (size_t i = 0; i < work->tables.count; i++)
        add(&names, work->tables.items[i], LOOK_NAMES_MAX);
    if (work->job == FORWARD_ADD)
        add_judged(work->facts->home, &names);
    reading_begin_values(&reading, &subject, &names, work->arena);
    work->rows = (struct cwmp_strings){0};
    work->reading = reading_save(&reading);
    return forward_go(work, FORWARD_LOOK, ACTION_RUNNING);
}

static struct action_move not_available(const struct forward_work *work)
{
    return forward_fail(work, "not_available",
                        (struct forward_words){"Este modelo não mostra redirecionamentos de porta.",
                                               "This model does not show port forwards."});
}

struct action_move forward_begin(struct forward_work *work)
{
    const struct home *home = work->facts->home;

    if (!work->whole && (home == NULL || !home_is_whole(home)))
        return read_all(work);
    if (home != NULL)
        find_tables(work);
    if (work->tables.count > 0)
        return read_tables(work);
    return work->whole ? not_available(work) : read_all(work);
}

/* ---- reading ---- */

enum err forward_ask(struct forward_work *work, struct action_move *ret)
{
    struct cwmp_strings names;
    struct reading reading;

    TRY(reading_load(&reading, text_or_empty(work->reading), work->arena));
    reading_ask(&reading, &names);
    *ret = move_send(work->record, work->facts, FORWARD_LOOK,
                     reading_lists(&reading) ? CWMP_GET_PARAMETER_NAMES : CWMP_GET_PARAMETER_VALUES);
    if (reading_lists(&reading)) {
        row_ask_list(ret, names.items[0]);
        ret->request.body.get_parameter_names.next_level = reading.levels;
    } else {
        ret->request.body.get_parameter_values.names = names;
    }
    return ERR_OK;
}

/* "…PortMapping.3." of a value in it; NULL: it is in none of the tables. */
static const char *row_in(const struct forward_work *work, const char *name)
{
    for (size_t i = 0; i < work->tables.count; i++) {
        size_t len = strlen(work->tables.items[i]);
        size_t digits = strncmp(name, work->tables.items[i], len) == 0 ? strspn(name + len, "0123456789") : 0;

        if (digits > 0 && name[len + digits] == '.')
            return arena_memdup(work->arena, name, len + digits + 1);
    }
    return NULL;
}

static void note_rows(struct forward_work *work, const struct cwmp_parameter_values *values)
{
    struct cwmp_strings rows = {ARENA_ARRAY(work->arena, const char *, FORWARD_ROWS_MAX), 0};

    for (size_t i = 0; i < work->rows.count; i++)
        add(&rows, work->rows.items[i], FORWARD_ROWS_MAX);
    for (size_t i = 0; i < values->count; i++)
        add(&rows, row_in(work, values->items[i].name), FORWARD_ROWS_MAX);
    work->rows = rows;
}

/* All was read before the tables were known, or a table was refused where it was expected. */
static struct action_move looked(struct forward_work *work, const struct reading *reading, bool refused)
{
    bool over = refused || reading_is_over(reading);

    work->reading = over ? NULL : reading_save(reading);
    if (!over)
        return forward_go(work, FORWARD_LOOK, ACTION_RUNNING);
    if (work->tables.count == 0)
        return forward_go(work, FORWARD_BEGIN, ACTION_RUNNING);
    if (!work->whole && (refused || reading->skipped.count > 0))
        return read_all(work);
    return forward_go(work, FORWARD_JUDGE, ACTION_RUNNING);
}

enum err forward_take_look(struct forward_work *work, const struct cwmp_message *message,
                           struct action_move *ret)
{
    const struct cwmp_parameter_values *values = &message->body.get_parameter_values_response.parameters;
    const struct cwmp_parameter_infos *infos = &message->body.get_parameter_names_response.parameters;
    const struct reading_subject subject = subject_of(work->facts);
    struct reading reading;
    bool listing;

    TRY(reading_load(&reading, text_or_empty(work->reading), work->arena));
    listing = reading_lists(&reading);
    if (message->method == CWMP_FAULT) {
        bool goes_on = reading_refused(&reading, &subject, message->body.fault.code);

        *ret = goes_on || work->tables.count > 0
                   ? looked(work, &reading, !goes_on)
                   : move_fail_by_fault(work->record, work->facts, work->arena, &message->body.fault);
    } else if (message->method == CWMP_GET_PARAMETER_NAMES_RESPONSE && listing) {
        reading_listed(&reading, &subject, infos);
        *ret = looked(work, &reading, false);
        ret->infos = infos;
    } else if (message->method == CWMP_GET_PARAMETER_VALUES_RESPONSE && !listing) {
        note_rows(work, values);
        reading_got(&reading, &subject, values);
        *ret = looked(work, &reading, false);
        ret->values = values;
    } else {
        *ret = move_fail_by_answer(work->record, work->facts, work->arena, message);
    }
    return ERR_OK;
}

/* ---- list ---- */

static struct forward_words count_words(const struct forwards *all, struct arena *arena)
{
    size_t off = 0;

    for (size_t i = 0; i < all->count; i++)
        off += !all->items[i].enabled;
    if (all->count == 0)
        return (struct forward_words){"Nenhuma porta está redirecionada.", "No port is forwarded."};
    if (off == 0)
        return (struct forward_words){
            arena_printf(arena, "%zu redirecionamento%s de porta.", all->count, all->count == 1 ? "" : "s"),
            arena_printf(arena, "%zu port forward%s.", all->count, all->count == 1 ? "" : "s")};
    return (struct forward_words){arena_printf(arena, "%zu redirecionamento%s de porta, %zu desligado%s.",
                                               all->count, all->count == 1 ? "" : "s", off,
                                               off == 1 ? "" : "s"),
                                  arena_printf(arena, "%zu port forward%s, %zu of them off.", all->count,
                                               all->count == 1 ? "" : "s", off)};
}

static struct action_move tell_all(const struct forward_work *work, const struct forwards *all)
{
    struct text out = TEXT_IN(work->arena);
    struct json_writer json = JSON_WRITER(&out);
    struct action_move move;
    struct cwmp_strings shown;

    home_forward_tables(work->facts->home, &shown);
    if (all->count == 0 && shown.count == 0)
        return not_available(work);
    json_open_object(&json);
    json_key(&json, "forwards");
    json_open_array(&json);
    for (size_t i = 0; i < all->count; i++)
        forward_show(&all->items[i], &json);
    json_close_array(&json);
    forward_put_words(&json, count_words(all, work->arena));
    json_close_object(&json);
    move =
        move_succeed(work->record, work->facts, text_string(&out),
                     arena_printf(work->arena, "{\"read\":\"GetParameterValues\",\"rows\":%zu}", all->count));
    move.save.memo = "{}";
    return move;
}

/* ---- add ---- */

static struct forward asked_for(const struct json *args, enum forward_protocol protocol, const char *word,
                                struct arena *arena)
{
    struct forward forward = {
        .enabled = json_bool(json_get(args, "enable"), true),
        .protocol = protocol,
        .word = word,
        .first = json_int(json_get(args, "external_port"), 0),
        .client = arena_strdup(arena, json_string(json_get(args, "internal_client"), "")),
        .name = arena_strdup(arena, json_string(json_get(args, "description"), NULL)),
        .lease_s = 0,
    };

    forward.last = json_int(json_get(args, "external_port_end"), forward.first);
    forward.inner = json_int(json_get(args, "internal_port"), forward.first);
    return forward;
}

/* One row for both protocols only where the model is known to have a word for them. */
static void ask_for(struct forward_work *work, const struct json *args)
{
    enum forward_protocol protocol = forward_protocol(json_string(json_get(args, "protocol"), ""));
    const char *both = home_model(work->facts->home)->both;

    if (protocol == FORWARD_BOTH && both == NULL) {
        work->turns[work->turn_count++] = asked_for(args, FORWARD_TCP, "TCP", work->arena);
        work->turns[work->turn_count++] = asked_for(args, FORWARD_UDP, "UDP", work->arena);
        return;
    }
    work->turns[work->turn_count++] = asked_for(args, protocol,
                                                protocol == FORWARD_BOTH  ? both
                                                : protocol == FORWARD_TCP ? "TCP"
                                                                          : "UDP",
                                                work->arena);
}

static enum err take_back(struct forward_work *work, const struct json *args)
{
    const struct json *forwards = json_get(args, "forwards");

    if (json_count(forwards) > FORWARD_TURNS_MAX)
        return err_set(ERR_INTERNAL, "this action is about too many forwards");
    for (size_t i = 0; i < json_count(forwards); i++)
        forward_load(json_at(forwards, i), work->arena, &work->turns[work->turn_count++]);
    return ERR_OK;
}

static struct action_move begin_to_add(struct forward_work *work, const struct forwards *there)
{
    for (uint32_t i = 0; i < work->turn_count; i++) {
        struct forward *wanted = &work->turns[i];
        struct forward_refusal refusal;

        if (!work->back)
            wanted->table = work->tables.items[0];
        wanted->row = NULL;
        refusal = forward_judge(work->facts->home, wanted, there, work->back, work->arena);
        if (refusal.code != NULL)
            return forward_fail(work, refusal.code, refusal.words);
    }
    work->birth = (struct row_birth){.table = work->turns[0].table};
    return forward_go(work, FORWARD_BEFORE, ACTION_RUNNING);
}

/* ---- remove ---- */

static struct action_move not_found(const struct forward_work *work)
{
    return forward_fail(work, "not_found",
                        (struct forward_words){"O roteador não tem esse redirecionamento.",
                                               "The router has no such forward."});
}

/* A row that takes both protocols is meant only where both are. */
static bool is_meant(const struct json *args, const struct forward *forward)
{
    enum forward_protocol protocol = forward_protocol(json_string(json_get(args, "protocol"), ""));

    if (json_get(args, "number") != NULL)
        return forward->number == json_int(json_get(args, "number"), 0);
    return forward->first == json_int(json_get(args, "external_port"), 0) &&
           (forward->protocol == protocol || protocol == FORWARD_BOTH);
}

static struct action_move begin_to_remove(struct forward_work *work, const struct json *args,
                                          const struct forwards *there)
{
    bool both = forward_protocol(json_string(json_get(args, "protocol"), "")) == FORWARD_BOTH;
    size_t most = both ? FORWARD_TURNS_MAX : 1, meant = 0;

    for (size_t i = 0; i < there->count; i++)
        if (is_meant(args, &there->items[i]) && meant++ < most)
            work->turns[work->turn_count++] = there->items[i];
    if (meant == 0)
        return not_found(work);
    if (meant > most)
        return forward_fail(work, "ambiguous",
                            (struct forward_words){"Há mais de um redirecionamento assim: diga o número.",
                                                   "There is more than one such forward: say its number."});
    return forward_go(work, FORWARD_DELETE, ACTION_RUNNING);
}

/* Only what is still as it was made is taken out again. */
static struct action_move begin_to_unmake(struct forward_work *work, const struct forwards *there)
{
    for (uint32_t i = 0; i < work->turn_count; i++)
        for (size_t t = 0; t < there->count; t++)
            if (strcmp(there->items[t].row, work->turns[i].row) == 0 &&
                !forward_is_same(&there->items[t], &work->turns[i]))
                return forward_fail(work, "changed_since",
                                    (struct forward_words){"O redirecionamento foi mudado depois, por outra "
                                                           "pessoa ou pelo roteador: nada foi removido.",
                                                           "The forward was changed since, by somebody else "
                                                           "or by the router: nothing was removed."});
    return forward_go(work, FORWARD_DELETE, ACTION_RUNNING);
}

enum err forward_choose(struct forward_work *work, struct action_move *ret)
{
    AUTO_JSON args = NULL;
    struct forwards there;

    TRY(json_read(work->record->args, strlen(work->record->args), &args));
    if (work->facts->home == NULL)
        return err_set(ERR_INTERNAL, "nothing is known of this device's parameters");
    forwards_read(work->facts->home, &work->rows, work->arena, &there);
    work->turn_count = work->turn = 0;
    if (work->back)
        TRY(take_back(work, args));
    else if (work->job == FORWARD_ADD)
        ask_for(work, args);
    if (work->job == FORWARD_LIST)
        *ret = tell_all(work, &there);
    else if (work->job == FORWARD_ADD)
        *ret = begin_to_add(work, &there);
    else
        *ret = work->back ? begin_to_unmake(work, &there) : begin_to_remove(work, args, &there);
    return ERR_OK;
}
