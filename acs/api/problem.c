#include "acs/api/problem.h"

#include <stdio.h>
#include <string.h>

#define ROW(...)    \
    {               \
        __VA_ARGS__ \
    }

static const struct problem_row rows[PROBLEM_COUNT] = {
#define PROBLEM(id, http_status, name, class, title_pt, title_en, advice_pt, advice_en) \
    [PROBLEM_##id] =                                                                    \
        ROW((http_status), (name), ERR_##class, ROW(title_pt, title_en), ROW(advice_pt, advice_en)),
#include "acs/api/problem.def"
#undef PROBLEM
};

const struct problem_row *problem_row(enum problem problem)
{
    return &rows[problem];
}

enum problem problem_of_err(enum err err)
{
    static const enum problem problems[] = {
        [ERR_OK] = PROBLEM_INTERNAL, /* not an error: whoever asks has a bug */
        [ERR_INVALID] = PROBLEM_INVALID,     [ERR_DENIED] = PROBLEM_FORBIDDEN,
        [ERR_NOT_FOUND] = PROBLEM_NOT_FOUND, [ERR_CONFLICT] = PROBLEM_CONFLICT,
        [ERR_TOO_LARGE] = PROBLEM_TOO_LARGE, [ERR_UNAVAILABLE] = PROBLEM_UNAVAILABLE,
        [ERR_INTERNAL] = PROBLEM_INTERNAL,
    };

    return problems[err];
}

bool problem_by_code(const char *code, enum problem *ret)
{
    for (unsigned i = 0; i < PROBLEM_COUNT; i++) {
        if (strcmp(rows[i].code, code) == 0) {
            *ret = (enum problem)i;
            return true;
        }
    }
    return false;
}

static void write_complaint(struct json_writer *json, const struct complaint *complaint)
{
    json_open_object(json);
    if (complaint->pointer != NULL)
        json_field_string(json, "pointer", complaint->pointer);
    if (complaint->parameter != NULL)
        json_field_string(json, "parameter", complaint->parameter);
    json_field_string(json, "code", complaint->code);
    json_field_string(json, "detail", complaint->detail);
    if (complaint->line > 0) {
        json_field_int(json, "line", complaint->line);
        json_field_int(json, "column", complaint->column);
    }
    json_close_object(json);
}

void problem_write(const struct problem_report *report, enum language language, struct text *out)
{
    const struct problem_row *row = &rows[report->problem];
    struct json_writer json = JSON_WRITER(out);
    char type[64];

    snprintf(type, sizeof(type), "/api/v1/problems/%s", row->code);
    json_open_object(&json);
    json_field_string(&json, "type", type);
    json_field_string(&json, "title", row->title[language]);
    json_field_int(&json, "status", row->status);
    json_field_string(&json, "code", row->code);
    json_field_string(&json, "detail", report->detail != NULL ? report->detail : row->advice[language]);
    json_field_string(&json, "instance", report->instance);
    if (report->complaints != NULL && report->complaints->count > 0) {
        json_key(&json, "errors");
        json_open_array(&json);
        for (unsigned i = 0; i < report->complaints->count; i++)
            write_complaint(&json, &report->complaints->items[i]);
        json_close_array(&json);
    }
    json_close_object(&json);
}

void problem_describe(enum problem problem, enum language language, struct text *out)
{
    const struct problem_row *row = &rows[problem];
    struct json_writer json = JSON_WRITER(out);

    json_open_object(&json);
    json_field_string(&json, "code", row->code);
    json_field_int(&json, "status", row->status);
    json_field_string(&json, "title", row->title[language]);
    json_field_string(&json, "advice", row->advice[language]);
    json_close_object(&json);
}
