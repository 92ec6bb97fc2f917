/* The few lines with which a case is handed over. */
#include <inttypes.h>
#include <string.h>

#include "provisioning/action.h"
#include "provisioning/desk/handoff.h"

static const char *text_of(const struct json *object, const char *name)
{
    return json_string(json_get(object, name), NULL);
}

static const char *say(const struct desk_story *story, const char *pt, const char *en)
{
    return story->portuguese ? pt : en;
}

/* What came of an action: its own sentence if it has one. */
static void put_result(const struct desk_story *story, const struct json *data, struct text *out)
{
    const char *state = text_or_empty(text_of(data, "state"));
    const char *sentence = text_of(json_get(data, "sentence"), story->portuguese ? "pt" : "en");
    const char *failure = text_of(data, "failure");

    if (strcmp(state, "succeeded") == 0)
        text_puts(out, sentence != NULL ? sentence : say(story, "feito, comprovado", "done, and proved"));
    else if (failure != NULL)
        text_printf(out, "%s (%s)", say(story, "não deu certo", "did not work"), failure);
    else
        text_puts(out, say(story, "ainda não terminou", "has not ended yet"));
}

static void put_action(const struct desk_story *story, const struct json *data, struct text *out)
{
    const char *type = text_or_empty(text_of(data, "type"));
    const struct action_kind *kind = action_kind_find(type);
    const char *label = kind == NULL ? type : say(story, kind->label_pt, kind->label_en);

    text_printf(out, "%s: ", label);
    put_result(story, data, out);
    text_putc(out, '\n');
}

static void put_entry(const struct desk_story *story, const struct json *entry, struct text *out)
{
    const char *kind = text_or_empty(text_of(entry, "kind"));
    const char *text = text_of(entry, "text");

    if (strcmp(kind, "action") == 0)
        put_action(story, json_get(entry, "data"), out);
    else if (strcmp(kind, "note") == 0 && text != NULL)
        text_printf(out, "%s\n", text);
    else if (strcmp(kind, "returned") == 0 && text != NULL)
        text_printf(out, "%s: %s\n", say(story, "Orientação do N2", "Advice of N2"), text);
    else if (strcmp(kind, "playbook") == 0 && text != NULL)
        text_printf(out, "%s %s: %s\n", say(story, "Roteiro", "Playbook"), text,
                    text_or_empty(text_of(json_get(entry, "data"), "step")));
}

/* Whole characters only. */
static void cut(struct text *out, size_t most)
{
    if (out->len <= most)
        return;
    while (most > 0 && ((unsigned char)out->data[most] & 0xC0) == 0x80)
        most--;
    out->len = most;
    out->data[most] = '\0';
    text_puts(out, "…");
}

const char *desk_summary(const struct desk_story *story, struct arena *arena)
{
    struct text out = TEXT_IN(arena);

    if (story->headline != NULL)
        text_printf(&out, "%s\n", story->headline);
    if (story->contacts > 1)
        text_printf(&out, "%" PRId64 "%s %" PRId64 " %s\n", story->contacts,
                    say(story, "º contato em", " contacts within"), story->days, say(story, "dias", "days"));
    for (size_t i = 0; i < json_count(story->entries); i++)
        put_entry(story, json_at(story->entries, i), &out);
    while (out.len > 0 && out.data[out.len - 1] == '\n')
        out.data[--out.len] = '\0';
    cut(&out, DESK_SUMMARY_MAX);
    return text_string(&out);
}
