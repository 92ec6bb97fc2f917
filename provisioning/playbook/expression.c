/* Reading conditions. */
#include "provisioning/playbook/expression.h"

#include <stdlib.h>
#include <string.h>

#include "acs/base/text.h"
#include "provisioning/playbook/expression_node.h"
#include "provisioning/verdict/verdict.h"

enum word_kind { WORD_END, WORD_NAME, WORD_QUOTED, WORD_SIGN };

struct word {
    enum word_kind kind;
    const char *text; /* of a quoted one what stands between the quotes */
    const char *at;
};

struct cursor {
    const char *start, *at;
    struct word word; /* the one to look at */
    struct arena *arena;
    struct expression *expression;
    struct expression_fault *fault;
    unsigned nesting;
};

/* ---- words ---- */

static enum err refuse(struct cursor *cursor, const char *at, enum playbook_fault fault, const char *subject)
{
    const char *before = arena_memdup(cursor->arena, cursor->start, (size_t)(at - cursor->start));

    *cursor->fault = (struct expression_fault){fault, text_utf8_length(before), subject};
    return err_set(ERR_INVALID, "the condition: %s", subject);
}

static enum err refuse_word(struct cursor *cursor, enum playbook_fault fault)
{
    return refuse(cursor, cursor->word.at, fault, cursor->word.text);
}

static size_t sign_length(const char *at)
{
    if (strchr("<>!", *at) != NULL && at[1] == '=')
        return 2;
    return strchr("()=<>", *at) != NULL;
}

static enum err read_quoted(struct cursor *cursor)
{
    size_t len = strcspn(cursor->at + 1, "\"");

    if (cursor->at[len + 1] == '\0')
        return refuse(cursor, cursor->at, FAULT_EXPECTED_VALUE, cursor->at);
    cursor->word.kind = WORD_QUOTED;
    cursor->word.text = arena_memdup(cursor->arena, cursor->at + 1, len);
    cursor->at += len + 2;
    return ERR_OK;
}

static enum err next(struct cursor *cursor)
{
    size_t len;

    cursor->at += strspn(cursor->at, " \t\r\n");
    cursor->word = (struct word){.kind = WORD_END, .text = "", .at = cursor->at};
    if (*cursor->at == '\0')
        return ERR_OK;
    if (*cursor->at == '"')
        return read_quoted(cursor);
    len = sign_length(cursor->at);
    cursor->word.kind = len > 0 ? WORD_SIGN : WORD_NAME;
    if (len == 0)
        len = strcspn(cursor->at, " \t\r\n()=<>\"");
    if (len > 1 && cursor->word.kind == WORD_NAME && cursor->at[len - 1] == '!' && cursor->at[len] == '=')
        len--; /* a!=b */
    cursor->word.text = arena_memdup(cursor->arena, cursor->at, len);
    cursor->at += len;
    return ERR_OK;
}

static bool is(const struct cursor *cursor, enum word_kind kind, const char *text)
{
    return cursor->word.kind == kind && strcmp(cursor->word.text, text) == 0;
}

/* ---- nodes ---- */

static enum err add(struct cursor *cursor, struct node node, const struct node **ret)
{
    struct expression *expression = cursor->expression;

    if (expression->count == NODES_MAX)
        return refuse_word(cursor, FAULT_TOO_LONG);
    expression->nodes[expression->count] = node;
    *ret = &expression->nodes[expression->count++];
    return ERR_OK;
}

enum fact_key expression_fact_key(const char *name)
{
    char place[80];

    for (int key = 0; key < KEY_COUNT; key++) {
        const char *pattern = fact_rows[key].name;
        size_t before = strcspn(pattern, "{"), len = strlen(name);

        if (pattern[before] == '\0' || len >= sizeof(place) || len <= before || name[before] != '*')
            continue;
        if (strncmp(name, pattern, before) == 0 && strcmp(name + before + 1, strchr(pattern, '}') + 1) == 0)
            return (enum fact_key)key;
    }
    return strchr(name, '*') == NULL ? fact_key_of(name) : KEY_COUNT;
}

