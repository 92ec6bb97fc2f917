#include "provisioning/verdict/judge.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "acs/base/clock.h"
#include "acs/base/text.h"

/* ---- trust ---- */

static int64_t age_of(const struct judge *judge, const struct fact *fact)
{
    int64_t age_s = judge->question->facts.now_us / US_PER_S - fact->at_us / US_PER_S;

    return age_s > 0 ? age_s : 0;
}

static bool is_light(const struct fact *fact)
{
    return (fact_rows[fact->key].flags & (FACT_LIGHT | FACT_TOLD)) != 0;
}

/* 1 at first, a half just before it is stale, 0 from then on. */
static double trust_of(const struct judge *judge, const struct fact *fact)
{
    double age = (double)age_of(judge, fact);
    double fresh = judge_limit(judge, is_light(fact) ? THRESHOLD_LIGHT_FRESH : THRESHOLD_SLOW_FRESH);
    double stale = judge_limit(judge, is_light(fact) ? THRESHOLD_LIGHT_STALE : THRESHOLD_SLOW_STALE);

    if (age >= stale)
        return 0;
    return age <= fresh ? 1 : 1 - 0.5 * (age - fresh) / (stale - fresh);
}

bool judge_trusts(const struct judge *judge, const struct fact *fact)
{
    return trust_of(judge, fact) > 0;
}

void judge_doubt(struct judge *judge, double part)
{
    judge->doubt *= part;
}

/* ---- facts ---- */

const struct fact *judge_look(const struct judge *judge, const char *name)
{
    const struct fact *fact = facts_find(&judge->question->facts, name);

    return fact != NULL && judge_trusts(judge, fact) ? fact : NULL;
}

void judge_note_missing(struct judge *judge, const char *name)
{
    const struct fact *fact = facts_find(&judge->question->facts, name);
    struct verdict *verdict = judge->verdict;
    size_t i = 0;

    while (i < verdict->missing_count && strcmp(verdict->missing[i].fact, name) != 0)
        i++;
    if (i == VERDICT_MISSING_MAX)
        return;
    if (i == verdict->missing_count) {
        verdict->missing[i] = (struct verdict_missing){.fact = arena_strdup(judge->arena, name),
                                                       .age_s = fact != NULL ? age_of(judge, fact) : -1};
        verdict->missing_count++;
    }
    verdict->missing[i].codes |= UINT32_C(1) << judge->cause->code;
}

const struct fact *judge_need(struct judge *judge, const char *name)
{
    const struct fact *fact = judge_look(judge, name);

    if (fact == NULL)
        judge_note_missing(judge, name);
    return fact;
}

const char *judge_beside(const struct judge *judge, const struct fact *fact, const char *column)
{
    const char *dot = strrchr(fact->name, '.');

    return arena_printf(judge->arena, "%.*s.%s", (int)(dot - fact->name), fact->name, column);
}

bool judge_flag_is(const struct fact *fact, bool flag)
{
    return fact != NULL && (fact->number > 0) == flag;
}

bool judge_word_in(const struct fact *fact, const char *const *words)
{
    const char *word;

    if (fact == NULL || fact->text == NULL)
        return false;
    word = text_starts_with(fact->text, "ERROR_") ? fact->text + strlen("ERROR_") : fact->text;
    for (size_t i = 0; words[i] != NULL; i++)
        if (text_equal_nocase(words[i], word))
            return true;
    return false;
}

double judge_limit(const struct judge *judge, enum threshold threshold)
{
    return judge->question->thresholds.values[threshold];
}

/* ---- evidence ---- */

static struct verdict_evidence *add_evidence(struct judge *judge)
{
    struct verdict_cause *cause = judge->cause;

    return cause->evidence_count < VERDICT_EVIDENCE_MAX ? &cause->evidence[cause->evidence_count++] : NULL;
}

void judge_cite(struct judge *judge, const struct fact *fact, enum threshold threshold)
{
    struct verdict_evidence *evidence = fact != NULL ? add_evidence(judge) : NULL;

    if (evidence == NULL)
        return;
    *evidence = (struct verdict_evidence){.fact = fact->name,
                                          .unit = fact_rows[fact->key].unit,
                                          .text = fact->text,
                                          .number = fact->number,
                                          .is_flag = fact_rows[fact->key].kind == FACT_FLAG,
                                          .age_s = age_of(judge, fact),
                                          .threshold = threshold};
    judge->trust = fmin(judge->trust, trust_of(judge, fact));
}

void judge_cite_made(struct judge *judge, const char *name, double number, const char *unit,
                     enum threshold threshold)
{
    const struct verdict_cause *cause = judge->cause;
    int64_t oldest_s = 0;
    struct verdict_evidence *evidence;

    for (size_t i = 0; i < cause->evidence_count; i++)
        if (cause->evidence[i].age_s > oldest_s)
            oldest_s = cause->evidence[i].age_s;
    evidence = add_evidence(judge);
    if (evidence != NULL)
        *evidence = (struct verdict_evidence){
            .fact = name, .unit = unit, .number = number, .age_s = oldest_s, .threshold = threshold};
}

/* ---- words ---- */

void judge_say(struct judge *judge, const char *name, const char *pt, const char *en)
{
    if (judge->slot_count < JUDGE_SLOTS_MAX)
        judge->slots[judge->slot_count++] = (struct judge_slot){
            name, {pt, en}
        };
}

/* One digit behind the point, if it is not a zero. */
static char *write_number(struct judge *judge, double number, char point)
{
    double tenths = round(fabs(number) * 10);
    double whole = floor(tenths / 10), rest = tenths - 10 * whole;
    const char *sign = number < 0 && tenths > 0 ? "−" : "";

    if (rest > 0)
        return arena_printf(judge->arena, "%s%.0f%c%.0f", sign, whole, point, rest);
    return arena_printf(judge->arena, "%s%.0f", sign, whole);
}

void judge_say_number(struct judge *judge, const char *name, double number)
{
    judge_say(judge, name, write_number(judge, number, ','), write_number(judge, number, '.'));
}

void judge_say_time(struct judge *judge, const char *name, int64_t seconds)
{
    static const struct {
        int64_t below, unit;
        const char *pt, *en;
    } steps[] = {
        {120,       1,     "s",    "s"   },
        {120 * 60,  60,    "min",  "min" },
        {48 * 3600, 3600,  "h",    "h"   },
        {INT64_MAX, 86400, "dias", "days"},
    };
    size_t i = 0;

    while (seconds >= steps[i].below)
        i++;
    judge_say(judge, name, arena_printf(judge->arena, "%" PRId64 " %s", seconds / steps[i].unit, steps[i].pt),
              arena_printf(judge->arena, "%" PRId64 " %s", seconds / steps[i].unit, steps[i].en));
}
