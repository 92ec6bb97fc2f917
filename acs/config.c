#include "acs/config.h"

#include <ctype.h>
#include <errno.h>
#include <ini.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "acs/base/text.h"

enum kind { KIND_TEXT, KIND_NUMBER, KIND_SIZE, KIND_DURATION };

struct setting {
    const char *section, *key;
    size_t offset;
    enum kind kind;
    const char *otherwise;
    uint64_t min, max;
    const char *help;
};

static const struct setting settings[] = {
#define SETTING(section, key, member, kind, otherwise, min, max, help) \
    {section, key, offsetof(struct config, member), KIND_##kind, otherwise, min, max, help},
#include "acs/config.def"
#undef SETTING
};

enum { SETTING_COUNT = sizeof(settings) / sizeof(*settings) };

static const char *const expectations[] = {
    [KIND_TEXT] = "a text",
    [KIND_NUMBER] = "a number",
    [KIND_SIZE] = "a size such as 512KiB or 4MiB",
    [KIND_DURATION] = "a duration such as 200ms, 30s, 15m, 2h or 45d",
};

static enum err read_number(const struct setting *setting, const char *value, uint64_t *ret)
{
    uint32_t short_ms;

    switch (setting->kind) {
    case KIND_NUMBER:
        return text_read_u64(value, ret);
    case KIND_SIZE:
        return text_read_size(value, ret);
    case KIND_DURATION:
        TRY(text_read_duration(value, &short_ms));
        *ret = short_ms;
        return ERR_OK;
    case KIND_TEXT:
        break;
    }
    return err_set(ERR_INTERNAL, "%s is not a number", setting->key);
}

static enum err set_value(const struct setting *setting, const char *value, struct arena *arena,
                          struct config *config)
{
    char *member = (char *)config + setting->offset;
    uint64_t number = 0;

    if (setting->kind == KIND_TEXT) {
        const char *copy = arena_strdup(arena, value);

        memcpy(member, &copy, sizeof(copy));
        return ERR_OK;
    }
    if (read_number(setting, value, &number) != ERR_OK)
        return err_set(ERR_INVALID, "%s.%s: '%.64s' is not %s", setting->section, setting->key, value,
                       expectations[setting->kind]);
    if (number < setting->min || number > setting->max)
        return err_set(ERR_INVALID, "%s.%s: %.64s is out of range (%llu to %llu)", setting->section,
                       setting->key, value, (unsigned long long)setting->min,
                       (unsigned long long)setting->max);
    memcpy(member, &number, sizeof(number));
    return ERR_OK;
}

static const struct setting *find_setting(const char *section, const char *key)
{
    for (size_t i = 0; i < SETTING_COUNT; i++)
        if (strcmp(settings[i].section, section) == 0 && strcmp(settings[i].key, key) == 0)
            return &settings[i];
    return NULL;
}

/* ---- the file: inih calls us per key, and reads through a reader of ours that knows the line ---- */

struct file_reader {
    FILE *file;
    const char *path;
    int line;
    struct arena *arena;
    struct config *config;
    bool refused; /* err_message() says why */
};

/* inih reads into a buffer of fixed size and would take the rest of a longer line for a line of its own. */
static char *read_line(char *line, int size, void *ctx)
{
    struct file_reader *reader = ctx;
    char *got = fgets(line, size, reader->file);

    reader->line++;
    if (got != NULL && !reader->refused && strchr(line, '\n') == NULL && !feof(reader->file)) {
        err_set(ERR_INVALID, "%s line %d: longer than %d bytes", reader->path, reader->line, size - 2);
        reader->refused = true;
    }
    return got;
}

static int take_line(void *ctx, const char *section, const char *key, const char *value)
{
    struct file_reader *reader = ctx;
    const struct setting *setting = find_setting(section, key);
    enum err err;

    if (reader->refused)
        return 1;
    if (setting == NULL)
        err =
            err_set(ERR_INVALID, "[%.64s] %.64s: there is no such setting; `acsd --print-config` lists them",
                    section, key);
    else
        err = set_value(setting, value, reader->arena, reader->config);
    reader->refused = err_while(err, "%s line %d", reader->path, reader->line) != ERR_OK;
    return 1;
}

static enum err load_file(const char *path, struct arena *arena, struct config *config)
{
    struct file_reader reader = {.path = path, .arena = arena, .config = config};
    int bad_line;

    reader.file = fopen(path, "re");
    if (reader.file == NULL)
        return err_set(ERR_NOT_FOUND, "cannot read %s: %s", path, strerror(errno));
    bad_line = ini_parse_stream(read_line, &reader, take_line, &reader);
    fclose(reader.file);
    if (reader.refused)
        return ERR_INVALID;
    if (bad_line != 0)
        return err_set(ERR_INVALID, "%s line %d: neither a [section] nor key = value", path, bad_line);
    config->origin_file = arena_strdup(arena, path);
    return ERR_OK;
}

static enum err load_environment(struct arena *arena, struct config *config)
{
    for (size_t i = 0; i < SETTING_COUNT; i++) {
        char *name = arena_printf(arena, "FAROL_%s_%s", settings[i].section, settings[i].key);
        const char *value;

        for (char *c = name; *c != '\0'; c++)
            *c = (char)toupper((unsigned char)*c);
        value = getenv(name); /* NOLINT(concurrency-mt-unsafe): before any thread starts */
        if (value != NULL)
            TRY(err_while(set_value(&settings[i], value, arena, config), "environment %s", name));
    }
    return ERR_OK;
}

static enum err check_choice(const char *key, const char *value, const char *const *choices)
{
    for (size_t i = 0; choices[i] != NULL; i++)
        if (strcmp(choices[i], value) == 0)
            return ERR_OK;
    return err_set(ERR_INVALID, "%s: '%.32s' is not one of those that --print-config names", key, value);
}

/* Settings that are one word of a few. */
static const struct {
    const char *key;
    size_t offset;
    const char *choices[5];
} choices[] = {
    {"log.level",                 offsetof(struct config, log_level),             {"debug", "info", "warn", "error"}   },
    {"log.format",                offsetof(struct config, log_format),            {"text", "journal", "json", "auto"}  },
    {"devices.authentication",
     offsetof(struct config,                              device_authentication),
     {"digest", "basic", "any", "none"}                                                                                },
    {"devices.digest",
     offsetof(struct config,                              device_digest),
     {"md5", "sha-256", "md5,sha-256", "sha-256,md5"}                                                                  },
    {"directory.without_tls",     offsetof(struct config, directory_without_tls), {"yes", "no"}                        },
    {"desk.check_documents",      offsetof(struct config, desk_check_documents),  {"yes", "no"}                        },
    {"devices.basic_without_tls", offsetof(struct config, device_basic_plain),    {"yes", "no"}                        },
    {"devices.enrolment",         offsetof(struct config, enrolment),             {"bootstrap", "registered", "closed"}},
    {"devices.binding",           offsetof(struct config, binding),               {"automatic", "manual"}              },
    {"devices.factory_reset",     offsetof(struct config, factory_reset),         {"quarantine", "refuse"}             },
    {"redirect.status",           offsetof(struct config, redirect_status),       {"302", "307"}                       },
};

static enum err check_choices(const struct config *config)
{
    for (size_t i = 0; i < sizeof(choices) / sizeof(*choices); i++) {
        const char *value;

        memcpy(&value, (const char *)config + choices[i].offset, sizeof(value));
        TRY(check_choice(choices[i].key, value, choices[i].choices));
    }
    return ERR_OK;
}

static enum err check_redirect(const char *url)
{
    if (url[0] == '\0' || text_starts_with(url, "http://") || text_starts_with(url, "https://"))
        return ERR_OK;
    return err_set(ERR_INVALID, "redirect.to: '%.64s' is not an http or https URL", url);
}

enum err config_load(const char *path, struct arena *arena, struct config *ret)
{
    struct config config = {0};

    for (size_t i = 0; i < SETTING_COUNT; i++)
        TRY(err_while(set_value(&settings[i], settings[i].otherwise, arena, &config), "default"));
    if (path != NULL)
        TRY(load_file(path, arena, &config));
    TRY(load_environment(arena, &config));
    TRY(check_choices(&config));
    TRY(check_redirect(config.redirect_to));
    *ret = config;
    return ERR_OK;
}

static void print_value(const struct setting *setting, const struct config *config, FILE *to)
{
    const char *member = (const char *)config + setting->offset;
    const char *text = NULL;
    uint64_t number = 0;

    if (setting->kind == KIND_TEXT) {
        memcpy(&text, member, sizeof(text));
        fprintf(to, "%s = %s\n", setting->key, text);
        return;
    }
    memcpy(&number, member, sizeof(number));
    fprintf(to, "%s = %llu%s\n", setting->key, (unsigned long long)number,
            setting->kind == KIND_DURATION ? "ms" : "");
}

void config_print(const struct config *config, FILE *to)
{
    const char *section = "";

    for (size_t i = 0; i < SETTING_COUNT; i++) {
        if (strcmp(section, settings[i].section) != 0) {
            section = settings[i].section;
            fprintf(to, "%s[%s]\n", i > 0 ? "\n" : "", section);
        }
        fprintf(to, "; %s\n", settings[i].help);
        print_value(&settings[i], config, to);
    }
}
