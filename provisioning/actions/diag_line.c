/*
 * The line as the device sees it now: light, DSL, or the cable to the provider. What is too weak or too
 * strong is for the rules of the verdict to say (verdict/rules_wan.c), with the thresholds that hold for this
 * technology and model, so that both say the same of the same numbers. They know how the line was in the days
 * before, too; this one speaks of now.
 */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "acs/base/clock.h"
#include "acs/base/text.h"
#include "provisioning/actions/actions.h"
#include "provisioning/diag/readout.h"
#include "provisioning/verdict/verdict.h"

static bool wants(enum fact_key key)
{
    static const char *const prefixes[] = {"wan.optical.", "wan.dsl.", "wan.link"};

    for (size_t i = 0; i < sizeof(prefixes) / sizeof(*prefixes); i++)
        if (text_starts_with(fact_rows[key].name, prefixes[i]))
            return fact_rows[key].kind != FACT_CLUE;
    return text_starts_with(fact_rows[key].name, "lan.ports.") || key == KEY_WAN_ACCESS ||
           key == KEY_WAN_UPTIME || key == KEY_DEVICE_UPTIME || key == KEY_PPP_STATUS || key == KEY_IP_STATUS;
}

/* ---- errors in a time ---- */

/* Counters that only grow: what they were before this read, so that it is known how fast they do. */
static const struct counter {
    enum fact_key key;
    const char *name, *member, *rate;
} counters[] = {
    {KEY_DSL_CRC,     "wan.dsl.crc_errors",     "crc_errors", "crc_per_h"},
    {KEY_OPTICAL_FEC, "wan.optical.fec_errors", "fec_errors", "fec_per_h"},
};

enum { COUNTERS = sizeof(counters) / sizeof(*counters) };

/* "1234@1764442800 -": a count and its time for each. */
static const char *note(const struct home *home, struct arena *arena)
{
    struct text out = TEXT_IN(arena);

    for (size_t i = 0; i < COUNTERS; i++) {
        struct home_bindings found = home_find(home, counters[i].key, "");
        double count = home_number(home, counters[i].key, "", -1);

        if (count >= 0 && found.count > 0 && found.items[0].value->at_us >= US_PER_S)
            text_printf(&out, "%.0f@%" PRId64 " ", count, found.items[0].value->at_us / US_PER_S);
        else
            text_puts(&out, "- ");
    }
    return text_string(&out);
}

static bool read_note(const char *text, size_t index, double *ret_count, int64_t *ret_at_s)
{
    char *end;

    for (; index > 0 && *text != '\0'; index--)
        text += strcspn(text, " ") + (text[strcspn(text, " ")] == ' ');
    *ret_count = strtod(text, &end);
    if (end == text || *end != '@')
        return false;
    *ret_at_s = strtoll(end + 1, NULL, 10);
    return true;
}

/* Since it was last read, if that is a while ago and it was not begun anew; else since the device began. */
static double errors_per_h(const struct readout_view *view, size_t index)
{
    enum { LEAST_S = 60, HOUR_S = 3600 };
    double count = readout_number(view, counters[index].name), before;
    double uptime_s = readout_number(view, "device.uptime_s");
    int64_t at_s, now_s = view->facts->now_us / US_PER_S;

    if (isnan(count))
        return READOUT_NONE;
    if (read_note(view->note, index, &before, &at_s) && now_s - at_s >= LEAST_S && count >= before)
        return (count - before) * HOUR_S / (double)(now_s - at_s);
    return uptime_s >= LEAST_S ? count * HOUR_S / uptime_s : READOUT_NONE;
}

static void put_errors(const struct readout_view *view, size_t index, struct json_writer *json)
{
    double per_h = errors_per_h(view, index);

    readout_put(view, json, counters[index].member, counters[index].name, 0);
    if (!isnan(per_h))
        diag_field_real(json, counters[index].rate, per_h, 1);
}

