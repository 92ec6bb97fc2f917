#include "tests/cpesim/image.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "acs/base/clock.h"
#include "acs/base/text.h"
#include "tests/cpesim/value.h"

enum { HEAD_MAX = 256, OF_FATES = 0x49000000 };

static const char version_key[] = "version=";
static const char config_key[] = "cpesim configuration of ";

static bool is_of_version(char byte)
{
    return isalnum((unsigned char)byte) || byte == '.' || byte == '_' || byte == '-';
}

static size_t version_length(const char *text, size_t most)
{
    size_t len = 0;

    while (len < most && len < IMAGE_VERSION_MAX && is_of_version(text[len]))
        len++;
    return len;
}

/* ".bin", ".img": what begins with a letter behind the last dot. */
static size_t length_without_suffix(const char *name, size_t len)
{
    for (size_t i = len; i > 1; i--)
        if (name[i - 1] == '.')
            return isalpha((unsigned char)name[i]) ? i - 1 : len;
    return len;
}

/* From the first digit that stands behind "-", "_" or "-v". */
static const char *version_in_name(const char *name, struct arena *arena)
{
    size_t len = length_without_suffix(name, strcspn(name, "?#"));

    for (size_t i = 1; i < len; i++) {
        size_t digit = i + (name[i] == 'v' || name[i] == 'V');

        if ((name[i - 1] == '-' || name[i - 1] == '_') && digit < len && isdigit((unsigned char)name[digit]))
            return arena_memdup(arena, name + digit, version_length(name + digit, len - digit));
    }
    return NULL;
}

const char *image_version(const struct bytes *content, const char *name, struct arena *arena)
{
    size_t key_len = sizeof(version_key) - 1;
    const char *slash = strrchr(name, '/');

    if (content->len > key_len && memcmp(content->data, version_key, key_len) == 0) {
        size_t len = version_length(content->data + key_len, content->len - key_len);

        if (len > 0)
            return arena_memdup(arena, content->data + key_len, len);
    }
    return version_in_name(slash != NULL ? slash + 1 : name, arena);
}

/* What a line of its head says: "corrupt=6". */
static unsigned percent(const struct bytes *content, const char *key)
{
    AUTO_ARENA arena = arena_new(1024);
    const char *head =
        arena_memdup(arena, content->data, content->len < (size_t)HEAD_MAX ? content->len : (size_t)HEAD_MAX);
    const char *line = strstr(head, key);

    return line == NULL ? 0 : (unsigned)strtoul(line + strlen(key), NULL, 10);
}

enum image_fate image_fate_of(const struct bytes *content, const struct tree *tree)
{
    unsigned lot = (unsigned)(value_random(tree, OF_FATES) % 100);
    unsigned corrupt, bricks;

    if (content->len < sizeof(version_key) ||
        memcmp(content->data, version_key, sizeof(version_key) - 1) != 0)
        return IMAGE_RUNS;
    corrupt = percent(content, "\ncorrupt=");
    bricks = percent(content, "\nbricks=");
    return lot < corrupt ? IMAGE_CORRUPT : lot < corrupt + bricks ? IMAGE_BRICKS : IMAGE_RUNS;
}

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
