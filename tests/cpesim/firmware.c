#include "tests/cpesim/firmware.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "acs/base/text.h"
#include "tests/cpesim/value.h"

enum { AFTER_S = 600, EVERY_S = 60, SECONDS_MOST = 604800, ALL_HOMES = 100, LINE_SHOWN = 60 };

static const char version_key[] = "version=";

static const struct {
    const char *key;
    enum fate_question question;
} fates[FATE_COUNT] = {
#define FATE(id, key, question, what) [FATE_##id] = {key, FATE_OF_##question},
#include "tests/cpesim/firmware.def"
#undef FATE
};

/* ---- its version ---- */

static bool is_of_version(char byte)
{
    return isalnum((unsigned char)byte) || byte == '.' || byte == '_' || byte == '-';
}

static void take_version(const char *text, size_t most, char ret[FIRMWARE_VERSION_MAX + 1])
{
    size_t len = 0;

    while (len < most && len < FIRMWARE_VERSION_MAX && is_of_version(text[len]))
        len++;
    memcpy(ret, text, len);
    ret[len] = '\0';
}

/* ".bin", ".img": what begins with a letter behind the last dot. */
static size_t length_without_suffix(const char *name, size_t len)
{
    for (size_t i = len; i > 1; i--)
        if (name[i - 1] == '.')
            return isalpha((unsigned char)name[i]) ? i - 1 : len;
    return len;
}

/* From the first digit that stands behind "-", "_" or "-v" in the last part of the path. */
static void take_version_of_name(const char *path, char ret[FIRMWARE_VERSION_MAX + 1])
{
    const char *slash = strrchr(path, '/');
    const char *name = slash != NULL ? slash + 1 : path;
    size_t len = length_without_suffix(name, strcspn(name, "?#"));

    for (size_t i = 1; i < len && *ret == '\0'; i++) {
        size_t digit = i + (name[i] == 'v' || name[i] == 'V');

        if ((name[i - 1] == '-' || name[i - 1] == '_') && digit < len && isdigit((unsigned char)name[digit]))
            take_version(name + digit, len - digit, ret);
    }
}

/* ---- its head ---- */

static bool is_text(const char *line)
{
    for (; *line != '\0'; line++)
        if (!isprint((unsigned char)*line) && *line != '\r' && *line != '\t')
            return false;
    return true;
}

/* The next line, cut off; NULL: the head is over. */
static char *next_line(char **rest)
{
    char *line = *rest;
    size_t len = strcspn(line, "\n");

    *rest = line + len + (line[len] == '\n');
    line[len] = '\0';
    return *line != '\0' && is_text(line) ? line : NULL;
}

/* Where the number of this key is kept, and how large it may be; NULL: there is no such key. */
static uint32_t *find_number(struct firmware *firmware, const char *key, uint32_t *ret_most)
{
    *ret_most = SECONDS_MOST;
    if (strcmp(key, "after") == 0)
        return &firmware->after_s;
    if (strcmp(key, "every") == 0)
        return &firmware->every_s;
    *ret_most = ALL_HOMES;
    for (int fate = FATE_FINE + 1; fate < FATE_COUNT; fate++)
        if (strcmp(key, fates[fate].key) == 0)
            return &firmware->shares[fate];
    return NULL;
}

static enum err refuse_line(const char *line, const char *why)
{
    AUTO_ARENA arena = arena_new(512);
    struct text keys = TEXT_IN(arena);

    for (int fate = FATE_FINE + 1; fate < FATE_COUNT; fate++)
        text_printf(&keys, "%s=, ", fates[fate].key);
    return err_set(ERR_INVALID, "'%.*s' %s; a line of an image's head is one of %safter=, every=", LINE_SHOWN,
                   line, why, text_string(&keys));
}

static enum err take_line(struct firmware *firmware, const char *line)
{
    char key[LINE_SHOWN] = "";
    size_t len = strcspn(line, "=");
    uint32_t most, number, *place;

    if (len < sizeof(key))
        memcpy(key, line, len);
    place = find_number(firmware, key, &most);
    if (place == NULL || line[len] != '=')
        return refuse_line(line, "is not known");
    if (text_read_u32(line + len + 1, &number) != ERR_OK || number > most)
        return refuse_line(line, most == ALL_HOMES ? "is no share of 0 to 100 per cent"
                                                   : "is no number of seconds up to a week");
    *place = number;
    return ERR_OK;
}

static enum err check_shares(const struct firmware *firmware)
{
    uint32_t sums[FATE_QUESTIONS] = {0};

