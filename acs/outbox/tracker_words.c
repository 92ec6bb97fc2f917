#include "acs/outbox/tracker_words.h"

#include <string.h>

#include "acs/outbox/html_text.h"

enum { SUBJECT_MAX = 140 };

const char *tracker_word(enum tracker_word word, bool portuguese)
{
    static const struct {
        const char *pt, *en;
    } words[] = {
#define TRACKER_WORD(id, pt, en) {pt, en},
#include "acs/outbox/tracker_word.def"
#undef TRACKER_WORD
    };

    return portuguese ? words[word].pt : words[word].en;
}

const char *tracker_say(enum tracker_word word, bool portuguese, const char *first, const char *second,
                        struct arena *arena)
{
    struct text out = TEXT_IN(arena);
    const char *at = tracker_word(word, portuguese), *place;

    while ((place = strstr(at, "%s")) != NULL) {
        text_add(&out, at, (size_t)(place - at));
        text_puts(&out, text_or_empty(first));
        first = second;
        at = place + 2;
    }
    text_puts(&out, at);
    return text_string(&out);
}

/* The first line of a text is all that a subject can hold: a line feed in it would be another header. */
const char *tracker_subject(const struct tracker_order *order, struct arena *arena)
{
    const char *summary = text_or_empty(order->summary);
    const char *first = arena_memdup(arena, summary, strcspn(summary, "\r\n"));
    const char *whole =
        arena_printf(arena, "%s%s%s", text_or_empty(order->protocol), first[0] == '\0' ? "" : ": ", first);

    return plain_text(whole, SUBJECT_MAX, arena);
}

const char *tracker_link(const struct tracker_order *order, const struct tracker_site *site,
                         struct arena *arena)
{
    if (order->device == NULL)
        return arena_printf(arena, "%s/atendimento/%s", site->url, order->case_name);
    return arena_printf(arena, "%s/aparelho/%s?atendimento=%s", site->url, order->device, order->case_name);
}

static void put_row(struct text *out, enum tracker_word word, bool portuguese, const char *value)
{
    if (value != NULL && value[0] != '\0')
        text_printf(out, "%s: %s\n", tracker_word(word, portuguese), value);
}

static void put_links(struct text *out, const struct tracker_order *order, const struct tracker_site *site)
{
    put_row(out, TRACKER_WORD_CASE, site->portuguese, tracker_link(order, site, out->arena));
    if (order->handoff != NULL)
        put_row(out, TRACKER_WORD_BUNDLE, site->portuguese,
                arena_printf(out->arena, "%s%s", site->url, order->handoff));
}

static void put_paragraph(struct text *out, const char *text)
{
    if (text != NULL && text[0] != '\0')
        text_printf(out, "%s\n\n", text);
}

const char *tracker_text(const struct tracker_order *order, const struct tracker_site *site,
                         struct arena *arena)
{
    struct text out = TEXT_IN(arena);

    put_paragraph(&out, order->summary);
    put_row(&out, TRACKER_WORD_PROTOCOL, site->portuguese, order->protocol);
    put_row(&out, TRACKER_WORD_AGENT, site->portuguese, order->agent);
    put_row(&out, TRACKER_WORD_CUSTOMER, site->portuguese, order->customer);
    put_row(&out, TRACKER_WORD_DEVICE, site->portuguese, order->serial);
    put_row(&out, TRACKER_WORD_QUEUE, site->portuguese, order->queue);
    put_links(&out, order, site);
    return text_string(&out);
}

static enum tracker_word headline_of(const char *type)
{
    if (strcmp(type, "case.returned") == 0)
        return TRACKER_WORD_RETURNED;
    if (strcmp(type, "case.visit") == 0)
        return TRACKER_WORD_VISIT;
    return strcmp(type, "case.closed") == 0 ? TRACKER_WORD_CLOSED : TRACKER_WORD_ESCALATED;
}

const char *tracker_headline(const struct tracker_order *order, bool portuguese)
{
    return tracker_word(headline_of(order->type), portuguese);
}

const char *tracker_note_text(const struct tracker_order *order, const struct tracker_site *site,
                              struct arena *arena)
{
    enum tracker_word headline = headline_of(order->type);
    struct text out = TEXT_IN(arena);

    text_puts(&out, tracker_word(headline, site->portuguese));
    if (order->by != NULL)
        text_printf(&out, " (%s)", order->by);
    text_puts(&out, "\n\n");
    put_paragraph(&out, headline == TRACKER_WORD_ESCALATED ? order->summary : order->text);
    put_row(&out, TRACKER_WORD_VISIT_FOR, site->portuguese, order->visit_for);
    if (headline == TRACKER_WORD_CLOSED)
        put_row(&out, TRACKER_WORD_OUTCOME, site->portuguese, order->outcome);
    if (headline == TRACKER_WORD_ESCALATED || headline == TRACKER_WORD_VISIT)
        put_row(&out, TRACKER_WORD_QUEUE, site->portuguese, order->queue);
    put_links(&out, order, site);
    return text_string(&out);
}

unsigned tracker_urgency(const char *priority)
{
    static const char *const names[] = {"low", "normal", "high", "urgent"};

    for (unsigned i = 0; i < sizeof(names) / sizeof(*names); i++)
        if (priority != NULL && strcmp(priority, names[i]) == 0)
            return i;
    return 1;
}
