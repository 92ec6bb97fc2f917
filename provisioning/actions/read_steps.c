#include "provisioning/actions/read_steps.h"

#include "acs/base/text.h"

struct reading_subject read_subject(const struct action_facts *facts, const char *path)
{
    return (struct reading_subject){
        .path = path,
        .root = facts->root,
        .quirks = facts->quirks != NULL ? facts->quirks : &quirks_none,
    };
}

struct action_move read_ask(const struct action_record *record, const struct action_facts *facts,
                            const struct reading *reading)
{
    struct cwmp_strings names;
    struct action_move move;

    reading_ask(reading, &names);
    if (reading_lists(reading)) {
        move = move_send(record, facts, record->step, CWMP_GET_PARAMETER_NAMES);
        move.request.body.get_parameter_names.path = names.items[0];
        move.request.body.get_parameter_names.next_level = reading->levels;
    } else {
        move = move_send(record, facts, record->step, CWMP_GET_PARAMETER_VALUES);
        move.request.body.get_parameter_values.names = names;
    }
    return move;
}

/* ---- the answer ---- */

static bool take_fault(const struct reading_subject *subject, const struct cwmp_fault *fault,
                       struct reading *reading)
{
    enum { METHOD_NOT_SUPPORTED = 9000 };

    return fault->code != METHOD_NOT_SUPPORTED && reading_refused(reading, subject, fault->code);
}

bool read_take(const struct action_record *record, const struct action_facts *facts,
               const struct reading_subject *subject, const struct cwmp_message *message,
               struct reading *reading, struct action_move *ret)
{
    *ret = move_stay(record, facts);
    if (message->method == CWMP_FAULT) {
        if (take_fault(subject, &message->body.fault, reading))
            return true;
        *ret = move_fail_by_fault(record, facts, reading->arena, &message->body.fault);
    } else if (message->method == CWMP_GET_PARAMETER_NAMES_RESPONSE && reading_lists(reading)) {
        ret->infos = &message->body.get_parameter_names_response.parameters;
        reading_listed(reading, subject, ret->infos);
        return true;
    } else if (message->method == CWMP_GET_PARAMETER_VALUES_RESPONSE && !reading_lists(reading)) {
        ret->values = &message->body.get_parameter_values_response.parameters;
        reading_got(reading, subject, ret->values);
        return true;
    } else {
        *ret = move_fail_by_answer(record, facts, reading->arena, message);
    }
    return false;
}

bool read_is_sent_again(const struct action_record *record)
{
    return record->sends < READ_SENDS_ALIKE;
}

/* ---- how far it is ---- */

void read_put_numbers(struct json_writer *json, const struct reading *reading)
{
    json_field_int(json, "done", reading->done);
    json_field_int(json, "total", reading->total);
    json_field_int(json, "values", reading->values);
    json_field_int(json, "requests", reading->answers);
    json_field_int(json, "skipped_count", reading->skipped.count);
    json_field_int(json, "omitted_count", reading->omitted.count);
}

const char *read_progress(const struct reading *reading)
{
    struct text out = TEXT_IN(reading->arena);
    struct json_writer json = JSON_WRITER(&out);

    json_open_object(&json);
    json_field_string(&json, "stage", "reading");
    read_put_numbers(&json, reading);
    json_close_object(&json);
    return text_string(&out);
}
