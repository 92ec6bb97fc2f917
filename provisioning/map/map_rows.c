#include "provisioning/map/map_rows.h"

#include <string.h>

#include "acs/base/text.h"

/* What an object is, by its path; every other one with a key of a list is a row of that list. */
static const struct {
    const char *object;
    enum map_scope scope;
} scopes[] = {
    {"LANDevice.{i}.WLANConfiguration.{i}",                        SCOPE_NETWORK     },
    {"WiFi.SSID.{i}",                                              SCOPE_NETWORK     },
    {"LANDevice.{i}.X_CT-COM_Radio.{i}",                           SCOPE_RADIO       },
    {"WiFi.Radio.{i}",                                             SCOPE_RADIO       },
    {"WiFi.AccessPoint.{i}",                                       SCOPE_ACCESS_POINT},
    {"WANDevice.{i}.WANConnectionDevice.{i}.WANPPPConnection.{i}", SCOPE_PPP         },
    {"PPP.Interface.{i}",                                          SCOPE_PPP         },
    {"WANDevice.{i}.WANConnectionDevice.{i}.WANIPConnection.{i}",  SCOPE_IP          },
    {"IP.Interface.{i}",                                           SCOPE_IP          },
};

static enum map_scope scope_of(const char *path, size_t object)
{
    for (size_t i = 0; i < sizeof(scopes) / sizeof(*scopes); i++)
        if (strlen(scopes[i].object) == object && strncmp(scopes[i].object, path, object) == 0)
            return scopes[i].scope;
    return object > 0 ? SCOPE_LIST : SCOPE_NONE;
}

/* ---- a row: key, path, encoding, options ---- */

static enum err read_key(struct words *words, enum fact_key *ret)
{
    const char *word;

    TRY(words_next(words, &word));
    for (int key = 0; key < KEY_COUNT; key++)
        if (strcmp(fact_rows[key].name, word) == 0) {
            *ret = (enum fact_key)key;
            return fact_rows[key].flags & FACT_TOLD
                       ? words_refuse(words, words->word,
                                      "this is no parameter: the server knows it by itself")
                       : ERR_OK;
        }
    return words_refuse(words, words->word, arena_printf(words->arena, "there is no key '%s'", word));
}

