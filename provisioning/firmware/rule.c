#include "provisioning/firmware/rule.h"

#include <string.h>

static const char separator[] = "..";

/* A word of a device: what it may say of itself, with nothing that cannot be seen. */
static enum err check_word(const char *word)
{
    size_t length = text_utf8_length(word);

    if (length == 0 || length > FIRMWARE_WORD_MAX)
        return err_set(ERR_INVALID, "from 1 to %d characters are expected", FIRMWARE_WORD_MAX);
    for (const char *c = word; *c != '\0'; c++)
        if ((unsigned char)*c < ' ' || *c == 0x7f)
            return err_set(ERR_INVALID, "control characters are not allowed");
    if (word[0] == ' ' || word[strlen(word) - 1] == ' ')
        return err_set(ERR_INVALID, "it begins or ends with a space");
    return ERR_OK;
}

static enum err read_word(const struct json *rule, const char *name, struct arena *arena, const char **ret)
{
    const struct json *value = json_get(rule, name);

    *ret = NULL;
    if (json_kind(value) == JSON_NULL)
        return ERR_OK;
    if (json_kind(value) != JSON_STRING)
        return err_set(ERR_INVALID, "%s: a text is expected", name);
    TRY(err_while(check_word(json_string(value, "")), "%s", name));
    *ret = arena_strdup(arena, json_string(value, ""));
    return ERR_OK;
}

/* ".." alone would be any version, which is said by leaving the list out. */
static enum err check_range(const char *range)
{
    const char *dots = strstr(range, separator);

    TRY(check_word(range));
    if (dots == NULL)
        return ERR_OK;
    if (strcmp(range, separator) == 0)
        return err_set(ERR_INVALID, "'..' has no end; leave the list out for any version");
    if (strstr(dots + 1, separator) != NULL)
        return err_set(ERR_INVALID, "'%.64s' has more than one '..'", range);
    return ERR_OK;
}

static enum err read_from(const struct json *list, struct arena *arena, struct firmware_rule *rule)
{
    if (json_kind(list) == JSON_NULL)
        return ERR_OK;
    if (json_kind(list) != JSON_ARRAY || json_count(list) == 0 || json_count(list) > FIRMWARE_FROM_MAX)
        return err_set(ERR_INVALID, "from_versions: a list of 1 to %d is expected", FIRMWARE_FROM_MAX);
    rule->from_count = json_count(list);
    rule->from_versions = ARENA_ARRAY(arena, const char *, rule->from_count);
    for (size_t i = 0; i < rule->from_count; i++) {
        const struct json *item = json_at(list, i);

        if (json_kind(item) != JSON_STRING)
            return err_set(ERR_INVALID, "from_versions[%zu]: a text is expected", i);
        TRY(err_while(check_range(json_string(item, "")), "from_versions[%zu]", i));
        rule->from_versions[i] = arena_strdup(arena, json_string(item, ""));
    }
    return ERR_OK;
}

static bool is_known(const char *name)
{
    static const char *const names[] = {"manufacturer", "product_class", "hardware_version", "from_versions"};

    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return false;
}

/* A rule that is misspelt would be a rule that lets in too many. */
static enum err check_names(const struct json *rule)
{
    const char *name;

    if (json_kind(rule) != JSON_OBJECT)
        return err_set(ERR_INVALID, "an object is expected");
    for (size_t i = 0; i < json_count(rule); i++) {
        json_member(rule, i, &name);
        if (!is_known(name))
            return err_set(ERR_INVALID, "%.64s: there is no such member", name);
    }
    return ERR_OK;
}

static enum err read_rule(const struct json *rule, struct arena *arena, struct firmware_rule *ret)
{
    *ret = (struct firmware_rule){0};
    TRY(check_names(rule));
    TRY(read_word(rule, "manufacturer", arena, &ret->manufacturer));
    TRY(read_word(rule, "product_class", arena, &ret->product_class));
    TRY(read_word(rule, "hardware_version", arena, &ret->hardware_version));
    if (ret->product_class == NULL)
        return err_set(ERR_INVALID, "product_class: is missing");
    return read_from(json_get(rule, "from_versions"), arena, ret);
}

enum err firmware_rules_read(const struct json *list, struct arena *arena, struct firmware_rules *ret)
{
    struct firmware_rules rules = {.count = json_count(list)};

    if (json_kind(list) != JSON_ARRAY || rules.count == 0 || rules.count > FIRMWARE_RULES_MAX)
        return err_set(ERR_INVALID, "rules: a list of 1 to %d is expected", FIRMWARE_RULES_MAX);
    rules.items = ARENA_ARRAY(arena, struct firmware_rule, rules.count);
    for (size_t i = 0; i < rules.count; i++)
        TRY(err_while(read_rule(json_at(list, i), arena, &rules.items[i]), "rules[%zu]", i));
    *ret = rules;
    return ERR_OK;
}

static void write_rule(struct json_writer *json, const struct firmware_rule *rule)
{
    json_open_object(json);
    json_field_string(json, "manufacturer", rule->manufacturer);
    json_field_string(json, "product_class", rule->product_class);
    json_field_string(json, "hardware_version", rule->hardware_version);
    json_key(json, "from_versions");
    if (rule->from_versions == NULL) {
        json_put_null(json);
    } else {
        json_open_array(json);
        for (size_t i = 0; i < rule->from_count; i++)
            json_put_string(json, rule->from_versions[i]);
        json_close_array(json);
    }
    json_close_object(json);
}

const char *firmware_rules_write(const struct firmware_rules *rules, struct arena *arena)
{
    struct text out = TEXT_IN(arena);
    struct json_writer json = JSON_WRITER(&out);

    json_open_array(&json);
    for (size_t i = 0; i < rules->count; i++)
        write_rule(&json, &rules->items[i]);
    json_close_array(&json);
    return text_string(&out);
}
