#include "db/filter.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "db/filter_tree.h"

static const struct filter_key keys[] = {
#define HOME                        false
#define PERSON                      true
#define KEY(name, kind, whose, sql) {name, FILTER_##kind, whose, sql},
#include "db/filter_key.def"
#undef KEY
#undef HOME
#undef PERSON
};

/* The longer ones first: "<=" begins with "<". */
static const struct {
    const char *sign;
    enum filter_operator compare;
} operators[] = {
    {"!=", FILTER_IS_NOT  },
    {"<=", FILTER_AT_MOST },
    {">=", FILTER_AT_LEAST},
    {":",  FILTER_IS      },
    {"=",  FILTER_IS      },
    {"<",  FILTER_LESS    },
    {">",  FILTER_MORE    },
    {"~",  FILTER_HAS     },
};

#define BIT(name) (1u << FILTER_##name)
#define EQUAL     (BIT(IS) | BIT(IS_NOT))
#define ORDER     (BIT(LESS) | BIT(AT_MOST) | BIT(MORE) | BIT(AT_LEAST))

/* How each kind can be compared. */
static const unsigned comparisons[] = {
    [FILTER_TEXT] = EQUAL | BIT(HAS),
    [FILTER_NUMBER] = EQUAL | ORDER,
    [FILTER_AGE] = ORDER,
    [FILTER_SECONDS] = ORDER,
    [FILTER_VERSION] = EQUAL | ORDER | BIT(HAS),
    [FILTER_FLAG] = EQUAL,
    [FILTER_ADDRESS] = EQUAL,
    [FILTER_TAG] = EQUAL,
    [FILTER_PARAMETER] = EQUAL | BIT(HAS),
};

struct parser {
    const char *text, *at;
    const struct filter_rules *rules;
    struct arena *arena;
    struct filter_error *error;
    unsigned terms, values, depth;
};

/* ---- what is wrong ---- */

static enum err fail_at(struct parser *parser, const char *at, enum filter_fault fault, const char *part)
{
    unsigned column = 1;

    for (const char *c = parser->text; c < at; c++)
        column += (*c & 0xc0) != 0x80; /* characters, not bytes */
    *parser->error = (struct filter_error){fault, column, part};
    return err_set(ERR_INVALID, "column %u: %s", column, filter_fault_code(fault));
}

static const char *piece(struct parser *parser, const char *from, const char *end)
{
    return arena_memdup(parser->arena, from, (size_t)(end - from));
}

/* ---- tokens ---- */

static void skip_space(struct parser *parser)
{
    parser->at += strspn(parser->at, " ");
}

static bool is_end_of_word(char c)
{
    return c == '\0' || strchr(" ()\"", c) != NULL;
}

static const struct filter_key *find_key(const char *name, size_t len)
{
    for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++)
        if (strlen(keys[i].name) == len && strncasecmp(keys[i].name, name, len) == 0)
            return &keys[i];
    return NULL;
}

/* The length of what could be a key, if an operator follows; 0: it does not. */
static size_t key_length(const char *text)
{
    size_t len = strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_");

    return len > 0 && text[len] != '\0' && strchr(":=<>~!", text[len]) != NULL &&
                   (text[len] != '!' || text[len + 1] == '=')
               ? len
               : 0;
}

static enum filter_operator read_operator(struct parser *parser)
{
    for (size_t i = 0; i < sizeof(operators) / sizeof(*operators); i++) {
        if (text_starts_with(parser->at, operators[i].sign)) {
            parser->at += strlen(operators[i].sign);
            return operators[i].compare;
        }
    }
    return FILTER_OPERATORS;
}

/* "…" with "" for a quote within. */
static enum err read_quoted(struct parser *parser, const char **ret)
{
    const char *begin = parser->at;
    struct text out = TEXT_IN(parser->arena);

    for (const char *c = begin + 1; *c != '\0'; c++) {
        if (*c == '"' && c[1] != '"') {
            parser->at = c + 1;
            *ret = text_string(&out);
            return ERR_OK;
        }
        c += *c == '"';
        text_putc(&out, *c);
    }
    return fail_at(parser, begin, FILTER_FAULT_QUOTE, "");
}

/* ---- values ---- */

static enum err check_version(struct parser *parser, const char *at, const struct filter *term,
                              struct filter_value *value)
{
    if (strpbrk(value->text, "0123456789") != NULL && strlen(value->text) <= 64)
        return ERR_OK;
    return fail_at(parser, at, FILTER_FAULT_VERSION, term->key->name);
}

