#include "acs/imports/trouble.h"

static const struct {
    const char *code, *pt, *en;
} rows[TROUBLE_COUNT] = {
#define TROUBLE(id, code, pt, en) [TROUBLE_##id] = {code, pt, en},
#include "acs/imports/trouble.def"
#undef TROUBLE
};

void trouble_write(const struct trouble_note *note, struct json_writer *json)
{
    json_open_object(json);
    json_field_int(json, "line", note->line);
    json_field_string(json, "pointer", note->pointer);
    json_field_string(json, "code", note->code);
    json_field_string(json, "message", note->message);
    json_field_string(json, "input", note->input);
    json_close_object(json);
}

struct trouble_note trouble_note(enum trouble trouble, enum language language, int64_t line, int64_t other,
                                 struct arena *arena)
{
    const char *text = language == LANGUAGE_PT ? rows[trouble].pt : rows[trouble].en;

    if (other != 0)
        text = arena_printf(arena, "%s %lld", text, (long long)other);
    return (struct trouble_note){.line = line, .code = rows[trouble].code, .message = text};
}

enum trouble trouble_find(const char *code)
{
    unsigned i = 0;

    while (i < TROUBLE_COUNT && strcmp(rows[i].code, code) != 0)
        i++;
    return (enum trouble)i;
}