    for (int fate = FATE_FINE + 1; fate < FATE_COUNT; fate++) {
        sums[fates[fate].question] += firmware->shares[fate];
        if (sums[fates[fate].question] > ALL_HOMES)
            return err_set(ERR_INVALID, "with %s=%u the shares of what excludes each other are above 100",
                           fates[fate].key, firmware->shares[fate]);
    }
    return ERR_OK;
}

/* The line that has a NUL is no text, and what follows is none either. */
static void cut_binary(char *head, size_t len)
{
    const char *nul = memchr(head, '\0', len);
    char *line_end = nul != NULL ? memrchr(head, '\n', (size_t)(nul - head)) : NULL;

    if (line_end != NULL)
        line_end[1] = '\0';
}

static enum err read_head(char *head, struct firmware *ret)
{
    char *rest = head;
    char *line = next_line(&rest);

    if (line == NULL || !text_starts_with(line, version_key))
        return ERR_OK;
    take_version(line + strlen(version_key), strlen(line), ret->version);
    while ((line = next_line(&rest)) != NULL) {
        if (rest == head + FIRMWARE_HEAD_MAX)
            return err_set(ERR_INVALID, "the head of an image ends within %d bytes", FIRMWARE_HEAD_MAX);
        TRY(take_line(ret, line));
    }
    return check_shares(ret);
}

enum err firmware_read(const struct bytes *content, const char *name, struct firmware *ret)
{
    char head[FIRMWARE_HEAD_MAX + 1] = "";
    size_t len = content->len < FIRMWARE_HEAD_MAX ? content->len : (size_t)FIRMWARE_HEAD_MAX;

    *ret = (struct firmware){.after_s = AFTER_S, .every_s = EVERY_S};
    if (len > 0)
        memcpy(head, content->data, len);
    cut_binary(head, len);
    TRY(read_head(head, ret));
    if (*ret->version == '\0')
        take_version_of_name(name, ret->version);
    if (*ret->version == '\0')
        return err_set(ERR_INVALID,
                       "no version: neither a first line version=… nor a name such as fw-2.1.bin");
    return ERR_OK;
}

/* ---- what falls to a home ---- */

/* FNV-1a */
static uint64_t hash(const char *text)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);

    for (; *text != '\0'; text++)
        hash = (hash ^ (unsigned char)*text) * UINT64_C(0x100000001b3);
    return hash;
}

static enum fate draw(const struct firmware *firmware, const struct tree *tree, enum fate_question question)
{
    uint32_t lot = (uint32_t)(value_random(tree, hash(firmware->version) + question) % ALL_HOMES);
    uint32_t end = 0;

    for (int fate = FATE_FINE + 1; fate < FATE_COUNT; fate++) {
        if (fates[fate].question != question)
            continue;
        end += firmware->shares[fate];
        if (lot < end)
            return (enum fate)fate;
    }
    return FATE_FINE;
}

struct firmware_lot firmware_draw(const struct firmware *firmware, const struct tree *tree)
{
    struct firmware_lot lot = {0};

    memcpy(lot.version, firmware->version, sizeof(lot.version));
    for (int question = 0; question < FATE_QUESTIONS; question++)
        lot.fates[question] = draw(firmware, tree, (enum fate_question)question);
    if (lot.fates[FATE_OF_RUNNING] == FATE_BRICKS_LATER)
        lot.seconds = firmware->after_s;
    if (lot.fates[FATE_OF_RUNNING] == FATE_BOOT_LOOP)
        lot.seconds = firmware->every_s;
    return lot;
}

/* ---- the journal ---- */

const char *firmware_lot_words(const struct firmware_lot *lot, struct arena *arena)
{
    struct text words = TEXT_IN(arena);

    for (int question = 0; question < FATE_QUESTIONS; question++)
        if (lot->fates[question] != FATE_FINE)
            text_printf(&words, "%s%s", words.len > 0 ? " " : "", fates[lot->fates[question]].key);
    return words.len > 0 ? text_string(&words) : NULL;
}

static void recall_word(struct firmware_lot *lot, const char *word)
{
    for (int fate = FATE_FINE + 1; fate < FATE_COUNT; fate++)
        if (strcmp(fates[fate].key, word) == 0)
            lot->fates[fates[fate].question] = (enum fate)fate;
}

struct firmware_lot firmware_lot_recall(const struct json *line)
{
    AUTO_ARENA arena = arena_new(256);
    struct firmware_lot lot = {.seconds = (uint32_t)json_int(json_get(line, "seconds"), 0)};
    char *words = arena_strdup(arena, json_string(json_get(line, "fate"), ""));
    char *rest = NULL;

    snprintf(lot.version, sizeof(lot.version), "%s", json_string(json_get(line, "version"), ""));
    for (char *word = strtok_r(words, " ", &rest); word != NULL; word = strtok_r(NULL, " ", &rest))
        recall_word(&lot, word);
    return lot;
}
