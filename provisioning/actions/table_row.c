#include "provisioning/actions/table_row.h"

#include <stdlib.h>
#include <string.h>

enum { TRIES = 2, ROWS_MAX = 10000, FAULT_ARGUMENTS = 9003, FAULT_NAME = 9005 };

/* ---- what is remembered ---- */

void row_birth_write(const struct row_birth *birth, struct json_writer *json)
{
    json_field_int(json, "tries", birth->tries);
    json_field_int(json, "key", birth->key);
    json_field_int(json, "instance", birth->instance);
    json_field_bool(json, "needs_restart", birth->needs_restart);
    json_key(json, "rows");
    json_open_array(json);
    for (size_t i = 0; i < birth->row_count; i++)
        json_put_int(json, birth->rows[i]);
    json_close_array(json);
}

void row_birth_read(const struct json *doc, struct arena *arena, struct row_birth *ret)
{
    const struct json *rows = json_get(doc, "rows");

    ret->tries = json_int(json_get(doc, "tries"), 0);
    ret->key = json_int(json_get(doc, "key"), ROW_KEY_SILENT);
    ret->instance = json_int(json_get(doc, "instance"), 0);
    ret->needs_restart = json_bool(json_get(doc, "needs_restart"), false);
    ret->row_count = json_count(rows);
    ret->rows = ARENA_ARRAY(arena, int64_t, ret->row_count + 1);
    for (size_t i = 0; i < ret->row_count; i++)
        ret->rows[i] = json_int(json_at(rows, i), 0);
}

const char *row_birth_path(const struct row_birth *birth, struct arena *arena)
{
    return arena_printf(arena, "%s%lld.", birth->table, (long long)birth->instance);
}

/* ---- the rows of a table ---- */

void row_ask_list(struct action_move *move, const char *path)
{
    move->request.body.get_parameter_names.path = path;
    move->request.body.get_parameter_names.next_level = true;
}

/* The number of a row of the table; 0: the name is none. */
static int64_t row_number(const char *table, const char *name)
{
    size_t len = strlen(table);
    char *end;
    long number;

    if (strncmp(name, table, len) != 0)
        return 0;
    number = strtol(name + len, &end, 10);
    return end > name + len && *end == '.' && number > 0 ? number : 0;
}

void row_birth_listed(struct row_birth *birth, const struct cwmp_parameter_infos *infos, struct arena *arena)
{
    size_t most = infos != NULL ? infos->count : 0;

    birth->row_count = 0;
    birth->rows = ARENA_ARRAY(arena, int64_t, most + 1);
    for (size_t i = 0; i < most && birth->row_count < ROWS_MAX; i++) {
        int64_t number = row_number(birth->table, infos->items[i].name);

        if (number != 0)
            birth->rows[birth->row_count++] = number;
    }
}

static bool was_there(const struct row_birth *birth, int64_t number)
{
    for (size_t i = 0; i < birth->row_count; i++)
        if (birth->rows[i] == number)
            return true;
    return false;
}

/* ---- making one ---- */

void row_birth_ask(struct row_birth *birth, struct action_move *move, const struct action_facts *facts,
                   const char *key)
{
    birth->tries++;
    birth->key = ROW_KEY_SILENT;
    move->request.body.add_object.object_name = birth->table;
    move->request.body.add_object.parameter_key = move_parameter_key(facts, key);
}

bool row_birth_answered(struct row_birth *birth, const struct cwmp_add_object_response *response)
{
    if (response->instance_number == 0 || (response->status != 0 && response->status != 1))
        return false;
    birth->needs_restart = response->status == 1;
    birth->instance = response->instance_number;
    return true;
}

void row_birth_came_back(struct row_birth *birth, const struct action_facts *facts, const char *key)
{
    if (move_key_is(facts, key))
        birth->key = ROW_KEY_OURS;
    else if (move_key_is_not(facts, key))
        birth->key = ROW_KEY_OTHER;
}

/* What do the rows and the ParameterKey say together? */
enum row_found row_birth_resolve(struct row_birth *birth, const struct cwmp_parameter_infos *infos)
{
    int64_t newest = 0;
    unsigned fresh = 0;

    for (size_t i = 0; infos != NULL && i < infos->count; i++) {
        int64_t number = row_number(birth->table, infos->items[i].name);

        if (number == 0 || number == newest || was_there(birth, number))
            continue;
        newest = number;
        fresh++;
    }
    if (fresh == 1 && birth->key != ROW_KEY_OTHER) {
        birth->instance = newest;
        return ROW_IS_OURS;
    }
    if (fresh > 0 || birth->key == ROW_KEY_OURS)
        return ROW_UNCLEAR;
    return birth->tries >= TRIES ? ROW_UNMADE : ROW_NOT_MADE;
}

struct action_move row_birth_fail(const struct action_record *record, const struct action_facts *facts,
                                  enum row_found found, struct arena *arena)
{
    if (found == ROW_UNMADE)
        return move_fail(record, facts, arena, "no_answer",
                         "the device broke off each time it was told to make the row, and did not make it",
                         0);
    return move_fail(record, facts, arena, "unresolved",
                     "the answer was lost, and it cannot be told which of the rows there are now is ours", 0);
}

struct action_move row_birth_fail_by_answer(const struct action_record *record,
                                            const struct action_facts *facts, struct arena *arena)
{
    return move_fail(record, facts, arena, "wrong_answer",
                     "the device answered AddObject without the number of the new row", 0);
}

/* ---- taking one out ---- */

void row_ask_delete(struct action_move *move, const struct action_facts *facts, const char *row,
                    const char *key)
{
    move->request.body.delete_object.object_name = row;
    move->request.body.delete_object.parameter_key = move_parameter_key(facts, key);
}

enum row_deleted row_take_deleted(const struct cwmp_message *answer)
{
    int32_t status = answer->body.delete_object_response.status;

    if (answer->method == CWMP_FAULT)
        return answer->body.fault.code == FAULT_NAME ? ROW_WAS_GONE : ROW_NOT_DELETED;
    if (answer->method != CWMP_DELETE_OBJECT_RESPONSE || (status != 0 && status != 1))
        return ROW_NOT_DELETED;
    return status == 1 ? ROW_DELETED_BY_RESTART : ROW_DELETED;
}

bool row_is_gone(const struct cwmp_message *answer)
{
    if (answer->method == CWMP_FAULT)
        return answer->body.fault.code == FAULT_NAME || answer->body.fault.code == FAULT_ARGUMENTS;
    return answer->method == CWMP_GET_PARAMETER_NAMES_RESPONSE &&
           answer->body.get_parameter_names_response.parameters.count == 0;
}
