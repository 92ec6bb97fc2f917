#include "acs/http/auth_param.h"

#include <string.h>

#include "acs/base/text.h"

const char auth_param_gaps[] = " \t,";

const char *auth_param_take_word(const char **at, const char *ends, struct arena *arena)
{
    size_t len = strcspn(*at, ends);
    const char *word = arena_memdup(arena, *at, len);

    *at += len;
    return word;
}

/* *at is the opening quote. An end that is missing is the end of the text. */
static const char *take_quoted(const char **at, const char *escapable, struct arena *arena)
{
    struct text out = TEXT_IN(arena);
    const char *c = *at + 1;

    for (; *c != '\0' && *c != '"'; c++) {
        if (*c == '\\' && c[1] != '\0' && (escapable == NULL || strchr(escapable, c[1]) != NULL))
            c++;
        text_putc(&out, *c);
    }
    *at = *c == '"' ? c + 1 : c;
    return text_string(&out);
}

bool auth_param_take(const char **at, const char *escapable, struct arena *arena, struct auth_param *ret)
{
    const char *next;

    *at += strspn(*at, auth_param_gaps);
    if (**at == '\0')
        return false;
    *ret = (struct auth_param){.name = auth_param_take_word(at, " \t,=\"", arena)};
    next = *at + strspn(*at, " \t");
    if (*next != '=') {
        *at += **at == '"';
        return true;
    }
    *at = next + 1 + strspn(next + 1, " \t");
    ret->value =
        **at == '"' ? take_quoted(at, escapable, arena) : auth_param_take_word(at, auth_param_gaps, arena);
    return true;
}
