#include "acs/ctl/campaign_file.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

#define MEMBERS "name, type, params, filter, excludes, plan, reason, after, after_states"

/* ---- values ---- */

/* Whatever they look like, these are texts: a campaign may be called 2026. */
static bool is_text_member(const char *key)
{
    static const char *const keys[] = {
        "name", "type", "filter", "reason", "file",           "firmware", "tag",          "zone",
        "from", "to",   "days",   "host",   "target_version", "after",    "after_states", NULL};

    for (size_t i = 0; keys[i] != NULL; i++)
        if (strcmp(keys[i], key) == 0)
            return true;
    return false;
}

static size_t digits(const char *text)
{
    size_t len = 0;

    while (isdigit((unsigned char)text[len]))
        len++;
    return len;
}

/* As JSON writes numbers: no sign but a minus, no zero before others, digits on both sides of the point. */
static bool is_number(const char *text)
{
    size_t len;

    text += *text == '-';
    len = digits(text);
    if (len == 0 || len > 15 || (len > 1 && *text == '0'))
        return false;
    text += len;
    if (*text != '.')
        return *text == '\0';
    len = digits(text + 1);
    return len > 0 && len <= 15 && text[1 + len] == '\0';
}

static void put_scalar(struct json_writer *json, const char *key, const struct yaml *node)
{
    bool plain = !node->quoted && !node->block && !is_text_member(key);

    if (plain &&
        (is_number(node->text) || strcmp(node->text, "true") == 0 || strcmp(node->text, "false") == 0))
        json_put_raw(json, node->text);
    else
        json_put_string(json, node->text);
}

void campaign_file_put(struct json_writer *json, const char *key, const struct yaml *node)
{
    if (node->kind == YAML_SCALAR) {
        put_scalar(json, key, node);
        return;
    }
    node->kind == YAML_LIST ? json_open_array(json) : json_open_object(json);
    for (size_t i = 0; i < node->count; i++) {
        if (node->kind == YAML_MAP)
            json_key(json, node->keys[i].text);
        campaign_file_put(json, node->kind == YAML_MAP ? node->keys[i].text : key, &node->items[i]);
    }
    node->kind == YAML_LIST ? json_close_array(json) : json_close_object(json);
}

/* ---- a firmware of the library ---- */

static enum ctl_exit find_file(struct ctl *ctl, const char *firmware, const char **ret)
{
    const struct json *shown = NULL;
    enum ctl_exit code = rest_get(ctl, rest_path(ctl, OPERATION_FIRMWARE_SHOW, firmware), &shown);

    if (code == CTL_OK)
        *ret = json_string(json_get(shown, "file"), "");
    return code;
}

static enum ctl_exit put_params(struct ctl *ctl, struct json_writer *json, const struct yaml *params)
{
    const struct yaml *firmware = yaml_get(params, "firmware");
    const char *file = NULL;
    enum ctl_exit code;

    if (firmware == NULL || firmware->kind != YAML_SCALAR) {
        campaign_file_put(json, "params", params);
        return CTL_OK;
    }
    code = find_file(ctl, firmware->text, &file);
    json_open_object(json);
    json_field_string(json, "file", file);
    for (size_t i = 0; i < params->count; i++) {
        if (&params->items[i] == firmware)
            continue;
        json_key(json, params->keys[i].text);
        campaign_file_put(json, params->keys[i].text, &params->items[i]);
    }
    json_close_object(json);
    return code;
}

/* ---- the file ---- */

static enum ctl_exit read_bytes(const char *path, struct text *text)
{
    FILE *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "re");
    size_t len = 1;

    if (file == NULL)
        return ctl_fail(CTL_USAGE, "%s: %s", path, strerror(errno)); /* NOLINT(concurrency-mt-unsafe) */
    while (len > 0 && text->len <= YAML_SIZE_MAX) {
        len = fread(text_room(text, 4096), 1, 4096, file);
        text->len += len;
    }
    if (file != stdin)
        fclose(file);
    return CTL_OK;
}

static enum ctl_exit refuse(const char *path, struct yaml_place place, const char *what)
{
    return ctl_fail(CTL_USAGE, "%s:%u:%u: %s", path, place.line, place.column, what);
}

static enum ctl_exit check_keys(struct ctl *ctl, const char *path, const struct yaml *root)
{
    static const char *const keys[] = {"name", "type",   "params", "filter",       "excludes",
                                       "plan", "reason", "after",  "after_states", NULL};

    if (root->kind != YAML_MAP)
        return refuse(path, root->place, "a campaign is members: " MEMBERS);
    for (size_t i = 0; i < root->count; i++) {
        size_t known = 0;

        while (keys[known] != NULL && strcmp(keys[known], root->keys[i].text) != 0)
            known++;
        if (keys[known] == NULL)
            return refuse(path, root->keys[i].place,
                          arena_printf(ctl->arena, "'%s' is none of " MEMBERS, root->keys[i].text));
    }
    return CTL_OK;
}

static enum ctl_exit write_body(struct ctl *ctl, const struct yaml *root, const char **ret)
{
    struct text body = TEXT_IN(ctl->arena);
    struct json_writer json = JSON_WRITER(&body);
    enum ctl_exit code = CTL_OK;

    json_open_object(&json);
    for (size_t i = 0; code == CTL_OK && i < root->count; i++) {
        const char *key = root->keys[i].text;

        json_key(&json, key);
        if (strcmp(key, "params") == 0)
            code = put_params(ctl, &json, &root->items[i]);
        else
            campaign_file_put(&json, key, &root->items[i]);
    }
    json_close_object(&json);
    *ret = text_string(&body);
    return code;
}

enum ctl_exit campaign_file_read(struct ctl *ctl, const char *path, const char **ret_body)
{
    struct text text = TEXT_IN(ctl->arena);
    struct yaml_fault fault = {0};
    const struct yaml *root = NULL;
    enum ctl_exit code = read_bytes(path, &text);

    if (code != CTL_OK)
        return code;
    if (yaml_read(text_string(&text), text.len, ctl->arena, &root, &fault) != ERR_OK)
        return refuse(path, fault.place, fault.what);
    code = check_keys(ctl, path, root);
    return code == CTL_OK ? write_body(ctl, root, ret_body) : code;
}