/* ---- the numbers ---- */

static bool has(const struct readout_view *view, const char *name)
{
    return facts_find(&view->now, name) != NULL;
}

static bool has_light(const struct readout_view *view)
{
    return has(view, "wan.optical.rx_dbm");
}

static bool has_dsl(const struct readout_view *view)
{
    return has(view, "wan.dsl.status") || has(view, "wan.dsl.down_kbps") ||
           has(view, "wan.dsl.down_margin_db");
}

static bool has_line(const struct readout_view *view)
{
    return has_light(view) || has_dsl(view) || has(view, "wan.link") || has(view, "wan.link_mbps");
}

static double limit_of(const struct readout_view *view, enum threshold threshold)
{
    return view->facts->service != NULL ? view->facts->service->thresholds.values[threshold]
                                        : threshold_rows[threshold].otherwise;
}

static void put_optical(const struct readout_view *view, struct json_writer *json)
{
    json_key(json, "optical");
    json_open_object(json);
    readout_put(view, json, "rx_dbm", "wan.optical.rx_dbm", 2);
    diag_field_real(json, "rx_low_dbm", limit_of(view, THRESHOLD_RX_LOW), 1);
    diag_field_real(json, "rx_high_dbm", limit_of(view, THRESHOLD_RX_HIGH), 1);
    readout_put(view, json, "tx_dbm", "wan.optical.tx_dbm", 2);
    readout_put(view, json, "temperature_c", "wan.optical.temperature_c", 1);
    put_errors(view, 1, json);
    json_close_object(json);
}

static void put_dsl(const struct readout_view *view, struct json_writer *json)
{
    static const char *const names[] = {"down_kbps",           "up_kbps",          "down_max_kbps",
                                        "up_max_kbps",         "down_margin_db",   "up_margin_db",
                                        "down_attenuation_db", "up_attenuation_db"};

    json_key(json, "dsl");
    json_open_object(json);
    readout_put_text(view, json, "status", "wan.dsl.status");
    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
        readout_put(view, json, names[i], arena_printf(view->arena, "wan.dsl.%s", names[i]), 1);
    diag_field_real(json, "margin_low_db", limit_of(view, THRESHOLD_MARGIN), 1);
    put_errors(view, 0, json);
    json_close_object(json);
}

static void put_numbers(const struct readout_view *view, struct json_writer *json)
{
    readout_put_text(view, json, "technology", "technology");
    readout_put_text(view, json, "access", "wan.access");
    readout_put_text(view, json, "link", "wan.link");
    readout_put_text(view, json, "session", "wan.status");
    readout_put(view, json, "session_s", "wan.uptime_s", 0);
    readout_put(view, json, "link_mbps", "wan.link_mbps", 0);
    readout_put_text(view, json, "duplex", "wan.link_duplex");
    if (has_light(view))
        put_optical(view, json);
    if (has_dsl(view))
        put_dsl(view, json);
}

/* ---- what is wrong ---- */

/* {x} and {limit}: the evidence and what it was compared with. */
static const struct line_words {
    enum verdict_code code;
    enum threshold threshold; /* THRESHOLD_COUNT: whatever it was */
    const char *pt, *en;
} words[] = {
    {VERDICT_WAN_DOWN,     THRESHOLD_COUNT,     "Sem sinal na entrada",                                      "No signal comes in"                                                },
    {VERDICT_OPTICAL_BAD,  THRESHOLD_RX_LOW,    "Sinal óptico fraco ({x} dBm; o limite é {limit})",
     "Weak optical signal ({x} dBm; the limit is {limit})"                                                                                                                       },
    {VERDICT_OPTICAL_BAD,  THRESHOLD_RX_HIGH,   "Sinal óptico forte demais ({x} dBm; o limite é {limit})",
     "Optical signal too strong ({x} dBm; the limit is {limit})"                                                                                                                 },
    {VERDICT_OPTICAL_WARN, THRESHOLD_RX_WARN,
     "Sinal óptico perto do limite ({x} dBm; atenção abaixo de {limit})",                                 "Optical signal near the limit ({x} dBm; care is due below {limit})"},
    {VERDICT_DSL_MARGIN,   THRESHOLD_MARGIN,    "Linha com ruído (margem de {x} dB; o mínimo é {limit})",
     "Noisy line (margin of {x} dB; the least is {limit})"                                                                                                                       },
    {VERDICT_LAN_100,      THRESHOLD_PORT_RATE, "Cabo da entrada a {x} Mb/s, menos que o plano",
     "Incoming cable at {x} Mb/s, less than the plan"                                                                                                                            },
};

