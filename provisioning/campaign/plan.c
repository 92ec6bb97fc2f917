#include "provisioning/campaign/plan.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum {
    DAY_MINUTES = 1440,
    SOAK_S = 7200,
    SOAK_MOST_S = 30 * 86400,
    DEVICES_MOST = 100000000,
    NAMES_MAX = 16
};

static const char *const day_names[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};

enum { DAY_COUNT = sizeof(day_names) / sizeof(*day_names) };

static const struct limit {
    const char *group, *key;
    double least, most, otherwise;
    bool whole;
} limits[] = {
#define LIMIT(id, group, key, least, most, otherwise, whole, what) \
    {group, key, least, most, otherwise, whole},
#include "provisioning/campaign/limit.def"
#undef LIMIT
};

/* ---- what all parts have in common ---- */

/* names: of what may be in it, NULL behind them. */
static enum err check_keys(const struct json *object, const char *where, const char *const *names)
{
    const char *key = NULL;

    if (object != NULL && json_kind(object) != JSON_OBJECT)
        return err_set(ERR_INVALID, "%s: must be an object", where);
    for (size_t i = 0; i < json_count(object); i++) {
        const char *const *name = names;

        json_member(object, i, &key);
        while (*name != NULL && strcmp(*name, key) != 0)
            name++;
        if (*name == NULL)
            return err_set(ERR_INVALID, "%s: there is nothing called \"%s\" in it", where, key);
    }
    return ERR_OK;
}

/* value NULL: *ret stays as it is. */
static enum err read_number(const struct json *value, const char *where, double least, double most,
                            double *ret)
{
    double number = json_real(value, (double)NAN);

    if (value == NULL)
        return ERR_OK;
    if (!(number >= least && number <= most))
        return err_set(ERR_INVALID, "%s: a number from %.0f to %.0f is expected", where, least, most);
    *ret = number;
    return ERR_OK;
}

static enum err read_whole(const struct json *value, const char *where, double least, double most,
                           double *ret)
{
    if (value != NULL && json_kind(value) != JSON_INT)
        return err_set(ERR_INVALID, "%s: a whole number from %.0f to %.0f is expected", where, least, most);
    return read_number(value, where, least, most, ret);
}

/* ---- the numbers ---- */

static enum err read_limit(const struct json *plan, size_t index, double *ret)
{
    const struct limit *limit = &limits[index];
    const struct json *value = json_get(json_get(plan, limit->group), limit->key);
    char where[64];

    *ret = limit->otherwise;
    snprintf(where, sizeof(where), "%s.%s", limit->group, limit->key);
    return limit->whole ? read_whole(value, where, limit->least, limit->most, ret)
                        : read_number(value, where, limit->least, limit->most, ret);
}

static enum err check_group(const struct json *plan, const char *group)
{
    const char *names[CAMPAIGN_LIMIT_COUNT + 1];
    size_t count = 0;

    for (size_t i = 0; i < CAMPAIGN_LIMIT_COUNT; i++)
        if (strcmp(limits[i].group, group) == 0)
            names[count++] = limits[i].key;
    names[count] = NULL;
    return check_keys(json_get(plan, group), group, names);
}

static enum err read_limits(const struct json *plan, struct campaign_plan *ret)
{
    for (size_t i = 0; i < CAMPAIGN_LIMIT_COUNT; i++) {
        if (i == 0 || strcmp(limits[i].group, limits[i - 1].group) != 0)
            TRY(check_group(plan, limits[i].group));
        TRY(read_limit(plan, i, &ret->limit[i]));
    }
    if (ret->limit[CAMPAIGN_PER_MINUTE_MOST] < ret->limit[CAMPAIGN_PER_MINUTE])
        return err_set(ERR_INVALID, "ramp.most_per_minute: must not be less than ramp.per_minute");
    if (ret->limit[CAMPAIGN_STOP_SLIDING] > ret->limit[CAMPAIGN_STOP_SLIDING_OF])
        return err_set(ERR_INVALID, "stop.sliding: must not be more than stop.sliding_of");
    return ERR_OK;
}