/* Becomes seconds. */
static enum err check_duration(struct parser *parser, const char *at, const struct filter *term,
                               struct filter_value *value)
{
    enum { YEARS_MOST = 100 };
    char *unit;
    double number = strtod(value->text, &unit);
    static const struct {
        const char *name;
        double seconds;
    } units[] = {
        {"s",   1     },
        {"m",   60    },
        {"min", 60    },
        {"h",   3600  },
        {"d",   86400 },
        {"w",   604800},
        {"sem", 604800},
    };

    if (strspn(value->text, "0123456789.") == (size_t)(unit - value->text) && unit != value->text)
        for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++)
            if (strcmp(unit, units[i].name) == 0 && number * units[i].seconds < YEARS_MOST * 366 * 86400.0) {
                value->text = arena_printf(parser->arena, "%.3f", number * units[i].seconds);
                return ERR_OK;
            }
    return fail_at(parser, at, FILTER_FAULT_DURATION, term->key->name);
}

/* A comma would have made it a list, so it has a point. */
static enum err check_number(struct parser *parser, const char *at, const struct filter *term,
                             struct filter_value *value)
{
    size_t len = strlen(value->text);
    char *end;

    strtod(value->text, &end);
    if (len > 0 && len <= 20 && *end == '\0' && strspn(value->text, "0123456789.-") == len)
        return ERR_OK;
    return fail_at(parser, at, FILTER_FAULT_NUMBER, term->key->name);
}

static enum err check_flag(struct parser *parser, const char *at, const struct filter *term,
                           struct filter_value *value)
{
    static const char *const yes[] = {"yes", "true", "sim", "1"}, *const no[] = {"no", "false", "não", "nao",
                                                                                 "0"};

    for (size_t i = 0; i < sizeof(yes) / sizeof(*yes); i++)
        if (text_equal_nocase(value->text, yes[i])) {
            value->text = "true";
            return ERR_OK;
        }
    for (size_t i = 0; i < sizeof(no) / sizeof(*no); i++)
        if (text_equal_nocase(value->text, no[i])) {
            value->text = "false";
            return ERR_OK;
        }
    return fail_at(parser, at, FILTER_FAULT_FLAG, term->key->name);
}

static bool is_network(const char *text, struct arena *arena)
{
    unsigned char bytes[sizeof(struct in6_addr)];
    const char *slash = strchr(text, '/');
    const char *address = slash == NULL ? text : arena_memdup(arena, text, (size_t)(slash - text));
    bool is_v4 = inet_pton(AF_INET, address, bytes) == 1;
    uint32_t bits = 0;

    if (!is_v4 && inet_pton(AF_INET6, address, bytes) != 1)
        return false;
    return slash == NULL || (text_read_u32(slash + 1, &bits) == ERR_OK && bits <= (is_v4 ? 32 : 128));
}

static enum err check_address(struct parser *parser, const char *at, const struct filter *term,
                              struct filter_value *value)
{
    if (is_network(value->text, parser->arena))
        return ERR_OK;
    return fail_at(parser, at, FILTER_FAULT_ADDRESS, term->key->name);
}

static enum err check_value(struct parser *parser, const char *at, const struct filter *term,
                            struct filter_value *value)
{
    if (*value->text == '\0')
        return fail_at(parser, at, FILTER_FAULT_VALUE, term->key->name);
    switch (term->key->kind) {
    case FILTER_VERSION:
        return term->compare == FILTER_HAS ? ERR_OK : check_version(parser, at, term, value);
    case FILTER_AGE:
    case FILTER_SECONDS:
        return check_duration(parser, at, term, value);
    case FILTER_NUMBER:
        return check_number(parser, at, term, value);
    case FILTER_FLAG:
        return check_flag(parser, at, term, value);
    case FILTER_ADDRESS:
        return check_address(parser, at, term, value);
    case FILTER_TEXT:
    case FILTER_TAG:
    case FILTER_PARAMETER:
        return ERR_OK;
    }
    return ERR_OK;
}

static enum err read_value(struct parser *parser, const struct filter *term, struct filter_value *ret)
{
    const char *begin = parser->at;

    if (parser->values++ == FILTER_VALUES_MAX)
        return fail_at(parser, begin, FILTER_FAULT_TOO_MANY, "");
    *ret = (struct filter_value){.quoted = *begin == '"'};
    if (ret->quoted) {
        TRY(read_quoted(parser, &ret->text));
    } else {
        while (!is_end_of_word(*parser->at) && *parser->at != ',')
            parser->at++;
        ret->text = piece(parser, begin, parser->at);
    }
    return check_value(parser, begin, term, ret);
}

