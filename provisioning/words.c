#include "provisioning/words.h"

#include <string.h>

enum { WORD_MAX = 256 };

enum err words_refuse(const struct words *words, const char *at, const char *what)
{
    return err_set(ERR_INVALID, "line %u, column %zu: %s", words->line, (size_t)(at - words->line_start) + 1,
                   what);
}

static void skip_space(struct words *words)
{
    words->at += strspn(words->at, " \t\r");
    if (*words->at == '#')
        words->at += strcspn(words->at, "\n");
}

bool words_line_is_over(struct words *words)
{
    skip_space(words);
    return *words->at == '\n' || *words->at == '\0';
}

bool words_line(struct words *words)
{
    while (words_line_is_over(words)) {
        if (*words->at == '\0')
            return false;
        words->line_start = ++words->at;
        words->line++;
    }
    return true;
}

/* A word, or what stands between quotes; never over the end of a line. */
enum err words_next(struct words *words, const char **ret)
{
    const char *start;
    size_t len;

    skip_space(words);
    start = words->word = words->at;
    if (*start == '"') {
        len = strcspn(start + 1, "\"\n");
        if (start[1 + len] != '"')
            return words_refuse(words, start, "the quote does not end on this line");
        *ret = arena_memdup(words->arena, start + 1, len);
        words->at = start + len + 2;
    } else {
        len = strcspn(start, " \t\r\n\"");
        *ret = arena_memdup(words->arena, start, len);
        words->at = start + len;
    }
    if (len == 0)
        return words_refuse(words, start, "a word is missing; write \"*\" for any");
    return len > WORD_MAX ? words_refuse(words, start, "this word is too long") : ERR_OK;
}
