/* The forms of what verdicts say (words.def), by ids, and what may stand in place of one. */
#include <string.h>

#include "acs/base/text.h"
#include "provisioning/verdict/verdict.h"

static const struct verdict_words forms[VERDICT_COUNT][VERDICT_SHAPES_MAX][VERDICT_PART_COUNT] = {
#define PAIR(pt, en) \
    {                \
        pt, en       \
    }
#define WORDS(id, shape, headline_pt, headline_en, say_pt, say_en, next_pt, next_en) \
    [VERDICT_##id][shape] = {[VERDICT_HEADLINE] = PAIR(headline_pt, headline_en),    \
                             [VERDICT_SAY] = PAIR(say_pt, say_en),                   \
                             [VERDICT_NEXT] = PAIR(next_pt, next_en)},
#include "provisioning/verdict/words.def"
#undef WORDS
#undef PAIR
};

static const char *const part_names[VERDICT_PART_COUNT] = {
    [VERDICT_HEADLINE] = "headline", [VERDICT_SAY] = "say", [VERDICT_NEXT] = "next"};

const struct verdict_words *verdict_form(enum verdict_code code, unsigned shape, enum verdict_part part)
{
    const struct verdict_words *form = &forms[code][shape][part];

    return form->pt != NULL ? form : NULL;
}

const char *verdict_form_id(enum verdict_code code, unsigned shape, enum verdict_part part,
                            struct arena *arena)
{
    if (shape == 0)
        return arena_printf(arena, "%s.%s", verdict_code_name(code), part_names[part]);
    return arena_printf(arena, "%s.%u.%s", verdict_code_name(code), shape, part_names[part]);
}

static bool read_part(const char *name, enum verdict_part *ret)
{
    for (int part = 0; part < VERDICT_PART_COUNT; part++)
        if (strcmp(part_names[part], name) == 0) {
            *ret = (enum verdict_part)part;
            return true;
        }
    return false;
}

bool verdict_form_read(const char *id, enum verdict_code *ret_code, unsigned *ret_shape,
                       enum verdict_part *ret_part)
{
    const char *dot = strchr(id, '.');
    size_t len = strcspn(id, ".");

    for (int code = 0; dot != NULL && code < VERDICT_COUNT; code++) {
        const char *name = verdict_code_name((enum verdict_code)code);

        if (strlen(name) != len || memcmp(name, id, len) != 0)
            continue;
        *ret_code = (enum verdict_code)code;
        *ret_shape = dot[1] >= '1' && dot[1] < '0' + VERDICT_SHAPES_MAX && dot[2] == '.'
                         ? (unsigned)(dot[1] - '0')
                         : 0;
        return read_part(dot + (*ret_shape == 0 ? 1 : 3), ret_part) &&
               verdict_form(*ret_code, *ret_shape, *ret_part) != NULL;
    }
    return false;
}

struct saying_places verdict_form_places(enum verdict_code code, unsigned shape)
{
    struct saying_places places = {0};

    for (int part = 0; part < VERDICT_PART_COUNT; part++)
        saying_places_of(forms[code][shape][part].pt, &places);
    return places;
}

size_t verdict_form_max(enum verdict_part part)
{
    return part == VERDICT_HEADLINE ? VERDICT_HEADLINE_MAX : VERDICT_SAY_MAX;
}

bool verdict_form_takes(const struct saying *saying)
{
    enum verdict_code code;
    enum verdict_part part;
    struct saying_places places;
    unsigned shape;

    if (!verdict_form_read(saying->id, &code, &shape, &part))
        return false;
    places = verdict_form_places(code, shape);
    return saying_check(saying->pt, &places, verdict_form_max(part), NULL) == SAYING_IS_FINE &&
           saying_check(saying->en, &places, verdict_form_max(part), NULL) == SAYING_IS_FINE;
}