static enum err read_values(struct parser *parser, struct filter *term)
{
    struct filter_value *values = ARENA_ARRAY(parser->arena, struct filter_value, FILTER_VALUES_MAX);
    const char *comma;

    term->values = values;
    for (;;) {
        TRY(read_value(parser, term, &values[term->value_count++]));
        comma = parser->at;
        if (*comma != ',')
            return ERR_OK;
        if (term->compare != FILTER_IS && term->compare != FILTER_IS_NOT)
            return fail_at(parser, comma, FILTER_FAULT_LIST, "");
        if (term->value_count == FILTER_VALUES_MAX)
            return fail_at(parser, comma, FILTER_FAULT_TOO_MANY, "");
        parser->at++;
    }
}

/* ---- terms ---- */

static enum err read_path(struct parser *parser, const char *begin, struct filter *term)
{
    const char *path = parser->at;

    if (!parser->rules->parameters)
        return fail_at(parser, begin, FILTER_FAULT_FORBIDDEN, "");
    if (term->compare != FILTER_IS)
        return fail_at(parser, path, FILTER_FAULT_PATH, "");
    parser->at += strspn(path, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-");
    if (parser->at == path || parser->at[-1] == '.' || strchr(piece(parser, path, parser->at), '.') == NULL)
        return fail_at(parser, path, FILTER_FAULT_PATH, "");
    term->path = piece(parser, path, parser->at);
    term->compare = read_operator(parser);
    return term->compare == FILTER_OPERATORS ? fail_at(parser, parser->at, FILTER_FAULT_VALUE, "param")
                                             : ERR_OK;
}

static enum err read_term(struct parser *parser, size_t key_len, struct filter *term)
{
    const char *begin = parser->at;
    const char *sign = begin + key_len;

    term->node = FILTER_TERM;
    term->key = find_key(begin, key_len);
    if (term->key == NULL)
        return fail_at(parser, begin, FILTER_FAULT_KEY, piece(parser, begin, sign));
    parser->at = sign;
    term->compare = read_operator(parser);
    if (term->key->kind == FILTER_PARAMETER)
        TRY(read_path(parser, begin, term));
    if ((comparisons[term->key->kind] & 1u << term->compare) == 0)
        return fail_at(parser, sign, FILTER_FAULT_OPERATOR, term->key->name);
    return read_values(parser, term);
}

static enum err read_word(struct parser *parser, struct filter *word)
{
    struct filter_value *value = ARENA_NEW(parser->arena, struct filter_value);
    const char *begin = parser->at;

    word->node = FILTER_WORD;
    word->values = value;
    word->value_count = 1;
    value->quoted = true;
    parser->values++;
    if (*begin == '"') {
        TRY(read_quoted(parser, &value->text));
        return *value->text == '\0' ? fail_at(parser, begin, FILTER_FAULT_STRAY, "\"\"") : ERR_OK;
    }
    while (!is_end_of_word(*parser->at))
        parser->at++;
    value->text = piece(parser, begin, parser->at);
    if (parser->at == begin || strpbrk(value->text, "<>=~,") != NULL)
        return fail_at(parser, begin, FILTER_FAULT_STRAY,
                       parser->at == begin ? piece(parser, begin, begin + (*begin != '\0')) : value->text);
    return ERR_OK;
}

/* ---- and, or, not ---- */

static enum err read_either(struct parser *parser, const struct filter **ret);

static enum err read_group(struct parser *parser, const struct filter **ret)
{
    const char *begin = parser->at++;

    if (parser->depth++ == FILTER_DEPTH_MAX)
        return fail_at(parser, begin, FILTER_FAULT_TOO_DEEP, "");
    TRY(read_either(parser, ret));
    if (*parser->at != ')')
        return fail_at(parser, begin, FILTER_FAULT_PARENTHESIS, "");
    parser->at++;
    parser->depth--;
    return ERR_OK;
}

static enum err read_plain(struct parser *parser, const struct filter **ret)
{
    struct filter *filter;
    size_t key_len = key_length(parser->at);

