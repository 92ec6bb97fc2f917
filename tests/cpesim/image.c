#include "tests/cpesim/image.h"

#include <string.h>

#include "acs/base/clock.h"
#include "acs/base/text.h"

static const char config_key[] = "cpesim configuration of ";

/* ---- configurations ---- */

/* A value has no line of its own where it holds a line break. */
static void put_escaped(struct bytes *to, const char *value)
{
    for (; *value != '\0'; value++) {
        if (*value == '\n' || *value == '\\')
            bytes_puts(to, *value == '\n' ? "\\n" : "\\\\");
        else
            bytes_add(to, value, 1);
    }
}

void image_write_config(const struct tree *tree, struct bytes *to)
{
    char serial[SERIAL_MAX];

    bytes_puts(to, config_key);
    bytes_puts(to, tree_serial(tree, serial));
    bytes_puts(to, "\n");
    for (uint32_t i = 0; i < tree->override_count; i++) {
        const struct parameter *parameter = &tree->model->parameters[tree->overrides[i].row];

        if (!(parameter->flags & PARAMETER_WRITE))
            continue;
        bytes_puts(to, parameter->name);
        bytes_puts(to, "=");
        put_escaped(to, tree->overrides[i].value);
        bytes_puts(to, "\n");
    }
}

static void unescape(char *value)
{
    char *to = value;

    for (const char *from = value; *from != '\0'; from++) {
        if (*from == '\\' && from[1] != '\0')
            *to++ = *++from == 'n' ? '\n' : *from;
        else
            *to++ = *from;
    }
    *to = '\0';
}

static void apply_line(struct tree *tree, char *line, struct arena *arena)
{
    char *value = strchr(line, '=');
    const struct parameter *parameter;
    const char *kept;
    uint32_t row;

    if (value == NULL)
        return;
    *value++ = '\0';
    unescape(value);
    if (text_ends_with(line, ".DiagnosticsState"))
        return; /* a configuration orders no test */
    row = tree_find(tree, line);
    if (row == NO_ROW)
        return;
    parameter = &tree->model->parameters[row];
    if (parameter->flags & PARAMETER_WRITE &&
        check_value(parameter->type, parameter->check, value, arena, &kept) == ERR_OK)
        tree_put(tree, row, kept);
}

enum err image_apply_config(const struct bytes *content, struct tree *tree)
{
    AUTO_ARENA arena = arena_new(4096);
    char *text = content->data != NULL ? arena_memdup(arena, content->data, content->len) : NULL;
    char *rest = NULL;

    if (text == NULL || strlen(text) != content->len || !text_starts_with(text, config_key))
        return err_set(ERR_INVALID, "no configuration of such a device");
    tree_forget_values(tree);
    strtok_r(text, "\n", &rest);
    for (char *line; (line = strtok_r(NULL, "\n", &rest)) != NULL;)
        apply_line(tree, line, arena);
    return ERR_OK;
}

/* ---- logs ---- */

void image_write_log(const struct tree *tree, uint32_t restarts, struct bytes *to)
{
    AUTO_ARENA arena = arena_new(1024);
    struct text out = TEXT_IN(arena);
    char time[TEXT_TIME_MAX], serial[SERIAL_MAX];

    text_printf(&out, "%s log of %s, software %s\n", text_write_time(time, clock_now_us(), false),
                tree_serial(tree, serial), tree_text(tree, "DeviceInfo.SoftwareVersion", arena));
    text_printf(&out, "up for %lld s, restarted %u times since it was made\n",
                (long long)((clock_mono_us() - tree->booted_us) / US_PER_S), restarts);
    text_puts(&out, "line up, IP address given, clock set\n");
    bytes_add(to, out.data, out.len);
}
