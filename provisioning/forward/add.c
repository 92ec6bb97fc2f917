/* How a forward is added: the row is made once, filled in one request, read again, and seen to be in force.
 */
#include <string.h>

#include "acs/base/text.h"
#include "provisioning/actions/values.h"
#include "provisioning/forward/work.h"
#include "provisioning/parameter.h"

enum { READ_TRIES = 3, SET_TRIES = 2, WRITES_MAX = 12, FAULT_NAME = 9005 };

static struct forward *current(struct forward_work *work)
{
    return &work->turns[work->turn];
}

/* Each request that is told apart by the ParameterKey has one of its own; the longest has 32 characters. */
static const char *key_of(const struct forward_work *work, bool set)
{
    if (!set && work->turn == 0)
        return work->record->id;
    return arena_printf(work->arena, "%s/%c%u", work->record->id, set ? 's' : 'a', work->turn % 10);
}

/* ---- what is written ---- */

static bool put(struct forward_work *work, enum fact_key key, const char *value)
{
    const struct home_binding *binding = home_find_at(work->facts->home, key, current(work)->row, true);

    if (binding == NULL || value == NULL || work->writes.count == WRITES_MAX)
        return false;
    work->writes.items[work->writes.count++] = (struct cwmp_parameter_value){
        .name = binding->value->name,
        .value = value,
        .type = binding->value->type != CWMP_UNKNOWN_TYPE ? binding->value->type : CWMP_STRING,
    };
    return true;
}

static bool put_number(struct forward_work *work, enum fact_key key, int64_t number)
{
    return put(work, key, arena_printf(work->arena, "%lld", (long long)number));
}

static bool put_flag(struct forward_work *work, enum fact_key key, bool flag)
{
    const struct home_binding *binding = home_find_at(work->facts->home, key, current(work)->row, true);

    return binding != NULL && put(work, key, encoding_write_flag(binding->row->encoding, flag));
}

/* "Device.IP.Interface.1" and "Device.IP.Interface.1." name the same. */
static bool is_same_reference(const char *a, const char *b)
{
    size_t len = strlen(a), other = strlen(b);

    len -= len > 0 && a[len - 1] == '.';
    other -= other > 0 && b[other - 1] == '.';
    return len == other && strncmp(a, b, len) == 0;
}

/* A reference is written as this device writes its own (TR-106 has no dot at its end; many have one). */
static const char *as_reference(const struct home *home, const char *path, struct arena *arena)
{
    struct home_bindings lower = home_find_all(home, KEY_IP_LOWER);

    for (size_t i = 0; i < lower.count; i++)
        if (text_ends_with(text_or_empty(lower.items[i].value->value), "."))
            return arena_printf(arena, "%s.", path);
    return path;
}

/* TR-181: a forward that names no interface is not in force. */
static void put_interface(struct forward_work *work)
{
    const struct home *home = work->facts->home;
    const struct home_binding *via = home_find_at(home, KEY_FORWARD_INTERFACE, current(work)->row, true);
    const char *interface = current(work)->via;
    const char *internet = home_ip_interface(home);

    if (interface == NULL && internet != NULL)
        interface = as_reference(home, internet, work->arena);
    if (via != NULL && interface != NULL) {
        if (!is_same_reference(text_or_empty(via->value->value), interface))
            put(work, KEY_FORWARD_INTERFACE, interface);
    } else {
        put_flag(work, KEY_FORWARD_EVERYWHERE, true);
    }
}

/* One port is a range that ends where it begins: there are models that want to be told so. */
static bool put_ports(struct forward_work *work)
{
    const struct forward *wanted = current(work);
    int64_t span = wanted->last - wanted->first;
    bool range = put_number(work, KEY_FORWARD_PORT_END, wanted->last);

    put_number(work, KEY_FORWARD_INNER_END, wanted->inner + span);
    return put_number(work, KEY_FORWARD_PORT, wanted->first) &&
           put_number(work, KEY_FORWARD_INNER, wanted->inner) && (range || span == 0);
}

/* The lease that a new row has; 0 or none: it stays. */
static bool has_lease(const struct forward_work *work, int64_t lease_s)
{
    const struct home_binding *binding =
        home_find_at(work->facts->home, KEY_FORWARD_LEASE, work->turns[work->turn].row, false);
    double number = 0;

    return binding == NULL ||
           !encoding_number(binding->row->encoding, text_or_empty(binding->value->value), &number) ||
           (int64_t)number == lease_s;
}

/* The switch comes last: there are devices that set one value after the other. */
static struct action_move plan(struct forward_work *work)
{
    const struct forward *wanted = current(work);
    bool whole;