/* ---- waves ---- */

static enum err read_amount(const struct json *wave, const char *where, struct campaign_wave_plan *ret)
{
    const struct json *devices = json_get(wave, "devices"), *percent = json_get(wave, "percent");
    const struct json *rest = json_get(wave, "rest");

    if ((devices != NULL) + (percent != NULL) + (rest != NULL) != 1)
        return err_set(ERR_INVALID, "%s: one of devices, percent and rest is expected", where);
    ret->kind = devices != NULL ? CAMPAIGN_DEVICES : percent != NULL ? CAMPAIGN_PERCENT : CAMPAIGN_REST;
    if (rest != NULL && !json_bool(rest, false))
        return err_set(ERR_INVALID, "%s.rest: true is expected", where);
    TRY(err_while(read_whole(devices, "devices", 1, DEVICES_MOST, &ret->amount), "%s", where));
    TRY(err_while(read_number(percent, "percent", 0, 100, &ret->amount), "%s", where));
    if (percent != NULL && ret->amount <= 0)
        return err_set(ERR_INVALID, "%s.percent: must be more than 0", where);
    return ERR_OK;
}

static enum err read_wave(const struct json *wave, const char *where, double soak_s,
                          struct campaign_wave_plan *ret)
{
    static const char *const keys[] = {"devices", "percent", "rest", "soak_s", "promote", NULL};
    const char *promote =
        json_string(json_get(wave, "promote"), json_get(wave, "promote") == NULL ? "rule" : "");

    if (json_kind(wave) != JSON_OBJECT)
        return err_set(ERR_INVALID, "%s: must be an object", where);
    TRY(check_keys(wave, where, keys));
    *ret = (struct campaign_wave_plan){0};
    TRY(read_amount(wave, where, ret));
    TRY(err_while(read_whole(json_get(wave, "soak_s"), "soak_s", 0, SOAK_MOST_S, &soak_s), "%s", where));
    ret->soak_s = (int64_t)soak_s;
    ret->by_person = strcmp(promote, "person") == 0;
    if (!ret->by_person && strcmp(promote, "rule") != 0)
        return err_set(ERR_INVALID, "%s.promote: rule or person is expected", where);
    return ERR_OK;
}

static void use_usual_waves(struct campaign_plan *plan, int64_t soak_s)
{
    static const struct campaign_wave_plan usual[] = {
        {.kind = CAMPAIGN_DEVICES, .amount = 50},
        {.kind = CAMPAIGN_PERCENT,                        .amount = 1},
        {.kind = CAMPAIGN_PERCENT,.amount = 10},
        {.kind = CAMPAIGN_PERCENT, .amount = 50},
        {.kind = CAMPAIGN_REST                       },
    };

    plan->wave_count = sizeof(usual) / sizeof(*usual);
    memcpy(plan->waves, usual, sizeof(usual));
    for (size_t i = 0; i < plan->wave_count; i++)
        plan->waves[i].soak_s = soak_s;
}

static enum err read_waves(const struct json *plan, struct campaign_plan *ret)
{
    const struct json *waves = json_get(plan, "waves");
    double soak_s = SOAK_S;
    char where[32];

    TRY(read_whole(json_get(plan, "soak_s"), "soak_s", 0, SOAK_MOST_S, &soak_s));
    if (waves == NULL) {
        use_usual_waves(ret, (int64_t)soak_s);
        return ERR_OK;
    }
    if (json_kind(waves) != JSON_ARRAY || json_count(waves) == 0 || json_count(waves) > CAMPAIGN_WAVES_MAX)
        return err_set(ERR_INVALID, "waves: a list of 1 to %d is expected", CAMPAIGN_WAVES_MAX);
    ret->wave_count = json_count(waves);
    for (size_t i = 0; i < ret->wave_count; i++) {
        snprintf(where, sizeof(where), "waves[%zu]", i);
        TRY(read_wave(json_at(waves, i), where, soak_s, &ret->waves[i]));
        if (ret->waves[i].kind == CAMPAIGN_REST && i + 1 < ret->wave_count)
            return err_set(ERR_INVALID, "%s.rest: only the last wave takes the rest", where);
    }
    return ERR_OK;
}

