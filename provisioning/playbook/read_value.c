/* Values of a playbook's document: texts, flags, durations, words in two languages, and what a do is given.
 */
#include <stdlib.h>

#include "acs/base/clock.h"
#include "acs/base/json.h"
#include "provisioning/action.h"
#include "provisioning/playbook/read.h"

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

static void fault(struct read *read, struct yaml_place place, enum playbook_fault fault, const char *subject)
{
    fault_add(read->faults, place, fault, subject);
}

void read_members(struct read *read, const struct yaml *map, const char *const *known, size_t count)
{
    for (size_t i = 0; map->kind == YAML_MAP && i < map->count; i++) {
        bool found = false;

        for (size_t k = 0; k < count && !found; k++)
            found = strcmp(known[k], map->keys[i].text) == 0;
        if (!found)
            fault(read, map->keys[i].place, FAULT_UNKNOWN_MEMBER, map->keys[i].text);
    }
}

const char *read_text(struct read *read, const struct yaml *map, const char *key, bool needed)
{
    const struct yaml *node = yaml_get(map, key);

    if (node != NULL && node->kind == YAML_SCALAR && node->text[0] != '\0')
        return node->text;
    if (node != NULL)
        fault(read, node->place, FAULT_NOT_TEXT, key);
    else if (needed)
        fault(read, map->place, FAULT_MISSING, key);
    return NULL;
}

bool read_flag(struct read *read, const struct yaml *map, const char *key, bool otherwise)
{
    const char *text = read_text(read, map, key, false);

    if (text == NULL)
        return otherwise;
    if (strcmp(text, "true") != 0 && strcmp(text, "false") != 0)
        fault(read, yaml_get(map, key)->place, FAULT_BAD_FLAG, text);
    return strcmp(text, "true") == 0;
}

uint32_t read_seconds(struct read *read, const struct yaml *map, const char *key)
{
    const char *text = read_text(read, map, key, false);
    uint32_t ms;

    if (text == NULL)
        return 0;
    if (text_read_duration(text, &ms) == ERR_OK && ms >= MS_PER_S)
        return ms / MS_PER_S;
    fault(read, yaml_get(map, key)->place, FAULT_BAD_DURATION, text);
    return 0;
}

/* ---- words ---- */

/* {wan.optical.rx_dbm} is shown as its value. */
static void check_placeholders(struct read *read, const struct yaml *node)
{
    for (const char *at = strchr(node->text, '{'); at != NULL; at = strchr(at + 1, '{')) {
        size_t len = strcspn(at + 1, "}");
        const char *name = arena_memdup(read->arena, at + 1, len);
        enum fact_key key = fact_key_of(name);

        if (at[1 + len] != '}' || key == KEY_COUNT || fact_rows[key].kind == FACT_CLUE)
            fault(read, node->place, FAULT_BAD_PLACEHOLDER, name);
        else if (fact_rows[key].kind == FACT_SECRET)
            fault(read, node->place, FAULT_SECRET_FACT, name);
    }
}

static const char *read_translation(struct read *read, const struct yaml *map, const char *language,
                                    enum playbook_fault missing)
{
    const struct yaml *node = yaml_get(map, language);

    if (node == NULL) {
        fault(read, map->place, missing, language);
        return NULL;
    }
    if (node->kind != YAML_SCALAR || text_is_blank(node->text, strlen(node->text))) {
        fault(read, node->place, FAULT_NOT_TEXT, language);
        return NULL;
    }
    if (text_utf8_length(node->text) > PLAYBOOK_TEXT_MAX)
        fault(read, node->place, FAULT_LONG_TEXT, "");
    check_placeholders(read, node);
    return node->text;
}

struct playbook_text read_words(struct read *read, const struct yaml *node, struct yaml_place place,
                                const char *what)
{
    static const char *const known[] = {"pt-BR", "en"};
    struct playbook_text text = {
        {NULL, NULL}
    };

    if (node == NULL) {
        fault(read, place, FAULT_NO_TEXT, what);
        return text;
    }
    if (node->kind != YAML_MAP) {
        fault(read, node->place, FAULT_NOT_MAP, "pt-BR");
        return text;
    }
    read_members(read, node, known, COUNT(known));
    text.in[PLAYBOOK_PT] = read_translation(read, node, "pt-BR", FAULT_NO_TEXT);
    text.in[PLAYBOOK_EN] = read_translation(read, node, "en", FAULT_NO_TRANSLATION);
    return text;
}

/* ---- what a do is given ---- */

static bool is_number(const char *text)
{
    char *end;
    size_t digits = strspn(text, "-0123456789.");

    if (digits == 0 || text[digits] != '\0' || strlen(text) > 15 ||
        (text[0] == '0' && text[1] != '.' && text[1]))
        return false;
    (void)strtod(text, &end);
    return *end == '\0' && text[digits - 1] != '.' && text[0] != '.';
}

static void write_scalar(const struct yaml *node, struct json_writer *json)
{
    bool plain = !node->quoted && !node->block;

    if (plain && (strcmp(node->text, "true") == 0 || strcmp(node->text, "false") == 0))
        json_put_bool(json, node->text[0] == 't');
    else if (plain && is_number(node->text))
        json_put_raw(json, node->text);
    else
        json_put_string(json, node->text);
}

static void write_value(const struct yaml *node, struct json_writer *json)
{
    switch (node->kind) {
    case YAML_SCALAR:
        write_scalar(node, json);
        break;
    case YAML_LIST:
        json_open_array(json);
        for (size_t i = 0; i < node->count; i++)
            write_value(&node->items[i], json);
        json_close_array(json);
        break;
    case YAML_MAP:
        json_open_object(json);
        for (size_t i = 0; i < node->count; i++) {
            json_key(json, node->keys[i].text);
            write_value(&node->items[i], json);
        }
        json_close_object(json);
        break;
    }
}

