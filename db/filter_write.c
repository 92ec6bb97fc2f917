/* A filter as a condition of SQL. All of the SQL is in the tables; what was typed is in the parameters. */
#include <string.h>

#include "db/filter_tree.h"

struct writer {
    struct arena *arena;
    unsigned first;
    const char **values;
    size_t count;
};

enum { LIKE = FILTER_OPERATORS, COMPARISONS };

#define FILTER_LIKE LIKE

static const char *const comparisons[][COMPARISONS] = {
#define COMPARE(kind, how, sql) [FILTER_##kind][FILTER_##how] = (sql),
#include "db/filter_compare.def"
#undef COMPARE
};

enum frame {
#define FRAME(id, sql) FRAME_##id,
#include "db/filter_frame.def"
#undef FRAME
};

static const char *const frames[] = {
#define FRAME(id, sql) sql,
#include "db/filter_frame.def"
#undef FRAME
};

/* With the inner part for @ and the next parameter for $. value NULL: there is no $. */
static const char *fill(struct writer *writer, const char *sql, const char *inner, const char *value)
{
    struct text out = TEXT_IN(writer->arena);

    for (; *sql != '\0'; sql++) {
        if (*sql == '@' && sql[1] != '>')
            text_puts(&out, inner);
        else if (*sql == '$')
            text_printf(&out, "$%u", writer->first + (unsigned)writer->count);
        else
            text_putc(&out, *sql);
    }
    if (value != NULL)
        writer->values[writer->count++] = value;
    return text_string(&out);
}

/* For LIKE: what was typed stands for itself, but for * where it means any characters. */
static const char *pattern(struct writer *writer, const struct filter_value *value, bool anywhere)
{
    struct text out = TEXT_IN(writer->arena);

    text_puts(&out, anywhere ? "%" : "");
    for (const char *c = value->text; *c != '\0'; c++) {
        if (*c == '*' && !value->quoted) {
            text_putc(&out, '%');
            continue;
        }
        if (strchr("\\%_", *c) != NULL)
            text_putc(&out, '\\');
        text_putc(&out, *c);
    }
    text_puts(&out, anywhere ? "%" : "");
    return text_string(&out);
}

static const char *write_comparison(struct writer *writer, const struct filter *term,
                                    const struct filter_value *value)
{
    const char *const *row = comparisons[term->key->kind];
    bool is_pattern = row[LIKE] != NULL && !value->quoted && strchr(value->text, '*') != NULL;

    if (term->compare == FILTER_HAS)
        return fill(writer, row[FILTER_HAS], term->key->sql, pattern(writer, value, true));
    if (is_pattern)
        return fill(writer, row[LIKE], term->key->sql, pattern(writer, value, false));
    return fill(writer, row[term->compare == FILTER_IS_NOT ? FILTER_IS : term->compare], term->key->sql,
                value->text);
}

static const char *write_list(struct writer *writer, const struct filter *term)
{
    struct text out = TEXT_IN(writer->arena);

    for (size_t i = 0; i < term->value_count; i++) {
        text_puts(&out, i > 0 ? " OR " : "");
        text_puts(&out, write_comparison(writer, term, &term->values[i]));
    }
    return text_string(&out);
}

static const char *write_term(struct writer *writer, const struct filter *term)
{
    const char *list = write_list(writer, term);

    if (term->key->kind == FILTER_PARAMETER)
        list = fill(writer, frames[FRAME_PARAMETER], list, term->path);
    else if (term->key->of_person)
        list = fill(writer, frames[FRAME_PERSON], list, NULL);
    return term->compare == FILTER_IS_NOT ? fill(writer, frames[FRAME_NOT], list, NULL) : list;
}

static const char *write_word(struct writer *writer, const struct filter *word)
{
    const char *serial = fill(writer, frames[FRAME_SERIAL], "", pattern(writer, word->values, true));
    const char *words = fill(writer, frames[FRAME_WORDS], "", word->values->text);

    return arena_printf(writer->arena, "%s OR %s", serial, fill(writer, frames[FRAME_PERSON], words, NULL));
}

/* As deep as the parser let it become: FILTER_DEPTH_MAX groups of FILTER_TERMS_MAX terms. */
static const char *write_node(struct writer *writer,
                              const struct filter *filter) /* NOLINT(misc-no-recursion) */
{
    const char *left, *right;

    switch (filter->node) {
    case FILTER_TERM:
        return arena_printf(writer->arena, "(%s)", write_term(writer, filter));
    case FILTER_WORD:
        return arena_printf(writer->arena, "(%s)", write_word(writer, filter));
    case FILTER_NOT:
        return fill(writer, frames[FRAME_NOT], write_node(writer, filter->left), NULL);
    case FILTER_AND:
    case FILTER_OR:
        left = write_node(writer, filter->left);
        right = write_node(writer, filter->right);
        return arena_printf(writer->arena, "(%s %s %s)", left, filter->node == FILTER_AND ? "AND" : "OR",
                            right);
    }
    return "";
}

struct filter_sql filter_sql(const struct filter *filter, unsigned first, struct arena *arena)
{
    struct writer writer = {
        .arena = arena, .first = first, .values = ARENA_ARRAY(arena, const char *, FILTER_SQL_VALUES_MAX)};
    const char *text = write_node(&writer, filter);

    return (struct filter_sql){text, writer.values, writer.count};
}