    work->writes =
        (struct cwmp_parameter_values){ARENA_ARRAY(work->arena, struct cwmp_parameter_value, WRITES_MAX), 0};
    if (work->facts->home == NULL)
        return forward_unmake(work, move_fail(work->record, work->facts, work->arena, "not_available",
                                              "nothing is known of this device's parameters", 0));
    put_interface(work);
    whole = put_ports(work) && put(work, KEY_FORWARD_CLIENT, wanted->client) &&
            put(work, KEY_FORWARD_PROTOCOL, wanted->word);
    work->protocol_at = whole ? work->writes.items[work->writes.count - 1].name : NULL;
    put(work, KEY_FORWARD_NAME, wanted->name);
    if (wanted->lease_s >= 0 && !has_lease(work, wanted->lease_s))
        put_number(work, KEY_FORWARD_LEASE, wanted->lease_s);
    whole = put_flag(work, KEY_FORWARD_ENABLED, wanted->enabled) && whole;
    if (!whole)
        return forward_unmake(
            work,
            forward_fail(work, "not_available",
                         (struct forward_words){
                             "Este modelo não aceita um redirecionamento assim: o registro novo não tem "
                             "todos os campos (um intervalo de portas, por exemplo).",
                             "This model does not take such a forward: its new row has not all of the "
                             "fields (a range of ports, for example)."}));
    return forward_go(work, FORWARD_SET, ACTION_VERIFYING);
}

/* ---- our turn ---- */

static struct action_move list(struct forward_work *work)
{
    struct action_move move =
        move_send(work->record, work->facts, work->record->step, CWMP_GET_PARAMETER_NAMES);

    row_ask_list(&move, work->birth.table);
    return move;
}

static struct action_move make(struct forward_work *work)
{
    struct action_move move = move_send(work->record, work->facts, FORWARD_MAKE, CWMP_ADD_OBJECT);

    row_birth_ask(&work->birth, &move, work->facts, key_of(work, false));
    move.save.memo = forward_work_save(work);
    return move;
}

static struct action_move read_row(struct forward_work *work)
{
    struct action_move move =
        move_send(work->record, work->facts, work->record->step, CWMP_GET_PARAMETER_VALUES);
    struct cwmp_strings *names = &move.request.body.get_parameter_values.names;

    names->items = ARENA_ARRAY(work->arena, const char *, 1);
    names->items[0] = current(work)->row;
    names->count = 1;
    return move;
}

static struct action_move set(struct forward_work *work)
{
    struct action_move move = move_send(work->record, work->facts, FORWARD_SET, CWMP_SET_PARAMETER_VALUES);

    move.request.body.set_parameter_values.parameters = work->writes;
    move.request.body.set_parameter_values.parameter_key =
        move_parameter_key(work->facts, key_of(work, true));
    return move;
}

/* ---- the end ---- */

static struct forward_words done_words(struct forward_work *work, const struct forward *shown)
{
    enum forward_protocol protocol = work->turn_count > 1 ? FORWARD_BOTH : shown->protocol;
    const char *ports = forward_ports(shown, work->arena);

    return (struct forward_words){
        arena_printf(work->arena, "A porta %s (%s) agora vai para %s, porta %lld%s.", ports,
                     forward_protocol_words(protocol, true), shown->client, (long long)shown->inner,
                     shown->enabled ? "" : " (desligado)"),
        arena_printf(work->arena, "Port %s (%s) now goes to %s, port %lld%s.", ports,
                     forward_protocol_words(protocol, false), shown->client, (long long)shown->inner,
                     shown->enabled ? "" : " (switched off)")};
}

static const char *write_undo(const struct forwards *made, struct arena *arena)
{
    struct text out = TEXT_IN(arena);
    struct json_writer json = JSON_WRITER(&out);

    json_open_object(&json);
    json_field_string(&json, "forward", "remove");
    json_key(&json, "forwards");
    json_open_array(&json);
    for (size_t i = 0; i < made->count; i++)
        forward_keep(&made->items[i], &json);
    json_close_array(&json);
    json_close_object(&json);
    return text_string(&out);
}

static void read_made(const struct forward_work *work, struct forwards *ret)
{
    struct cwmp_strings rows = {ARENA_ARRAY(work->arena, const char *, FORWARD_TURNS_MAX), 0};

    for (uint32_t i = 0; i < work->turn_count; i++)
        rows.items[rows.count++] = work->turns[i].row;
    forwards_read(work->facts->home, &rows, work->arena, ret);
}

static struct action_move succeed(struct forward_work *work)
{
    struct text out = TEXT_IN(work->arena);
    struct json_writer json = JSON_WRITER(&out);
    struct action_move move;
    struct forwards made;