    *ret = NULL;
    if (*parser->at == '(')
        return read_group(parser, ret);
    if (parser->terms++ == FILTER_TERMS_MAX || parser->values == FILTER_VALUES_MAX)
        return fail_at(parser, parser->at, FILTER_FAULT_TOO_MANY, "");
    filter = ARENA_NEW(parser->arena, struct filter);
    *ret = filter;
    return key_len > 0 ? read_term(parser, key_len, filter) : read_word(parser, filter);
}

static const struct filter *join(struct parser *parser, enum filter_node node, const struct filter *left,
                                 const struct filter *right)
{
    struct filter *filter = ARENA_NEW(parser->arena, struct filter);

    filter->node = node;
    filter->left = left;
    filter->right = right;
    return filter;
}

static enum err read_one(struct parser *parser, const struct filter **ret)
{
    bool negated = *parser->at == '-' && parser->at[1] != ' ' && parser->at[1] != '\0';

    parser->at += negated;
    TRY(read_plain(parser, ret));
    if (negated)
        *ret = join(parser, FILTER_NOT, *ret, NULL);
    return ERR_OK;
}

static bool is_or(const char *at)
{
    return (at[0] == 'o' || at[0] == 'O') && (at[1] == 'r' || at[1] == 'R') && is_end_of_word(at[2]);
}

static enum err read_all(struct parser *parser, const struct filter **ret)
{
    const struct filter *next;

    *ret = NULL;
    for (skip_space(parser); *parser->at != '\0' && *parser->at != ')' && !is_or(parser->at);
         skip_space(parser)) {
        TRY(read_one(parser, &next));
        *ret = *ret == NULL ? next : join(parser, FILTER_AND, *ret, next);
    }
    if (*ret != NULL)
        return ERR_OK;
    if (*parser->at == '\0')
        return fail_at(parser, parser->at, FILTER_FAULT_EMPTY, "");
    return fail_at(parser, parser->at, FILTER_FAULT_STRAY, *parser->at == ')' ? ")" : "or");
}

static enum err read_either(struct parser *parser, const struct filter **ret)
{
    const struct filter *next;

    TRY(read_all(parser, ret));
    while (is_or(parser->at)) {
        parser->at += strlen("or");
        TRY(read_all(parser, &next));
        *ret = join(parser, FILTER_OR, *ret, next);
    }
    return ERR_OK;
}

static bool has_control(const char *text)
{
    for (; *text != '\0'; text++)
        if ((unsigned char)*text < ' ' || *text == 0x7f)
            return true;
    return false;
}

enum err filter_parse(const char *text, const struct filter_rules *rules, struct arena *arena,
                      const struct filter **ret, struct filter_error *ret_error)
{
    struct parser parser = {.text = text, .at = text, .rules = rules, .arena = arena, .error = ret_error};

    if (strlen(text) > FILTER_MAX)
        return fail_at(&parser, text, FILTER_FAULT_TOO_LONG, "");
    if (!text_is_utf8(text, strlen(text)) || has_control(text))
        return fail_at(&parser, text, FILTER_FAULT_NOT_UTF8, "");
    TRY(read_either(&parser, ret));
    return *parser.at == '\0' ? ERR_OK : fail_at(&parser, parser.at, FILTER_FAULT_STRAY, ")");
}

const struct filter *filter_both(const struct filter *a, const struct filter *b, struct arena *arena)
{
    struct filter *both;

    if (a == NULL || b == NULL)
        return a == NULL ? b : a;
    both = ARENA_NEW(arena, struct filter);
    *both = (struct filter){.node = FILTER_AND, .left = a, .right = b};
    return both;
}

bool filter_is_meant(const char *text)
{
    for (bool begins = true; *text != '\0'; text++) {
        size_t len = begins ? key_length(text) : 0;

        if (len > 0 && find_key(text, len) != NULL)
            return true;
        begins = *text == ' ' || (begins && (*text == '-' || *text == '('));
    }
    return false;
}

/* ---- in words ---- */

static const struct {
    const char *code, *pt, *en;
} faults[] = {
#define FAULT(id, code, pt, en) {code, pt, en},
#include "db/filter_fault.def"
#undef FAULT
};

const char *filter_fault_code(enum filter_fault fault)
{
    return faults[fault].code;
}

const char *filter_say(const struct filter_error *error, bool portuguese, struct arena *arena)
{
    const char *words = portuguese ? faults[error->fault].pt : faults[error->fault].en;
    const char *gap = strstr(words, "%s");

    if (gap == NULL)
        return words;
    return arena_printf(arena, "%.*s%.80s%s", (int)(gap - words), words, error->part, gap + 2);
}