/* ---- windows ---- */

/* "02:00", from 00:00 to 23:59 */
static enum err read_minutes(const struct json *value, const char *where, const char *key, uint16_t *ret)
{
    const char *text = json_string(value, "");
    bool formed = strlen(text) == 5 && text[2] == ':' && strspn(text, "0123456789") == 2 &&
                  strspn(text + 3, "0123456789") == 2;
    int hour = formed ? (text[0] - '0') * 10 + text[1] - '0' : 24;
    int minute = formed ? (text[3] - '0') * 10 + text[4] - '0' : 60;

    if (hour > 23 || minute > 59)
        return err_set(ERR_INVALID, "%s.%s: a time such as \"02:30\" is expected", where, key);
    *ret = (uint16_t)(hour * 60 + minute);
    return ERR_OK;
}

static int day_by_name(const char *name)
{
    for (int i = 0; i < DAY_COUNT; i++)
        if (strcmp(day_names[i], name) == 0)
            return i;
    return -1;
}

static enum err read_days(const struct json *days, const char *where, uint8_t *ret)
{
    *ret = days == NULL ? CAMPAIGN_EVERY_DAY : 0;
    if (days != NULL && (json_kind(days) != JSON_ARRAY || json_count(days) == 0))
        return err_set(ERR_INVALID, "%s.days: a list such as [\"mon\", \"tue\"] is expected", where);
    for (size_t i = 0; i < json_count(days); i++) {
        int day = day_by_name(json_string(json_at(days, i), ""));

        if (day < 0)
            return err_set(ERR_INVALID, "%s.days: mon, tue, wed, thu, fri, sat or sun is expected", where);
        *ret = (uint8_t)(*ret | 1u << day);
    }
    return ERR_OK;
}

static enum err read_window(const struct json *window, const char *where, struct campaign_window *ret)
{
    static const char *const keys[] = {"days", "from", "to", NULL};

    if (json_kind(window) != JSON_OBJECT)
        return err_set(ERR_INVALID, "%s: must be an object", where);
    TRY(check_keys(window, where, keys));
    TRY(read_days(json_get(window, "days"), where, &ret->days));
    TRY(read_minutes(json_get(window, "from"), where, "from", &ret->from));
    return read_minutes(json_get(window, "to"), where, "to", &ret->to);
}

/* Whether there is such a zone the database says. */
static enum err read_zone(const struct json *value, struct campaign_plan *ret)
{
    const char *zone = json_string(value, value == NULL ? "America/Sao_Paulo" : "");

    if (zone[0] == '\0' || strlen(zone) >= CAMPAIGN_ZONE_MAX)
        return err_set(ERR_INVALID, "zone: the name of a time zone such as \"America/Recife\" is expected");
    snprintf(ret->zone, sizeof(ret->zone), "%s", zone);
    return ERR_OK;
}

static enum err read_windows(const struct json *plan, struct campaign_plan *ret)
{
    const struct json *windows = json_get(plan, "windows");
    char where[32];

    TRY(read_zone(json_get(plan, "zone"), ret));
    if (windows != NULL && (json_kind(windows) != JSON_ARRAY || json_count(windows) > CAMPAIGN_WINDOWS_MAX))
        return err_set(ERR_INVALID, "windows: a list of %d at most is expected", CAMPAIGN_WINDOWS_MAX);
    ret->window_count = json_count(windows);
    for (size_t i = 0; i < ret->window_count; i++) {
        snprintf(where, sizeof(where), "windows[%zu]", i);
        TRY(read_window(json_at(windows, i), where, &ret->windows[i]));
    }
    return ERR_OK;
}

/* ---- all of it ---- */

enum err campaign_plan_read(const struct json *plan, struct campaign_plan *ret)
{
    static const char *const keys[] = {"waves",  "soak_s", "zone", "windows", "caps", "ramp",
                                       "health", "retry",  "stop", "go",      NULL};
    struct campaign_plan read = {0};