    read_made(work, &made);
    json_open_object(&json);
    json_key(&json, "forwards");
    json_open_array(&json);
    for (size_t i = 0; i < made.count; i++)
        forward_show(&made.items[i], &json);
    json_close_array(&json);
    forward_put_words(&json, done_words(work, &made.items[0]));
    json_close_object(&json);
    move =
        move_succeed(work->record, work->facts, text_string(&out),
                     arena_printf(work->arena, "{\"read\":\"GetParameterValues\",\"rows\":%zu,\"equal\":%zu}",
                                  made.count, work->writes.count));
    move.save.undo = write_undo(&made, work->arena);
    move.save.memo = "{}";
    return move;
}

/* TR-181 says by Status whether a forward is in force; a row that only looks right is no success. */
static struct action_move show(struct forward_work *work)
{
    const struct forward *wanted = current(work);
    const struct cwmp_strings row = {ARENA_ARRAY(work->arena, const char *, 1), 1};
    struct forwards shown;

    row.items[0] = wanted->row;
    forwards_read(work->facts->home, &row, work->arena, &shown);
    if (wanted->enabled && shown.items[0].status != NULL &&
        !text_equal_nocase(shown.items[0].status, "Enabled"))
        return forward_unmake(
            work,
            forward_fail(
                work, "not_applied",
                (struct forward_words){
                    arena_printf(
                        work->arena,
                        "O roteador guardou o redirecionamento, mas diz que ele não funciona (%.64s).",
                        shown.items[0].status),
                    arena_printf(work->arena,
                                 "The router has kept the forward, but says that it is not in force (%.64s).",
                                 shown.items[0].status)}));
    if (work->turn + 1 == work->turn_count)
        return succeed(work);
    work->turn++;
    work->birth = (struct row_birth){.table = current(work)->table};
    work->needs_restart = false;
    return forward_go(work, FORWARD_BEFORE, ACTION_VERIFYING);
}

struct action_move forward_add_next(struct forward_work *work)
{
    switch (work->record->step) {
    case FORWARD_BEFORE:
    case FORWARD_FIND:
        return list(work);
    case FORWARD_MAKE:
        return make(work);
    case FORWARD_PLAN:
        return plan(work);
    case FORWARD_SET:
        return set(work);
    case FORWARD_SHOW:
        return show(work);
    }
    return read_row(work);
}

/* ---- what fails ---- */

/* The first that is still there; false: none is. */
static bool find_made(const struct forward_work *work, uint32_t *ret)
{
    for (*ret = 0; *ret < work->turn_count; ++*ret)
        if (work->turns[*ret].row != NULL)
            return true;
    return false;
}

static struct action_move end_with(struct forward_work *work)
{
    struct action_move move = move_fail(work->record, work->facts, work->arena, "", "", 0);

    move.save.failure = work->failure;
    move.save.memo = "{}";
    return move;
}

struct action_move forward_unmake(struct forward_work *work, struct action_move failed)
{
    if (work->failure == NULL)
        work->failure = failed.save.failure;
    if (!find_made(work, &work->turn)) {
        work->turn = 0;
        return end_with(work);
    }
    return forward_go(work, FORWARD_UNMAKE, ACTION_VERIFYING);
}

/* ---- the device answers ---- */

static struct action_move await_restart(struct forward_work *work, int32_t step)
{
    work->after_restart = step;
    return forward_go(work, FORWARD_AWAIT, ACTION_VERIFYING);
}

static struct action_move made(struct forward_work *work)
{
    struct action_move move;

    current(work)->row = row_birth_path(&work->birth, work->arena);
    current(work)->number = work->birth.instance;
    move = forward_go(work, FORWARD_LEARN, ACTION_VERIFYING);
    move.save.progress = arena_printf(work->arena, "{\"stage\":\"made\",\"done\":%u,\"total\":%u}",
                                      work->turn + 1, work->turn_count);
    return move;
}

static struct action_move take_made(struct forward_work *work,
                                    const struct cwmp_add_object_response *response)
{
    if (!row_birth_answered(&work->birth, response))
        return forward_unmake(work, row_birth_fail_by_answer(work->record, work->facts, work->arena));
    return made(work);
}

static struct action_move take_found(struct forward_work *work, const struct cwmp_parameter_infos *infos)
{
    enum row_found found = row_birth_resolve(&work->birth, infos);

    if (found == ROW_IS_OURS)
        return made(work);
    if (found == ROW_NOT_MADE)
        return forward_go(work, FORWARD_MAKE, work->record->state);
    return forward_unmake(work, row_birth_fail(work->record, work->facts, found, work->arena));
}

static struct action_move take_before(struct forward_work *work, const struct cwmp_parameter_infos *infos)
{
    row_birth_listed(&work->birth, infos, work->arena);
    return forward_go(work, FORWARD_MAKE, work->record->state);
}

static struct action_move take_status(struct forward_work *work, int32_t status)
{
    work->needs_restart = status == 1;
    return forward_go(work, FORWARD_READ, ACTION_VERIFYING);
}

