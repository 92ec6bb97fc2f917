/* The lists of the desk, and what is suggested of them. */
#include <string.h>

#include "provisioning/desk/desk.h"

static const struct desk_word reasons[] = {
#define REASON(id, code, family, pt, en) {code, pt, en},
#include "provisioning/desk/reason.def"
#undef REASON
};

static const char *const families[] = {
#define REASON(id, code, family, pt, en) family,
#include "provisioning/desk/reason.def"
#undef REASON
};

static const struct desk_word fixes[] = {
#define FIX(id, code, reason, kinds, pt, en) {code, pt, en},
#include "provisioning/desk/fix.def"
#undef FIX
};

static const char *const fix_kinds[] = {
#define FIX(id, code, reason, kinds, pt, en) kinds,
#include "provisioning/desk/fix.def"
#undef FIX
};

static const enum desk_reason fix_reasons[] = {
#define FIX(id, code, reason, kinds, pt, en) DESK_REASON_##reason,
#include "provisioning/desk/fix.def"
#undef FIX
};

static const struct desk_word outcomes[] = {
#define OUTCOME(id, code, pt, en) {code, pt, en},
#include "provisioning/desk/outcome.def"
#undef OUTCOME
};

static const struct desk_word priorities[] = {
#define PRIORITY(id, code, pt, en) {code, pt, en},
#include "provisioning/desk/priority.def"
#undef PRIORITY
};

static const struct symptom {
    enum desk_reason reason;
    bool visit;
} symptoms[VERDICT_COUNT] = {
#define SYMPTOM(verdict, reason, visit) [VERDICT_##verdict] = {DESK_REASON_##reason, visit},
#include "provisioning/desk/symptom.def"
#undef SYMPTOM
};

#define LIST(rows)                           \
    {                                        \
        rows, sizeof(rows) / sizeof(*(rows)) \
    }
static const struct {
    const struct desk_word *rows;
    size_t count;
} lists[] = {[DESK_REASONS] = LIST(reasons),
             [DESK_FIXES] = LIST(fixes),
             [DESK_OUTCOMES] = LIST(outcomes),
             [DESK_PRIORITIES] = LIST(priorities)};

const struct desk_word *desk_words(enum desk_list list, size_t *ret_count)
{
    *ret_count = lists[list].count;
    return lists[list].rows;
}

const struct desk_word *desk_word_find(enum desk_list list, const char *code)
{
    for (size_t i = 0; i < lists[list].count; i++)
        if (strcmp(lists[list].rows[i].code, code) == 0)
            return &lists[list].rows[i];
    return NULL;
}

const char *desk_reason_family(const char *reason)
{
    for (size_t i = 0; i < lists[DESK_REASONS].count; i++)
        if (strcmp(reasons[i].code, reason) == 0)
            return families[i];
    return NULL;
}

bool desk_is_visit_prone(const char *verdict)
{
    enum verdict_code code = verdict_code_find(verdict);

    return code != VERDICT_COUNT && symptoms[code].visit;
}

/* A word in a list of words with blanks between. */
static bool is_among(const char *word, size_t len, const char *list)
{
    for (size_t step; *list != '\0'; list += step + (list[step] == ' ')) {
        step = strcspn(list, " ");
        if (step == len && strncmp(word, list, len) == 0)
            return true;
    }
    return false;
}

static bool helps(const char *kinds, const char *done)
{
    for (size_t len; *done != '\0'; done += len + (done[len] == ' ')) {
        len = strcspn(done, " ");
        if (len > 0 && is_among(done, len, kinds))
            return true;
    }
    return false;
}

/* The first row of which a kind is among those done; the number of rows: none. */
static size_t fix_of(const char *kinds)
{
    size_t i = 0;

    while (i < lists[DESK_FIXES].count &&
           (kinds == NULL || fix_kinds[i] == NULL || !helps(fix_kinds[i], kinds)))
        i++;
    return i;
}

const char *desk_suggest_fix(const char *kinds)
{
    size_t i = fix_of(kinds);

    return i < lists[DESK_FIXES].count ? fixes[i].code : NULL;
}

const char *desk_suggest_reason(const char *verdict, const char *kinds)
{
    enum verdict_code code = verdict_code_find(verdict);
    enum desk_reason reason = code != VERDICT_COUNT ? symptoms[code].reason : DESK_REASON_NONE;
    size_t i = fix_of(kinds);

    if (reason == DESK_REASON_NONE && i < lists[DESK_FIXES].count)
        reason = fix_reasons[i];
    return reason != DESK_REASON_NONE ? reasons[reason].code : NULL;
}