/* Parts of letters, digits, "-" and "_", or {i}; none is empty. */
static bool is_path(const char *path)
{
    for (;;) {
        size_t len = strcspn(path, ".");
        bool number = len == 3 && strncmp(path, "{i}", 3) == 0;

        if (len == 0 ||
            (!number &&
             strspn(path, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_") < len))
            return false;
        if (path[len] == '\0')
            return !number;
        path += len + 1;
    }
}

static enum err read_path(struct words *words, struct map_row *row)
{
    const char *word, *slash;
    char *path;

    TRY(words_next(words, &word));
    slash = strchr(word, '/');
    path = arena_strdup(words->arena, word);
    if (slash != NULL)
        path[slash - word] = '.';
    if (!is_path(path))
        return words_refuse(
            words, words->word,
            "a path below the root is expected, as in WiFi.SSID.{i}/SSID; {i} is any instance");
    row->object = slash != NULL ? (size_t)(slash - word) : 0;
    row->path = path;
    row->leaf = strrchr(path, '.') != NULL ? strrchr(path, '.') + 1 : path;
    row->scope = scope_of(path, row->object);
    return ERR_OK;
}

/* A key of a band is found at a network or what belongs to it, one of a list in a row of a list. */
static enum err check_scope(const struct words *words, const struct map_row *row)
{
    bool of_band = strstr(fact_rows[row->key].name, "{band}") != NULL;
    bool of_list = strstr(fact_rows[row->key].name, "{n}") != NULL;
    bool at_network =
        row->scope == SCOPE_NETWORK || row->scope == SCOPE_RADIO || row->scope == SCOPE_ACCESS_POINT;

    if (of_band && !at_network)
        return words_refuse(
            words, words->word,
            "\"/\" must end the path of the network, radio or access point that this is one for");
    if (of_list && row->object == 0)
        return words_refuse(words, words->word, "\"/\" must end the path of what is one row of the list");
    if (!of_list && row->scope == SCOPE_LIST)
        return words_refuse(words, words->word,
                            "\"/\" stands behind something that is no object of its own here");
    return ERR_OK;
}

static enum err read_encoding(struct words *words, struct map_row *row)
{
    const char *word;

    row->encoding = fact_rows[row->key].kind == FACT_FLAG ? ENCODING_FLAG : ENCODING_PLAIN;
    while (!words_line_is_over(words)) {
        TRY(words_next(words, &word));
        if (strcmp(word, "ro") == 0)
            row->options |= MAP_READ_ONLY;
        else if (strcmp(word, "reboot") == 0)
            row->options |= MAP_REBOOT;
        else if (encoding_find(word) != ENCODING_COUNT)
            row->encoding = encoding_find(word);
        else
            return words_refuse(
                words, words->word,
                arena_printf(words->arena, "'%s' is neither an encoding nor an option", word));
    }
    return ERR_OK;
}

static enum err add_row(struct words *words, struct model_map *map)
{
    struct map_row row = {.section = map->section_count - 1, .rank = (uint32_t)map->count};

    if (map->count == MAP_ROWS_MAX)
        return words_refuse(words, words->at, "too many rows");
    TRY(read_key(words, &row.key));
    TRY(read_path(words, &row));
    TRY(check_scope(words, &row));
    TRY(read_encoding(words, &row));
    if (map->count == map->capacity) {
        size_t more = map->capacity ? 2 * map->capacity : 1024;

        map->rows = arena_grow(words->arena, map->rows, map->capacity * sizeof(row), more * sizeof(row));
        map->capacity = more;
    }
    map->rows[map->count++] = row;
    return ERR_OK;
}

/* ---- a test: its word, and the object that makes it ---- */

static enum err read_test_name(struct words *words, enum map_test *ret)
{
    const char *word;

    TRY(words_next(words, &word));
    for (int test = 0; test < MAP_TESTS; test++)
        if (strcmp(map_test_names[test], word) == 0) {
            *ret = (enum map_test)test;
            return ERR_OK;
        }
    return words_refuse(words, words->word, arena_printf(words->arena, "there is no test '%s'", word));
}

static enum err add_test(struct words *words, struct model_map *map)
{
    struct map_test_row row = {.section = map->section_count - 1};
    const char *word;

    if (map->test_count == MAP_TESTS_MAX)
        return words_refuse(words, words->at, "too many rows");
    TRY(read_test_name(words, &row.test));
    TRY(words_next(words, &word));
    row.path = arena_printf(words->arena, "%s.", word);
    if (!is_path(arena_printf(words->arena, "%sx", row.path)))
        return words_refuse(words, words->word,
                            "the path of an object below the root is expected, as in IPPingDiagnostics");
    if (map->test_count == map->test_capacity) {
        size_t more = map->test_capacity ? 2 * map->test_capacity : 64;

        map->tests =
            arena_grow(words->arena, map->tests, map->test_capacity * sizeof(row), more * sizeof(row));
        map->test_capacity = more;
    }
    map->tests[map->test_count++] = row;
    return ERR_OK;
}

/* ---- what is said of a model ---- */

static enum err begin_section(struct words *words, struct model_map *map)
{
    if (map->section_count == MAP_SECTIONS_MAX)
        return words_refuse(words, words->at, "too many models");
    map->sections[map->section_count] = ARENA_NEW(words->arena, struct map_section);
    return model_pattern_read(words, &map->sections[map->section_count++]->model);
}

static enum err read_number(struct words *words, uint32_t most, uint32_t *ret)
{
    const char *word;

    TRY(words_next(words, &word));
    if (text_read_u32(word, ret) != ERR_OK || *ret == 0 || *ret > most)
        return words_refuse(words, words->word,
                            arena_printf(words->arena, "a number from 1 to %u is expected", most));
    return ERR_OK;
}

static enum err read_band(struct words *words, struct map_section *section)
{
    const char *word;

    TRY(words_next(words, &word));
    for (int band = 0; band < BAND_COUNT; band++)
        if (strcmp(word, band_names[band]) == 0)
            return read_number(words, 1000, &section->bands[band]);
    return words_refuse(words, words->word, "2g, 5g or 6g is expected");
}

static enum err read_without(struct words *words, struct map_section *section)
{
    struct words ahead = *words;
    enum map_test test = 0;
    enum fact_key key;
    const char *word;

    TRY(words_next(&ahead, &word));
    if (strcmp(word, "test") == 0) {
        *words = ahead;
        TRY(read_test_name(words, &test));
        section->without_tests |= 1U << test;
        return ERR_OK;
    }
    TRY(read_key(words, &key));
    section->without[key] = true;
    return ERR_OK;
}

static enum err read_ceiling(struct words *words, struct map_section *section)
{
    return read_number(words, 100000, &section->ceiling_mbps);
}

/* Its word for TCP and UDP together, in a port forward. */
static enum err read_both(struct words *words, struct map_section *section)
{
    const char *word;

    TRY(words_next(words, &word));
    section->both = strcmp(word, "none") == 0 ? "" : word;
    return ERR_OK;
}

static const struct {
    const char *word;
    enum err (*read)(struct words *words, struct map_section *section);
} sayings[] = {
    {"band",    read_band   },
    {"both",    read_both   },
    {"ceiling", read_ceiling},
    {"without", read_without},
};

static enum err read_line(struct words *words, struct model_map *map)
{
    struct words ahead = *words;
    const char *word;

    TRY(words_next(&ahead, &word));
    if (strcmp(word, "model") == 0) {
        *words = ahead;
        return begin_section(words, map);
    }
    if (strcmp(word, "test") == 0) {
        *words = ahead;
        return add_test(words, map);
    }
    for (size_t i = 0; i < sizeof(sayings) / sizeof(*sayings); i++)
        if (strcmp(word, sayings[i].word) == 0) {
            *words = ahead;
            return sayings[i].read(words, map->sections[map->section_count - 1]);
        }
    return add_row(words, map);
}

enum err map_rows_read(const char *text, struct arena *arena, struct model_map *map)
{
    struct words words = WORDS_OF(text, arena);

    while (words_line(&words)) {
        TRY(read_line(&words, map));
        if (!words_line_is_over(&words))
            return words_refuse(&words, words.at, "the line goes on where it should end");
    }
    return ERR_OK;
}