/* A name must be that of a fact which may be told. */
static enum err check_fact(struct cursor *cursor, enum fact_key *ret)
{
    if (cursor->word.kind != WORD_NAME)
        return refuse_word(cursor, FAULT_EXPECTED_NAME);
    *ret = expression_fact_key(cursor->word.text);
    if (*ret == KEY_COUNT || fact_rows[*ret].kind == FACT_CLUE)
        return refuse_word(cursor, FAULT_UNKNOWN_FACT);
    return fact_rows[*ret].kind == FACT_SECRET ? refuse_word(cursor, FAULT_SECRET_FACT) : ERR_OK;
}

/* ---- values ---- */

static bool read_number(const char *text, double *ret)
{
    char *end = NULL;

    if (*text == '\0' || strspn(text, "+-.0123456789") != strlen(text))
        return false;
    *ret = strtod(text, &end);
    return *end == '\0';
}

/* A number, a fact that is one, or "0.7*" and such a fact; blanks around the star are taken, too. */
static enum err read_number_value(struct cursor *cursor, struct node *node)
{
    const char *star = strchr(cursor->word.text, '*');
    enum fact_key key;

    node->number = 1;
    if (cursor->word.kind != WORD_NAME)
        return refuse_word(cursor, FAULT_EXPECTED_VALUE);
    if (read_number(cursor->word.text, &node->number)) {
        TRY(next(cursor));
        if (cursor->word.kind != WORD_NAME || cursor->word.text[0] != '*')
            return ERR_OK;
        cursor->at = cursor->word.at + 1;
        TRY(next(cursor));
    } else if (star != NULL && star > cursor->word.text &&
               read_number(arena_memdup(cursor->arena, cursor->word.text, (size_t)(star - cursor->word.text)),
                           &node->number)) {
        cursor->at = cursor->word.at + (star - cursor->word.text) + 1;
        TRY(next(cursor));
    } else if (strchr(cursor->word.text, '.') == NULL) {
        return refuse_word(cursor, FAULT_NOT_A_NUMBER);
    }
    TRY(check_fact(cursor, &key));
    if (fact_rows[key].kind != FACT_NUMBER || strchr(cursor->word.text, '*') != NULL)
        return refuse_word(cursor, FAULT_NOT_A_NUMBER);
    node->other = cursor->word.text;
    return next(cursor);
}

static enum err read_text_value(struct cursor *cursor, struct node *node)
{
    if (cursor->word.kind != WORD_NAME && cursor->word.kind != WORD_QUOTED)
        return refuse_word(cursor, FAULT_EXPECTED_VALUE);
    node->text = cursor->word.text;
    return next(cursor);
}

static enum err read_flag_value(struct cursor *cursor, struct node *node)
{
    if (!is(cursor, WORD_NAME, "true") && !is(cursor, WORD_NAME, "false"))
        return refuse_word(cursor, FAULT_BAD_FLAG);
    node->number = is(cursor, WORD_NAME, "true");
    return next(cursor);
}

/* ---- conditions ---- */

static bool read_comparison(const struct cursor *cursor, enum comparison *ret)
{
    static const char *const signs[] = {[IS_EQUAL] = "=",    [IS_OTHER] = "!=", [IS_LESS] = "<",
                                        [IS_AT_MOST] = "<=", [IS_MORE] = ">",   [IS_AT_LEAST] = ">="};

    for (size_t i = 0; i < sizeof(signs) / sizeof(*signs); i++)
        if (is(cursor, WORD_SIGN, signs[i])) {
            *ret = (enum comparison)i;
            return true;
        }
    return false;
}

static enum err read_value(struct cursor *cursor, const struct word *left, struct node *node)
{
    switch (fact_rows[node->key].kind) {
    case FACT_NUMBER:
        return read_number_value(cursor, node);
    case FACT_FLAG:
        if (node->comparison > IS_OTHER)
            return refuse(cursor, left->at, FAULT_ORDER_OF_TEXT, left->text);
        return read_flag_value(cursor, node);
    case FACT_TEXT:
    case FACT_SECRET:
    case FACT_CLUE:
        break;
    }
    if (node->comparison > IS_OTHER)
        return refuse(cursor, left->at, FAULT_ORDER_OF_TEXT, left->text);
    return read_text_value(cursor, node);
}

/* A fact alone, or compared. */
static enum err read_fact(struct cursor *cursor, const struct node **ret)
{
    struct word left = cursor->word;
    struct node node = {.kind = NODE_COMPARE, .name = left.text};

