/* Read the attributes of parameters: whether the device tells when they change, and who may write them. */
#include <string.h>

#include "provisioning/actions/actions.h"
#include "provisioning/actions/attributes.h"
#include "provisioning/actions/names.h"
#include "provisioning/move.h"

enum { STEP_READ };

enum { TTL_S = 15 * 60, TRIES = 3 };

void attributes_write(const struct cwmp_parameter_attributes *attributes, struct json_writer *json)
{
    json_key(json, "attributes");
    json_open_array(json);
    for (size_t i = 0; i < attributes->count; i++) {
        const struct cwmp_parameter_attribute *item = &attributes->items[i];

        json_open_object(json);
        json_field_string(json, "name", item->name);
        json_field_int(json, "notification", item->notification);
        json_key(json, "access_list");
        json_open_array(json);
        for (size_t k = 0; k < item->access_list.count; k++)
            json_put_string(json, item->access_list.items[k]);
        json_close_array(json);
        json_close_object(json);
    }
    json_close_array(json);
}

static enum err check(const struct json *args)
{
    TRY(names_check_keys(args, "names", NULL));
    return names_check(json_get(args, "names"), "names");
}

static enum err next(const struct action_record *record, const struct action_facts *facts,
                     struct arena *arena, struct action_move *ret)
{
    AUTO_JSON args = NULL;

    TRY(json_read(record->args, strlen(record->args), &args));
    *ret = move_send(record, facts, STEP_READ, CWMP_GET_PARAMETER_ATTRIBUTES);
    names_read(json_get(args, "names"), arena, &ret->request.body.get_parameter_attributes.names);
    return ERR_OK;
}

static enum err answer(const struct action_record *record, const struct action_facts *facts,
                       const struct cwmp_message *message, struct arena *arena, struct action_move *ret)
{
    struct text out = TEXT_IN(arena);
    struct json_writer json = JSON_WRITER(&out);

    if (message->method == CWMP_GET_PARAMETER_ATTRIBUTES_RESPONSE &&
        message->body.get_parameter_attributes_response.parameters.count == 0) {
        *ret = move_fail(record, facts, arena, "no_value",
                         "the device answered with no attribute of any of them", 0);
    } else if (message->method == CWMP_FAULT) {
        *ret = move_fail_by_fault(record, facts, arena, &message->body.fault);
    } else if (message->method != CWMP_GET_PARAMETER_ATTRIBUTES_RESPONSE) {
        *ret = move_fail_by_answer(record, facts, arena, message);
    } else {
        json_open_object(&json);
        attributes_write(&message->body.get_parameter_attributes_response.parameters, &json);
        json_close_object(&json);
        *ret = move_succeed(record, facts, text_string(&out), "{\"read\":\"GetParameterAttributes\"}");
    }
    return ERR_OK;
}

static enum err inform(const struct action_record *record, const struct action_facts *facts,
                       struct arena *arena, struct action_move *ret)
{
    *ret = move_resend(record, facts, arena, TRIES);
    return ERR_OK;
}

const struct action_kind action_attributes_get = {
    .name = "attributes.get",
    .label_pt = "Ler atributos de parâmetros",
    .label_en = "Read attributes of parameters",
    .ttl_s = TTL_S,
    .method = CWMP_GET_PARAMETER_ATTRIBUTES,
    .check = check,
    .next = next,
    .answer = answer,
    .inform = inform,
};