/* Of several that are compared with the same the worst: the least. */
static const struct verdict_evidence *evidence_of(const struct verdict_cause *cause, enum threshold threshold)
{
    const struct verdict_evidence *found = NULL;

    for (size_t i = 0; i < cause->evidence_count; i++) {
        const struct verdict_evidence *one = &cause->evidence[i];

        if ((threshold == THRESHOLD_COUNT || one->threshold == threshold) &&
            text_starts_with(one->fact, "wan.") && (found == NULL || one->number < found->number))
            found = one;
    }
    return found;
}

static const char *fill(const struct readout_view *view, const char *form,
                        const struct verdict_evidence *evidence, bool portuguese)
{
    struct text out = TEXT_IN(view->arena);

    for (const char *brace; (brace = strchr(form, '{')) != NULL; form = strchr(brace, '}') + 1) {
        double number = brace[1] == 'x' ? evidence->number : limit_of(view, evidence->threshold);

        text_add(&out, form, (size_t)(brace - form));
        text_puts(&out, diag_decimal(number, portuguese, view->arena));
    }
    text_puts(&out, form);
    return text_string(&out);
}

struct said {
    struct text pt, en;
    enum verdict_code worst; /* VERDICT_OK: nothing is wrong */
};

static void say(struct said *said, const char *pt, const char *en)
{
    text_printf(&said->pt, "%s%s.", said->pt.len > 0 ? " " : "", pt);
    text_printf(&said->en, "%s%s.", said->en.len > 0 ? " " : "", en);
}

static void say_cause(const struct readout_view *view, const struct verdict_cause *cause, struct said *said)
{
    for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
        const struct verdict_evidence *evidence =
            words[i].code == cause->code ? evidence_of(cause, words[i].threshold) : NULL;

        if (evidence == NULL)
            continue;
        say(said, fill(view, words[i].pt, evidence, true), fill(view, words[i].en, evidence, false));
        if (said->worst == VERDICT_OK)
            said->worst = cause->code;
        return;
    }
}

static void say_what_is_wrong(const struct readout_view *view, struct said *said)
{
    struct verdict_question question = {.facts = view->now};
    const struct verdict *verdict;

    for (int i = 0; i < THRESHOLD_COUNT; i++)
        question.thresholds.values[i] = limit_of(view, (enum threshold)i);
    verdict = verdict_judge(&question, view->arena);
    for (size_t i = 0; i < verdict->count; i++)
        say_cause(view, &verdict->causes[i], said);
}

/* ---- what is right ---- */

static const char *megabits(const struct readout_view *view, const char *name, bool portuguese)
{
    double kbps = readout_number(view, name);

    return isnan(kbps) ? "?" : diag_decimal(kbps / 1000, portuguese, view->arena);
}

static const char *decimal(const struct readout_view *view, const char *name, bool portuguese)
{
    return diag_decimal(readout_number(view, name), portuguese, view->arena);
}

