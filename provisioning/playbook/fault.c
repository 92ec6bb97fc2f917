#include "provisioning/playbook/fault.h"

#include <stdlib.h>
#include <string.h>

#include "acs/base/text.h"

enum severity { SEVERITY_ERROR, SEVERITY_WARNING };

static const struct {
    const char *code;
    enum severity severity;
    const char *pt, *en;
} rows[] = {
#define FAULT(id, code, severity, pt, en) {code, SEVERITY_##severity, pt, en},
#include "provisioning/playbook/fault.def"
#undef FAULT
};

bool fault_is_error(enum playbook_fault fault)
{
    return rows[fault].severity == SEVERITY_ERROR;
}

void fault_add(struct fault_list *list, struct yaml_place place, enum playbook_fault fault,
               const char *subject)
{
    list->errors += fault_is_error(fault);
    if (list->count < FAULTS_MAX)
        list->items[list->count++] = (struct fault_row){fault, place, arena_strdup(list->arena, subject)};
}

static int compare(const void *left, const void *right)
{
    const struct fault_row *a = left;
    const struct fault_row *b = right;

    if (a->place.line != b->place.line)
        return a->place.line < b->place.line ? -1 : 1;
    return (a->place.column > b->place.column) - (a->place.column < b->place.column);
}

void fault_sort(struct fault_list *list)
{
    qsort(list->items, list->count, sizeof(*list->items), compare);
}

const char *fault_code(enum playbook_fault fault)
{
    return rows[fault].code;
}

const char *fault_say(const struct fault_row *row, bool portuguese, struct arena *arena)
{
    const char *words = portuguese ? rows[row->fault].pt : rows[row->fault].en;
    const char *place = strstr(words, "{}");

    if (place == NULL)
        return words;
    return arena_printf(arena, "%.*s%s%s", (int)(place - words), words, text_or_empty(row->subject),
                        place + 2);
}
