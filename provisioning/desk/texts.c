#include "provisioning/desk/texts.h"

#include <string.h>

static const char *const part_names[VERDICT_PART_COUNT] = {
    [VERDICT_HEADLINE] = "headline", [VERDICT_SAY] = "say", [VERDICT_NEXT] = "next"};

static const char *const groups[DESK_LIST_COUNT] = {[DESK_REASONS] = "reason",
                                                    [DESK_FIXES] = "fix",
                                                    [DESK_OUTCOMES] = "outcome",
                                                    [DESK_PRIORITIES] = "priority"};

/* ---- all of them ---- */

static size_t add_shape(enum verdict_code code, unsigned shape, struct arena *arena, struct desk_text *room)
{
    for (int i = 0; i < VERDICT_PART_COUNT; i++) {
        enum verdict_part part = (enum verdict_part)i;
        const struct verdict_words *form = verdict_form(code, shape, part);

        if (form == NULL)
            return 0;
        room[i] = (struct desk_text){
            .id = verdict_form_id(code, shape, part, arena),
            .group = "verdict",
            .about = verdict_code_name(code),
            .part = part_names[part],
            .shape = shape,
            .max = verdict_form_max(part),
            .pt = form->pt,
            .en = form->en,
            .places = verdict_form_places(code, shape),
        };
    }
    return VERDICT_PART_COUNT;
}

static const char *label_id(enum desk_list list, const struct desk_word *word, struct arena *arena)
{
    return arena_printf(arena, "%s.%s", groups[list], word->code);
}

static size_t add_list(enum desk_list list, struct arena *arena, struct desk_text *room)
{
    size_t count;
    const struct desk_word *words = desk_words(list, &count);

    for (size_t i = 0; room != NULL && i < count; i++)
        room[i] = (struct desk_text){
            .id = label_id(list, &words[i], arena),
            .group = groups[list],
            .about = words[i].code,
            .part = "label",
            .max = DESK_LABEL_MAX,
            .pt = words[i].pt,
            .en = words[i].en,
        };
    return count;
}

struct desk_texts desk_texts(struct arena *arena)
{
    size_t most = (size_t)VERDICT_COUNT * VERDICT_SHAPES_MAX * VERDICT_PART_COUNT, count = 0;
    struct desk_text *items;

    for (int list = 0; list < DESK_LIST_COUNT; list++)
        most += add_list((enum desk_list)list, arena, NULL);
    items = ARENA_ARRAY(arena, struct desk_text, most);
    for (int code = 0; code < VERDICT_COUNT; code++)
        for (unsigned shape = 0; shape < VERDICT_SHAPES_MAX; shape++)
            count += add_shape((enum verdict_code)code, shape, arena, items + count);
    for (int list = 0; list < DESK_LIST_COUNT; list++)
        count += add_list((enum desk_list)list, arena, items + count);
    return (struct desk_texts){items, count};
}

const struct desk_text *desk_text_find(const struct desk_texts *texts, const char *id)
{
    for (size_t i = 0; i < texts->count; i++)
        if (strcmp(texts->items[i].id, id) == 0)
            return &texts->items[i];
    return NULL;
}

/* ---- one of them ---- */

struct verdict_words desk_text_example(const struct desk_text *text, const char *place)
{
    static const struct {
        const char *place, *verdict, *pt, *en;
    } rows[] = {
#define EXAMPLE(place, verdict, pt, en) {place, verdict, pt, en},
#include "provisioning/desk/example.def"
#undef EXAMPLE
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
        if (strcmp(rows[i].place, place) == 0 &&
            (rows[i].verdict[0] == '\0' || strcmp(rows[i].verdict, text->about) == 0))
            return (struct verdict_words){rows[i].pt, rows[i].en};
    return (struct verdict_words){"…", "…"};
}

bool desk_text_takes(const struct desk_text *text, const struct saying *saying)
{
    return saying_check(saying->pt, &text->places, text->max, NULL) == SAYING_IS_FINE &&
           saying_check(saying->en, &text->places, text->max, NULL) == SAYING_IS_FINE;
}

struct verdict_words desk_label(enum desk_list list, const struct desk_word *word,
                                const struct sayings *sayings, struct arena *arena)
{
    const struct saying *saying =
        sayings->count == 0 ? NULL : sayings_find(sayings, label_id(list, word, arena));

    return saying != NULL ? (struct verdict_words){saying->pt, saying->en}
                          : (struct verdict_words){word->pt, word->en};
}