/* A device may write a reference or a protocol in a way of its own. */
static bool is_as_written(const struct forward_work *work, const struct cwmp_parameter_value *wanted,
                          const char *now)
{
    if (parameter_values_equal(wanted->type, wanted->value, now))
        return true;
    if (strcmp(wanted->name, text_or_empty(work->protocol_at)) == 0)
        return forward_protocol(wanted->value) != FORWARD_OTHER &&
               forward_protocol(wanted->value) == forward_protocol(now);
    return work->facts->root != NULL && text_starts_with(wanted->value, work->facts->root) &&
           is_same_reference(wanted->value, now);
}

static const struct cwmp_parameter_value *first_difference(const struct forward_work *work,
                                                           const struct cwmp_parameter_values *now)
{
    for (size_t i = 0; i < work->writes.count; i++) {
        const struct cwmp_parameter_value *found = cwmp_value_of(now, work->writes.items[i].name);

        if (found == NULL || !is_as_written(work, &work->writes.items[i], text_or_empty(found->value)))
            return &work->writes.items[i];
    }
    return NULL;
}

static struct action_move compare(struct forward_work *work, const struct cwmp_parameter_values *now)
{
    struct action_move move;

    if (first_difference(work, now) == NULL)
        move = forward_go(work, FORWARD_SHOW, ACTION_VERIFYING);
    else if (work->needs_restart || work->birth.needs_restart)
        move = await_restart(work, FORWARD_READ);
    else
        move = forward_unmake(
            work,
            forward_fail(work, "not_applied",
                         (struct forward_words){
                             "O roteador disse que sim, mas não mostra o redirecionamento como foi pedido.",
                             "The router said yes, but does not show the forward as it was asked for."}));
    move.values = now;
    return move;
}

static struct action_move take_learnt(struct forward_work *work, const struct cwmp_parameter_values *now)
{
    struct action_move move = forward_go(work, FORWARD_PLAN, ACTION_VERIFYING);

    move.values = now;
    return move;
}

/* A table without rows is refused by some; a row that comes with the restart is not known before. */
static struct action_move take_fault(struct forward_work *work, const struct cwmp_fault *fault)
{
    int32_t step = work->record->step;
    bool unknown = fault->code == FAULT_NAME;

    if (unknown && step == FORWARD_BEFORE)
        return take_before(work, NULL);
    if (unknown && step == FORWARD_FIND)
        return take_found(work, NULL);
    if (unknown && (step == FORWARD_LEARN || step == FORWARD_READ) &&
        (work->needs_restart || work->birth.needs_restart))
        return await_restart(work, step);
    return forward_unmake(work, move_fail_by_fault(work->record, work->facts, work->arena, fault));
}

struct action_move forward_add_take(struct forward_work *work, const struct cwmp_message *message)
{
    const union cwmp_body *body = &message->body;

    if (message->method == CWMP_FAULT)
        return take_fault(work, &body->fault);
    if (work->record->step == FORWARD_BEFORE && message->method == CWMP_GET_PARAMETER_NAMES_RESPONSE)
        return take_before(work, &body->get_parameter_names_response.parameters);
    if (work->record->step == FORWARD_FIND && message->method == CWMP_GET_PARAMETER_NAMES_RESPONSE)
        return take_found(work, &body->get_parameter_names_response.parameters);
    if (work->record->step == FORWARD_MAKE && message->method == CWMP_ADD_OBJECT_RESPONSE)
        return take_made(work, &body->add_object_response);
    if (work->record->step == FORWARD_LEARN && message->method == CWMP_GET_PARAMETER_VALUES_RESPONSE)
        return take_learnt(work, &body->get_parameter_values_response.parameters);
    if (work->record->step == FORWARD_SET && message->method == CWMP_SET_PARAMETER_VALUES_RESPONSE)
        return take_status(work, body->set_parameter_values_response.status);
    if (work->record->step == FORWARD_READ && message->method == CWMP_GET_PARAMETER_VALUES_RESPONSE)
        return compare(work, &body->get_parameter_values_response.parameters);
    return forward_unmake(work, move_fail_by_answer(work->record, work->facts, work->arena, message));
}

/* ---- the device came back ---- */

static struct action_move send_again(struct forward_work *work, int32_t tries)
{
    struct action_move move = move_resend(work->record, work->facts, work->arena, tries);

    return move.kind == ACTION_END ? forward_unmake(work, move) : move;
}

struct action_move forward_add_inform(struct forward_work *work)
{
    switch (work->record->step) {
    case FORWARD_MAKE:
        row_birth_came_back(&work->birth, work->facts, key_of(work, false));
        return forward_go(work, FORWARD_FIND, work->record->state);
    case FORWARD_SET:
        if (move_key_is(work->facts, key_of(work, true)))
            return forward_go(work, FORWARD_READ, ACTION_VERIFYING);
        return send_again(work, SET_TRIES);
    }
    return send_again(work, READ_TRIES);
}
