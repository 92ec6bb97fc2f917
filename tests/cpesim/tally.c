#include "tests/cpesim/tally.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "acs/base/arena.h"
#include "acs/base/clock.h"
#include "acs/base/log.h"

static const struct {
    const char *group;
    const char *name;
} rows[] = {
#define TALLY(id, group, name) [TALLY_##id] = {group, name},
#include "tests/cpesim/tally.def"
#undef TALLY
};

const char *tally_group(enum tally_id id)
{
    return rows[id].group;
}

const char *tally_name(enum tally_id id)
{
    return rows[id].name;
}

struct tally_firmware *tally_firmware(struct tally *tally, const char *version)
{
    struct tally_firmware **place = &tally->firmware;

    while (*place != NULL && strcmp((*place)->version, version) != 0)
        place = &(*place)->next;
    if (*place == NULL) {
        *place = HEAP_NEW(struct tally_firmware);
        (*place)->version = heap_strdup(version);
    }
    return *place;
}

void tally_free(struct tally *tally)
{
    while (tally->firmware != NULL) {
        struct tally_firmware *first = tally->firmware;

        tally->firmware = first->next;
        heap_free(first->version);
        heap_free(first);
    }
}

void tally_status(struct tally *tally, unsigned status)
{
    if (status == 200)
        tally_count(tally, TALLY_HTTP_OK);
    else if (status == 204)
        tally_count(tally, TALLY_HTTP_EMPTY);
    else if (status / 100 == 3)
        tally_count(tally, TALLY_HTTP_REDIRECT);
    else
        tally_count(tally, status / 100 == 5 ? TALLY_HTTP_FAILED : TALLY_HTTP_REFUSED);
}

void tally_violation(struct tally *tally, const char *serial, const char *clause, const char *format, ...)
{
    struct tally_violation *row = &tally->violations[tally->violation_count++ % TALLY_VIOLATIONS_KEPT];
    va_list args;

    row->at_us = clock_now_us();
    snprintf(row->serial, sizeof(row->serial), "%s", serial);
    snprintf(row->clause, sizeof(row->clause), "%s", clause);
    va_start(args, format);
    vsnprintf(row->text, sizeof(row->text), format, args);
    va_end(args);
    log_error("acs_violation", log_s("serial", serial), log_s("clause", clause), log_s("what", row->text));
}

void tally_internal(struct tally *tally, const char *serial)
{
    tally_count(tally, TALLY_INTERNAL_ERRORS);
    log_error("internal error", log_s("serial", serial), log_s("why", err_message()));
}