    TRY(check_fact(cursor, &node.key));
    TRY(next(cursor));
    if (read_comparison(cursor, &node.comparison)) {
        TRY(next(cursor));
        TRY(read_value(cursor, &left, &node));
        return add(cursor, node, ret);
    }
    if (fact_rows[node.key].kind != FACT_FLAG)
        return refuse(cursor, left.at, FAULT_COMPARE, left.text);
    node.kind = NODE_FLAG;
    return add(cursor, node, ret);
}

static enum err read_verdict(struct cursor *cursor, const struct node **ret)
{
    struct node node = {.kind = NODE_VERDICT, .name = cursor->word.text + strlen("verdict.")};

    if (verdict_code_find(node.name) == VERDICT_COUNT)
        return refuse(cursor, cursor->word.at, FAULT_UNKNOWN_VERDICT, node.name);
    TRY(next(cursor));
    return add(cursor, node, ret);
}

static enum err read_any(struct cursor *cursor, const struct node **ret);

static enum err read_parenthesis(struct cursor *cursor, const struct node **ret)
{
    TRY(next(cursor));
    TRY(read_any(cursor, ret));
    if (!is(cursor, WORD_SIGN, ")"))
        return refuse_word(cursor, FAULT_EXPECTED_CLOSE);
    return next(cursor);
}

static enum err read_one(struct cursor *cursor, const struct node **ret);

static enum err read_not(struct cursor *cursor, const struct node **ret)
{
    struct node node = {.kind = NODE_NOT};

    TRY(next(cursor));
    TRY(read_one(cursor, &node.left));
    return add(cursor, node, ret);
}

static enum err read_reachable(struct cursor *cursor, const struct node **ret)
{
    TRY(next(cursor));
    return add(cursor, (struct node){.kind = NODE_REACHABLE, .name = "contact.age_s"}, ret);
}

static enum err read_one(struct cursor *cursor, const struct node **ret)
{
    enum err err;

    if (cursor->nesting == NESTING_MAX)
        return refuse_word(cursor, FAULT_TOO_LONG);
    cursor->nesting++;
    if (is(cursor, WORD_SIGN, "("))
        err = read_parenthesis(cursor, ret);
    else if (is(cursor, WORD_NAME, "not"))
        err = read_not(cursor, ret);
    else if (is(cursor, WORD_NAME, "device.reachable"))
        err = read_reachable(cursor, ret);
    else if (cursor->word.kind == WORD_NAME && text_starts_with(cursor->word.text, "verdict."))
        err = read_verdict(cursor, ret);
    else
        err = read_fact(cursor, ret);
    cursor->nesting--;
    return err;
}

static enum err read_all(struct cursor *cursor, const struct node **ret)
{
    TRY(read_one(cursor, ret));
    while (is(cursor, WORD_NAME, "and")) {
        struct node node = {.kind = NODE_AND, .left = *ret};

        TRY(next(cursor));
        TRY(read_one(cursor, &node.right));
        TRY(add(cursor, node, ret));
    }
    return ERR_OK;
}

static enum err read_any(struct cursor *cursor, const struct node **ret)
{
    TRY(read_all(cursor, ret));
    while (is(cursor, WORD_NAME, "or")) {
        struct node node = {.kind = NODE_OR, .left = *ret};

        TRY(next(cursor));
        TRY(read_all(cursor, &node.right));
        TRY(add(cursor, node, ret));
    }
    return ERR_OK;
}

enum err expression_read(const char *text, struct arena *arena, const struct expression **ret,
                         struct expression_fault *ret_fault)
{
    struct expression *expression = ARENA_NEW(arena, struct expression);
    struct cursor cursor = {
        .start = text, .at = text, .arena = arena, .expression = expression, .fault = ret_fault};

    if (strlen(text) > CONDITION_LENGTH_MAX)
        return refuse(&cursor, text, FAULT_TOO_LONG, "");
    TRY(next(&cursor));
    TRY(read_any(&cursor, &expression->root));
    if (cursor.word.kind != WORD_END)
        return refuse_word(&cursor, FAULT_EXPECTED_END);
    *ret = expression;
    return ERR_OK;
}