static void say_rates(const struct readout_view *view, struct said *said)
{
    struct arena *arena = view->arena;
    bool most = has(view, "wan.dsl.down_max_kbps");

    if (!has(view, "wan.dsl.down_kbps"))
        return;
    say(said,
        arena_printf(arena, "Sincronizada a %s/%s Mb/s%s", megabits(view, "wan.dsl.down_kbps", true),
                     megabits(view, "wan.dsl.up_kbps", true),
                     most ? arena_printf(arena, " (a linha daria %s/%s)",
                                         megabits(view, "wan.dsl.down_max_kbps", true),
                                         megabits(view, "wan.dsl.up_max_kbps", true))
                          : ""),
        arena_printf(arena, "In sync at %s/%s Mb/s%s", megabits(view, "wan.dsl.down_kbps", false),
                     megabits(view, "wan.dsl.up_kbps", false),
                     most ? arena_printf(arena, " (the line could do %s/%s)",
                                         megabits(view, "wan.dsl.down_max_kbps", false),
                                         megabits(view, "wan.dsl.up_max_kbps", false))
                          : ""));
}

/* All that is known: whether there is a connection over it. */
static void say_session(const struct readout_view *view, struct said *said)
{
    if (strcmp(readout_text(view, "wan.status"), "connected") == 0)
        say(said, "A conexão está ativa; este modelo não diz como está a linha",
            "The connection is up; this model does not tell how its line is");
    else
        say(said, "A conexão não está ativa; este modelo não diz como está a linha",
            "The connection is not up; this model does not tell how its line is");
}

static void say_what_is_right(const struct readout_view *view, struct said *said)
{
    struct arena *arena = view->arena;

    if (!has_line(view))
        say_session(view, said);
    else if (has_light(view))
        say(said, arena_printf(arena, "Sinal óptico bom (%s dBm)", decimal(view, "wan.optical.rx_dbm", true)),
            arena_printf(arena, "Good optical signal (%s dBm)", decimal(view, "wan.optical.rx_dbm", false)));
    else if (has(view, "wan.dsl.down_margin_db"))
        say(said,
            arena_printf(arena, "Linha DSL boa (margem de %s dB)",
                         decimal(view, "wan.dsl.down_margin_db", true)),
            arena_printf(arena, "Good DSL line (margin of %s dB)",
                         decimal(view, "wan.dsl.down_margin_db", false)));
    else if (has(view, "wan.link_mbps") && !has_dsl(view))
        say(said, arena_printf(arena, "Cabo da entrada a %s Mb/s", decimal(view, "wan.link_mbps", true)),
            arena_printf(arena, "Incoming cable at %s Mb/s", decimal(view, "wan.link_mbps", false)));
    else
        say(said, "A entrada tem sinal; este modelo não diz quanto",
            "A signal comes in; this model does not tell how strong");
}

static void say_errors(const struct readout_view *view, size_t index, const char *name, struct said *said)
{
    double per_h = errors_per_h(view, index);
    struct arena *arena = view->arena;

    if (isnan(per_h) || per_h < 1)
        return;
    say(said, arena_printf(arena, "%.0f erros de %s por hora", per_h, name),
        arena_printf(arena, "%.0f %s errors per hour", per_h, name));
}

static bool conclude(const struct readout_view *view, struct readout_end *end)
{
    struct said said = {TEXT_IN(view->arena), TEXT_IN(view->arena), VERDICT_OK};

    if (!has_line(view) && !has(view, "wan.status"))
        return false;
    put_numbers(view, end->json);
    say_what_is_wrong(view, &said);
    if (said.worst == VERDICT_OK)
        say_what_is_right(view, &said);
    say_rates(view, &said);
    say_errors(view, 0, "CRC", &said);
    json_field_string(end->json, "verdict", verdict_code_name(said.worst));
    end->sentence_pt = text_string(&said.pt);
    end->sentence_en = text_string(&said.en);
    return true;
}

static const struct readout line = {
    .wants = wants,
    .note = note,
    .conclude = conclude,
    .nothing = "this model does not tell how its line is",
};

READOUT_KIND(diag_line, "diag.line", line, "Ler a linha (fibra, DSL ou cabo)",
             "Read the line (fibre, DSL or cable)");
