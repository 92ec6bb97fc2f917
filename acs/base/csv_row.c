#include "acs/base/csv_row.h"

#include <string.h>

#include "acs/base/csv.h"

void csv_row_put_cell(const struct json *value, char separator, struct text *text)
{
    if (json_kind(value) == JSON_STRING) {
        csv_put_before(text, json_string(value, ""), separator);
        return;
    }
    if (json_kind(value) != JSON_NULL)
        json_print(value, text); /* a number, true or false */
    text_putc(text, separator);
}

void csv_row_put_head(const char *const *names, size_t count, struct text *text)
{
    for (size_t i = 0; i < count; i++)
        text_printf(text, "%s,", names[i]);
    csv_end(text);
}

enum err csv_row_put(const char *object, const char *const *names, size_t count, struct text *text)
{
    AUTO_JSON json = NULL;

    TRY(json_read(object, strlen(object), &json));
    for (size_t i = 0; i < count; i++)
        csv_row_put_cell(json_get(json, names[i]), ',', text);
    csv_end(text);
    return ERR_OK;
}