    TRY(check_keys(plan, "plan", keys));
    TRY(read_waves(plan, &read));
    TRY(read_windows(plan, &read));
    TRY(read_limits(plan, &read));
    *ret = read;
    return ERR_OK;
}

static void write_number(struct json_writer *w, const char *key, double number, bool whole)
{
    json_key(w, key);
    if (whole)
        json_put_int(w, (int64_t)number);
    else
        json_put_real(w, number);
}

static void write_wave(struct json_writer *w, const struct campaign_wave_plan *wave)
{
    json_open_object(w);
    if (wave->kind == CAMPAIGN_REST)
        json_field_bool(w, "rest", true);
    else
        write_number(w, wave->kind == CAMPAIGN_DEVICES ? "devices" : "percent", wave->amount,
                     wave->kind == CAMPAIGN_DEVICES);
    json_field_int(w, "soak_s", wave->soak_s);
    json_field_string(w, "promote", wave->by_person ? "person" : "rule");
    json_close_object(w);
}

static void write_minutes(struct json_writer *w, const char *key, unsigned minutes)
{
    char text[8];

    snprintf(text, sizeof(text), "%02u:%02u", minutes / 60 % 24, minutes % 60);
    json_field_string(w, key, text);
}

static void write_window(struct json_writer *w, const struct campaign_window *window)
{
    json_open_object(w);
    json_key(w, "days");
    json_open_array(w);
    for (unsigned day = 0; day < DAY_COUNT; day++)
        if ((window->days >> day & 1) != 0)
            json_put_string(w, day_names[day]);
    json_close_array(w);
    write_minutes(w, "from", window->from);
    write_minutes(w, "to", window->to);
    json_close_object(w);
}

static void write_limits(struct json_writer *w, const double *limit)
{
    for (size_t i = 0; i < CAMPAIGN_LIMIT_COUNT; i++) {
        bool begins = i == 0 || strcmp(limits[i].group, limits[i - 1].group) != 0;

        if (begins && i > 0)
            json_close_object(w);
        if (begins) {
            json_key(w, limits[i].group);
            json_open_object(w);
        }
        write_number(w, limits[i].key, limit[i], limits[i].whole);
    }
    json_close_object(w);
}

void campaign_plan_write(const struct campaign_plan *plan, struct json_writer *w)
{
    json_open_object(w);
    json_key(w, "waves");
    json_open_array(w);
    for (size_t i = 0; i < plan->wave_count; i++)
        write_wave(w, &plan->waves[i]);
    json_close_array(w);
    json_field_string(w, "zone", plan->zone);
    json_key(w, "windows");
    json_open_array(w);
    for (size_t i = 0; i < plan->window_count; i++)
        write_window(w, &plan->windows[i]);
    json_close_array(w);
    write_limits(w, plan->limit);
    json_close_object(w);
}

/* ---- what follows from it ---- */

void campaign_wave_sizes(const struct campaign_plan *plan, int64_t total, int64_t ret[CAMPAIGN_WAVES_MAX])
{
    int64_t left = total;

    for (size_t i = 0; i < plan->wave_count; i++) {
        const struct campaign_wave_plan *wave = &plan->waves[i];
        double wanted =
            wave->kind == CAMPAIGN_DEVICES ? wave->amount : ceil((double)total * wave->amount / 100);

        ret[i] = wave->kind == CAMPAIGN_REST || wanted > (double)left ? left : (int64_t)wanted;
        left -= ret[i];
    }
}

int64_t campaign_flight_cap(const struct campaign_plan *plan, int64_t total)
{
    enum { USUAL_MOST = 200 };
    int64_t wanted = (int64_t)plan->limit[CAMPAIGN_IN_FLIGHT];
    int64_t usual = total / 100 < USUAL_MOST ? total / 100 : USUAL_MOST;

    if (wanted > 0)
        return wanted;
    return usual > 0 ? usual : 1;
}
