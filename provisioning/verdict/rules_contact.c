/* Whether the device is there at all: incident, offline, boots, calls. */
#include "acs/base/text.h"
#include "provisioning/verdict/judge.h"

bool rule_area_incident(struct judge *judge)
{
    const struct fact *homes = judge_look(judge, "incident.homes");
    const struct fact *since = judge_look(judge, "incident.since");

    if (homes == NULL)
        return false;
    judge_cite(judge, homes, THRESHOLD_COUNT);
    judge_cite(judge, judge_look(judge, "incident.place"), THRESHOLD_COUNT);
    judge_cite(judge, since, THRESHOLD_COUNT);
    judge_say_number(judge, "n", homes->number);
    judge_say(judge, "h", since != NULL ? since->text : "agora há pouco",
              since != NULL ? since->text : "a moment ago");
    return true;
}

bool rule_no_device(struct judge *judge)
{
    const struct fact *has = judge_look(judge, "home.has_device");

    judge_cite(judge, has, THRESHOLD_COUNT);
    return judge_flag_is(has, false);
}

bool rule_never_seen(struct judge *judge)
{
    const struct fact *ever = judge_look(judge, "contact.ever");

    judge_cite(judge, ever, THRESHOLD_COUNT);
    return judge_flag_is(ever, false);
}

/* ---- contact ---- */

static const char *const failed_calls[] = {"denied", "unreachable", "odd_answer", "no_session", NULL};
static const char *const impossible_calls[] = {"not_allowed", "not_set_up", "no_address", NULL};

/* How many periods late; 0: in time. Cites what it looked at. */
static double periods_late(struct judge *judge, const struct fact *age)
{
    const struct fact *told = judge_need(judge, "contact.period_s");
    double period = told != NULL ? told->number : judge_limit(judge, THRESHOLD_PERIOD);

    if (period < 1)
        period = 1;
    judge_cite(judge, age, THRESHOLD_PERIODS);
    judge_cite(judge, told, THRESHOLD_COUNT);
    if (told == NULL)
        judge_doubt(judge, 0.8);
    if (age->number <= judge_limit(judge, THRESHOLD_PERIODS) * period + judge_limit(judge, THRESHOLD_GRACE))
        return 0;
    return age->number / period;
}

/* The newest call came after the last contact, so that contact does not speak against it. */
static bool call_is_newer(const struct judge *judge, const struct fact *contact_age)
{
    const struct fact *call_age = judge_look(judge, "contact.call_age_s");

    return call_age != NULL && call_age->number <= contact_age->number;
}

bool rule_offline(struct judge *judge)
{
    const struct fact *age = judge_need(judge, "contact.age_s");
    const struct fact *call;
    double late;

    if (age == NULL)
        return false;
    late = periods_late(judge, age);
    if (late <= 0)
        return false;
    judge_say_time(judge, "t", (int64_t)age->number);
    call = judge_look(judge, "contact.call");
    if (judge_word_in(call, failed_calls) && call_is_newer(judge, age)) {
        judge_cite(judge, call, THRESHOLD_COUNT);
        return true;
    }
    if (call == NULL || !call_is_newer(judge, age))
        judge_note_missing(judge, "contact.call");
    if (late < judge_limit(judge, THRESHOLD_SURE_PERIODS))
        return false;
    judge_doubt(judge, judge_word_in(call, impossible_calls) ? 0.9 : 0.8);
    return true;
}

/* It does come, but only when it wants to. */
bool rule_unreachable(struct judge *judge)
{
    const struct fact *age = judge_look(judge, "contact.age_s");
    const struct fact *call = judge_look(judge, "contact.call");

    if (age == NULL || call == NULL || periods_late(judge, age) > 0)
        return false;
    judge_cite(judge, call, THRESHOLD_COUNT);
    judge_cite(judge, judge_look(judge, "contact.call_age_s"), THRESHOLD_COUNT);
    return judge_word_in(call, failed_calls) || judge_word_in(call, impossible_calls);
}

/* ---- boots ---- */

bool rule_boot_loop(struct judge *judge)
{
    const struct fact *boots = judge_need(judge, "device.boots_1h");

    if (boots == NULL || boots->number < judge_limit(judge, THRESHOLD_BOOTS))
        return false;
    judge_cite(judge, boots, THRESHOLD_BOOTS);
    judge_cite(judge, judge_look(judge, "device.uptime_s"), THRESHOLD_COUNT);
    judge_say_number(judge, "n", boots->number);
    return true;
}
