/* What is wrong with a line of a file, as it is kept and shown. */
#pragma once

#include "acs/api/language.h"
#include "acs/base/json.h"

enum trouble {
#define TROUBLE(id, code, pt, en) TROUBLE_##id,
#include "acs/imports/trouble.def"
#undef TROUBLE
    TROUBLE_COUNT
};

struct trouble_note {
    int64_t line;
    const char *pointer; /* NULL: it is about the line */
    const char *code, *message;
    const char *input; /* the cell; NULL: none */
};

/* {"line":2,"pointer":"/name",…} */
void trouble_write(const struct trouble_note *note, struct json_writer *json);
/* other: the other line, of REPEATED. */
struct trouble_note trouble_note(enum trouble trouble, enum language language, int64_t line, int64_t other,
                                 struct arena *arena);
/* By its code; TROUBLE_COUNT: it is none. */
enum trouble trouble_find(const char *code);
