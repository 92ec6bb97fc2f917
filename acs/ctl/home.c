#include "acs/ctl/home.h"

#include <inttypes.h>
#include <string.h>

#include "acs/ctl/output.h"
#include "acs/ctl/rest.h"

enum { FACTS_ON_A_TILE = 8 };

static const struct tile {
    const char *pt, *en;
    const char *facts[FACTS_ON_A_TILE];
} tiles[] = {
#define TILE(pt, en, ...) {pt, en, {__VA_ARGS__}},
#include "acs/ctl/tile.def"
#undef TILE
};

static const char *say(const char *pt, const char *en)
{
    return strcmp(rest_language(), "pt-BR") == 0 ? pt : en;
}

static const char *text_of(struct ctl *ctl, const struct json *object, const char *member)
{
    return output_text(ctl->arena, json_get(object, member));
}

/* Of what is there in both languages. */
static const char *words_of(struct ctl *ctl, const struct json *cause, const char *member)
{
    return text_of(ctl, json_get(cause, member), rest_language());
}

/* ---- the verdict ---- */

static void print_evidence(struct ctl *ctl, const struct json *evidence)
{
    const struct json *threshold = json_get(evidence, "threshold");

    fprintf(ctl->out, "    %s %s%s%s", text_of(ctl, evidence, "fact"), text_of(ctl, evidence, "value"),
            json_string(json_get(evidence, "unit"), "")[0] != '\0' ? " " : "",
            text_of(ctl, evidence, "unit"));
    if (json_kind(threshold) == JSON_OBJECT)
        fprintf(ctl->out, " (%s %s)", say("limite", "limit"), text_of(ctl, threshold, "value"));
    fprintf(ctl->out, ", %s%" PRId64 " s%s\n", say("há ", ""), json_int(json_get(evidence, "age_s"), 0),
            say("", " ago"));
}

static void print_headline(struct ctl *ctl, const struct json *cause)
{
    static const struct {
        const char *severity, *sign;
    } signs[] = {
        {"ok",   "✓"},
        {"info", "i"  },
        {"warn", "▲"},
        {"bad",  "✕"},
    };
    const char *sign = "?";

    for (size_t i = 0; i < sizeof(signs) / sizeof(*signs); i++)
        if (strcmp(signs[i].severity, json_string(json_get(cause, "severity"), "")) == 0)
            sign = signs[i].sign;
    fprintf(ctl->out, "%s %s  [%s, %.0f %%]\n", sign, words_of(ctl, cause, "headline"),
            text_of(ctl, cause, "code"), 100 * json_real(json_get(cause, "confidence"), 0));
}

static void print_missing(struct ctl *ctl, const struct json *missing)
{
    if (json_count(missing) == 0)
        return;
    fprintf(ctl->out, "%s:", say("Faltam dados", "Not known"));
    for (size_t i = 0; i < json_count(missing); i++)
        fprintf(ctl->out, "%s %s", i > 0 ? "," : "", text_of(ctl, json_at(missing, i), "fact"));
    fputc('\n', ctl->out);
}

static void print_verdict(struct ctl *ctl, const struct json *verdict)
{
    const struct json *causes = json_get(verdict, "causes");
    const struct json *first = json_at(causes, 0);
    const struct json *evidence = json_get(first, "evidence");

    print_headline(ctl, first);
    fprintf(ctl->out, "  “%s”\n  → %s\n", words_of(ctl, first, "say"), words_of(ctl, first, "next"));
    for (size_t i = 0; i < json_count(evidence); i++)
        print_evidence(ctl, json_at(evidence, i));
    for (size_t i = 1; i < json_count(causes); i++)
        print_headline(ctl, json_at(causes, i));
    print_missing(ctl, json_get(verdict, "missing"));
}

/* ---- tiles ---- */

static const struct json *find_fact(const struct json *facts, const char *name)
{
    for (size_t i = 0; i < json_count(facts); i++)
        if (strcmp(json_string(json_get(json_at(facts, i), "name"), ""), name) == 0)
            return json_at(facts, i);
    return NULL;
}

/* "wan.optical.rx_dbm" is said as "rx_dbm"; the tile says the rest. */
static void print_fact(struct ctl *ctl, const struct json *fact, bool first)
{
    const char *name = json_string(json_get(fact, "name"), "");
    const char *dot = strrchr(name, '.');

    fprintf(ctl->out, "%s%s %s", first ? "" : " · ", dot != NULL ? dot + 1 : name,
            text_of(ctl, fact, "value"));
    if (!json_bool(json_get(fact, "told"), false))
        fprintf(ctl->out, " (%s)", output_age(ctl->arena, json_string(json_get(fact, "at"), NULL)));
}

static void print_tile(struct ctl *ctl, const struct tile *tile, const struct json *facts)
{
    const char *label = say(tile->pt, tile->en);
    bool first = true;

    for (size_t i = 0; i < FACTS_ON_A_TILE && tile->facts[i] != NULL; i++) {
        const struct json *fact = find_fact(facts, tile->facts[i]);

        if (fact == NULL)
            continue;
        if (first)
            fprintf(ctl->out, "%s%*s", label, 16 - (int)text_utf8_length(label), "");
        print_fact(ctl, fact, first);
        first = false;
    }
    if (!first)
        fputc('\n', ctl->out);
}

/* ---- what is still to be done ---- */

static void print_action(struct ctl *ctl, const struct json *action)
{
    fprintf(ctl->out, "  %s %s, %s  %s\n", text_of(ctl, action, "type"), text_of(ctl, action, "state"),
            output_age(ctl->arena, json_string(json_get(action, "created_at"), NULL)),
            text_of(ctl, json_get(action, "wake"), "detail"));
}

static enum ctl_exit print_actions(struct ctl *ctl, const char *device_id)
{
    const struct json *page = NULL;
    const struct json *actions;
    enum ctl_exit code = rest_get(
        ctl, arena_printf(ctl->arena, "%s?state=open", rest_path(ctl, OPERATION_ACTION_LIST, device_id)),
        &page);

    if (code == CTL_NOT_ALLOWED)
        return CTL_OK;
    actions = json_get(page, "data");
    if (code == CTL_OK && json_count(actions) > 0)
        fprintf(ctl->out, "\n%s:\n", say("Ações pendentes", "Pending actions"));
    for (size_t i = 0; i < json_count(actions); i++)
        print_action(ctl, json_at(actions, i));
    return code;
}

enum ctl_exit home_print(struct ctl *ctl, const char *device_id)
{
    const struct json *verdict = NULL;
    const struct json *facts = NULL;
    enum ctl_exit code = rest_get(ctl, rest_path(ctl, OPERATION_VERDICT_NOW, device_id), &verdict);

    if (code == CTL_OK)
        code = rest_get(ctl, rest_path(ctl, OPERATION_FACT_LIST, device_id), &facts);
    if (code != CTL_OK)
        return code;
    print_verdict(ctl, verdict);
    fputc('\n', ctl->out);
    for (size_t i = 0; i < sizeof(tiles) / sizeof(*tiles); i++)
        print_tile(ctl, &tiles[i], json_get(facts, "data"));
    return print_actions(ctl, device_id);
}