static void read_fact_param(struct read *read, const struct yaml *node, struct playbook_param *param)
{
    static const char *const known[] = {"fact"};
    enum fact_key key;

    read_members(read, node, known, COUNT(known));
    param->source = PARAM_FACT;
    param->fact = read_text(read, node, "fact", true);
    if (param->fact == NULL)
        return;
    key = fact_key_of(param->fact);
    if (key == KEY_COUNT || fact_rows[key].kind == FACT_CLUE || fact_rows[key].kind == FACT_SECRET)
        fault(read, node->items[0].place, FAULT_UNKNOWN_FACT, param->fact);
}

const char *const param_forms[PARAM_FORMS] = {"text", "number", "list"};

static enum param_form read_form(struct read *read, const struct yaml *node)
{
    const char *text = read_text(read, node, "type", false);

    for (int form = 0; text != NULL && form < PARAM_FORMS; form++)
        if (strcmp(param_forms[form], text) == 0)
            return (enum param_form)form;
    if (text != NULL)
        fault(read, yaml_get(node, "type")->place, FAULT_BAD_FORM, text);
    return PARAM_TEXT;
}

static void read_agent_param(struct read *read, const struct yaml *node, struct playbook_param *param)
{
    static const char *const known[] = {"agent", "secret", "type"};

    read_members(read, node, known, COUNT(known));
    param->source = PARAM_AGENT;
    param->label = read_words(read, yaml_get(node, "agent"), node->place, param->name);
    param->secret = read_flag(read, node, "secret", false);
    param->form = read_form(read, node);
}

static void read_literal(struct read *read, const struct yaml *node, struct playbook_param *param)
{
    struct text out = TEXT_IN(read->arena);
    struct json_writer json = JSON_WRITER(&out);

    write_value(node, &json);
    param->json = text_string(&out);
}

static bool read_params(struct read *read, const struct yaml *params, struct playbook_step *step)
{
    if (params->kind != YAML_MAP || params->count > PLAYBOOK_PARAMS_MAX) {
        fault(read, params->place, FAULT_NOT_MAP, "params");
        return false;
    }
    step->params = ARENA_ARRAY(read->arena, struct playbook_param, params->count);
    for (size_t i = 0; i < params->count; i++) {
        const struct yaml *node = &params->items[i];
        struct playbook_param *param = &step->params[step->param_count++];

        param->name = params->keys[i].text;
        if (yaml_get(node, "fact") != NULL)
            read_fact_param(read, node, param);
        else if (yaml_get(node, "agent") != NULL)
            read_agent_param(read, node, param);
        else
            read_literal(read, node, param);
    }
    return true;
}

/* Params that are all written out are judged by the action itself, now. */
static void check_params(struct read *read, struct yaml_place place, const struct playbook_step *step,
                         const struct action_kind *kind)
{
    struct text out = TEXT_IN(read->arena);
    struct json_writer json = JSON_WRITER(&out);
    AUTO_JSON args = NULL;

    json_open_object(&json);
    for (size_t i = 0; i < step->param_count; i++) {
        if (step->params[i].source != PARAM_LITERAL)
            return;
        json_field_raw(&json, step->params[i].name, step->params[i].json);
    }
    json_close_object(&json);
    if (json_read(out.data, out.len, &args) != ERR_OK || kind->check(args) != ERR_OK)
        fault(read, place, FAULT_BAD_PARAMS, err_message());
}

static bool asks_agent(const struct playbook_step *step)
{
    for (size_t i = 0; i < step->param_count; i++)
        if (step->params[i].source == PARAM_AGENT)
            return true;
    return false;
}

static void read_do_ways(struct read *read, const struct yaml *node, struct playbook_step *step)
{
    static const char *const keys[] = {"done", "failed"};

    step->ways = ARENA_ARRAY(read->arena, struct playbook_way, COUNT(keys));
    for (size_t i = 0; i < COUNT(keys); i++) {
        const struct yaml *to = yaml_get(node, keys[i]);
        struct playbook_way way = {.key = keys[i]};

        if (to == NULL)
            fault(read, node->place, FAULT_MISSING_WAY, keys[i]);
        else {
            way.place = to->place;
            way.to = read_way_target(read, step, way.key, to);
        }
        step->ways[step->way_count++] = way;
    }
}

void read_do(struct read *read, const struct yaml *node, struct playbook_step *step)
{
    static const char *const known[] = {"do", "title", "params", "confirm", "done", "failed"};
    const struct yaml *params = yaml_get(node, "params");
    const struct action_kind *kind;

    read_members(read, node, known, COUNT(known));
    if (yaml_get(node, "title") != NULL)
        step->text = read_words(read, yaml_get(node, "title"), node->place, "title");
    read_do_ways(read, node, step);
    step->action = read_text(read, node, "do", true);
    kind = step->action == NULL ? NULL : action_kind_find(step->action);
    if (step->action != NULL && (kind == NULL || kind->internal))
        fault(read, yaml_get(node, "do")->place, FAULT_UNKNOWN_ACTION, step->action);
    if (kind == NULL || (params != NULL && !read_params(read, params, step)))
        return;
    /* What the customer will notice, an agent starts. */
    step->confirm = read_flag(read, node, "confirm", kind->warning_pt != NULL) || asks_agent(step);
    check_params(read, params != NULL ? params->place : node->place, step, kind);
}
