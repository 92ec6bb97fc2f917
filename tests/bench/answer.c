#include "tests/bench/answer.h"

#include <string.h>

#include "acs/base/text.h"
#include "tests/bench/message.h"

#define OBJECT "InternetGatewayDevice.QueueManagement.Classification."
#define CHANGING \
    "1000000000" /* the last value: the one that --change-every changes, all but its first digit */

/* A classification rule, the longest list that a gateway of the field has. */
static const struct leaf {
    const char *name;
    const char *type;
    const char *value;
} leaves[] = {
    {"ClassificationEnable", "boolean", "1"                                 },
    {"ClassInterface",       "string",  "InternetGatewayDevice.LANDevice.1."},
    {"DestIP",               "string",  "203.0.113.0"                       },
    {"DestMask",             "string",  "255.255.255.0"                     },
    {"Protocol",             "int",     "17"                                },
    {"DestPort",             "int",     "5060"                              },
    {"DSCPCheck",            "int",     "-1"                                },
    {"EthernetPriorityMark", "int",     "-2"                                },
    {"ClassPolicer",         "int",     "-1"                                },
    {"ClassQueue",           "int",     "2"                                 },
};

enum { LEAVES = sizeof(leaves) / sizeof(*leaves) };

struct parameter {
    size_t offset; /* of its ParameterValueStruct in list, which goes on to the next one's */
    struct bytes name;
};

struct answers {
    const struct options *options;
    struct text list; /* all ParameterValueStructs in order of their names' objects */
    struct text names;
    struct parameter *parameters; /* options->values of them, and the end of the list */
    struct text items;            /* of the answer at hand */
    struct text envelope;
    size_t changing; /* offset in list of ten digits */
    uint32_t likely; /* parameter to be asked for next */
};

struct range { /* of parameters; empty if both are the same */
    uint32_t first;
    uint32_t end;
};

static bool is(struct bytes text, const char *word)
{
    return text.len == strlen(word) && memcmp(text.at, word, text.len) == 0;
}

static const char *find(struct bytes in, const char *word)
{
    return memmem(in.at, in.len, word, strlen(word));
}

static struct bytes from(struct bytes in, const char *at)
{
    return (struct bytes){at, in.len - (size_t)(at - in.at)};
}

/* Content of the first element whose tag has this name and any prefix: what is between its '>' and the next
 * '<'. */
static struct bytes content(struct bytes in, const char *name)
{
    const char *at = find(in, name);
    const char *open = at ? memchr(at, '>', in.len - (size_t)(at - in.at)) : NULL;
    const char *end;

    if (open == NULL)
        return (struct bytes){in.at, 0};
    end = memchr(open, '<', in.len - (size_t)(open - in.at));
    return (struct bytes){open + 1, end ? (size_t)(end - open - 1) : 0};
}

struct bytes answer_method(struct bytes message)
{
    const char *body = find(message, ":Body");
    const char *end = message.at + message.len;
    const char *name = body ? memchr(body, '<', (size_t)(end - body)) : NULL;
    const char *stop;

    if (name == NULL)
        return (struct bytes){message.at, 0};
    for (stop = ++name; stop < end && strchr(" />\r\n\t", *stop) == NULL; stop++)
        if (*stop == ':')
            name = stop + 1;
    return (struct bytes){name, (size_t)(stop - name)};
}

static void add_value(struct text *out, struct bytes name, const char *type, const char *value)
{
    text_puts(out, "        <ParameterValueStruct>\n          <Name>");
    text_add(out, name.at, name.len);
    text_printf(out,
                "</Name>\n          <Value xsi:type=\"xsd:%s\">%s</Value>\n        </ParameterValueStruct>\n",
                type, value);
}

static void add_leaf(struct answers *answers, uint32_t i)
{
    const struct leaf *leaf = &leaves[i % LEAVES];
    size_t start = answers->names.len;
    struct bytes name;

    text_printf(&answers->names, OBJECT "%u.%s", i / LEAVES + 1, leaf->name);
    name = (struct bytes){answers->names.data + start, answers->names.len - start};
    answers->parameters[i].offset = answers->list.len;
    answers->parameters[i].name = (struct bytes){NULL, name.len};
    if (i + 1 == answers->options->values)
        add_value(&answers->list, name, "string", CHANGING);
    else
        add_value(&answers->list, name, leaf->type, leaf->value);
}

static void name_parameters(struct answers *answers)
{
    const char *at = answers->names.data;

    for (uint32_t i = 0; i < answers->options->values; i++) {
        answers->parameters[i].name.at = at;
        at += answers->parameters[i].name.len;
    }
}

struct answers *answers_new(struct arena *arena, const struct options *options)
{
    struct answers *answers = ARENA_NEW(arena, struct answers);
    struct text *texts[] = {&answers->list, &answers->names, &answers->items, &answers->envelope};
    const char *last;

    for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
        *texts[i] = TEXT_IN(arena);
    answers->options = options;
    answers->parameters = ARENA_ARRAY(arena, struct parameter, options->values + 1);
    for (uint32_t i = 0; i < options->values; i++)
        add_leaf(answers, i);
    answers->parameters[options->values].offset = answers->list.len;
    name_parameters(answers); /* only now does names lie where it will stay */
    last = strstr(answers->list.data + answers->parameters[options->values - 1].offset, CHANGING);
    answers->changing = (size_t)(last - answers->list.data);
    return answers;
}

static bool is_below(const struct parameter *parameter, struct bytes path)
{
    return parameter->name.len > path.len && memcmp(parameter->name.at, path.at, path.len) == 0;
}

/* The parameters below a path follow each other; an empty path is the root (TR-069 A.3.2.3). */
static struct range below(const struct answers *answers, struct bytes path)
{
    struct range range = {0, 0};

    while (range.first < answers->options->values && !is_below(&answers->parameters[range.first], path))
        range.first++;
    for (range.end = range.first; range.end < answers->options->values; range.end++)
        if (!is_below(&answers->parameters[range.end], path))
            break;
    return range;
}

static struct range exactly(struct answers *answers, struct bytes name)
{
    uint32_t count = answers->options->values;

    /* Who reads by name reads in the order of the list: the next one is the likely one. */
    for (uint32_t tried = 0; tried < count; tried++) {
        uint32_t i = (answers->likely + tried) % count;
        const struct parameter *parameter = &answers->parameters[i];

        if (parameter->name.len == name.len && memcmp(parameter->name.at, name.at, name.len) == 0) {
            answers->likely = i + 1;
            return (struct range){i, i + 1};
        }
    }
    return (struct range){0, 0};
}

static uint32_t read_value(struct answers *answers, struct bytes name)
{
    bool partial = name.len == 0 || name.at[name.len - 1] == '.';
    struct range range = partial ? below(answers, name) : exactly(answers, name);
    size_t start = answers->parameters[range.first].offset;

    if (range.first == range.end && !partial) {
        add_value(&answers->items, name, "string", "0");
        return 1;
    }
    text_add(&answers->items, answers->list.data + start, answers->parameters[range.end].offset - start);
    return range.end - range.first;
}

static void close_list(struct answers *answers, const char *type, uint32_t count)
{
    text_printf(&answers->envelope, "      <ParameterList SOAP-ENC:arrayType=\"cwmp:%s[%u]\">\n", type,
                count);
    text_add(&answers->envelope, answers->items.data, answers->items.len);
    text_puts(&answers->envelope, "      </ParameterList>\n");
}

static void answer_values(struct answers *answers, struct bytes request)
{
    uint32_t count = 0;

    for (const char *at; (at = find(request, "<string")) != NULL; request = from(request, at + 1))
        count += read_value(answers, content(from(request, at), "<string"));
    close_list(answers, "ParameterValueStruct", count);
}

static void add_name(struct text *out, struct bytes name)
{
    text_puts(out, "        <ParameterInfoStruct>\n          <Name>");
    text_add(out, name.at, name.len);
    text_puts(out, "</Name>\n          <Writable>1</Writable>\n        </ParameterInfoStruct>\n");
}

/* The name as far as the level below the path: an object's ends in '.'. */
static struct bytes level_below(struct bytes name, struct bytes path)
{
    const char *dot = memchr(name.at + path.len, '.', name.len - path.len);

    return dot ? (struct bytes){name.at, (size_t)(dot + 1 - name.at)} : name;
}

static void answer_names(struct answers *answers, struct bytes request)
{
    struct bytes path = content(request, "<ParameterPath");
    struct bytes next = content(request, "<NextLevel");
    bool one_level = is(next, "1") || is(next, "true");
    struct range range = below(answers, path);
    struct bytes previous = {"", 0};
    uint32_t count = 0;

    for (uint32_t i = range.first; i < range.end; i++) {
        struct bytes name = answers->parameters[i].name;

        if (one_level)
            name = level_below(name, path);
        if (name.len == previous.len && memcmp(name.at, previous.at, name.len) == 0)
            continue;
        add_name(&answers->items, name);
        previous = name;
        count++;
    }
    close_list(answers, "ParameterInfoStruct", count);
}

static void answer_set(struct answers *answers, struct bytes request)
{
    (void)request;
    text_puts(&answers->envelope, "      <Status>0</Status>\n");
}

static void answer_nothing(struct answers *answers, struct bytes request)
{
    (void)answers;
    (void)request;
}

static void answer_methods(struct answers *answers, struct bytes request);

static const struct method {
    const char *name;
    void (*answer)(struct answers *answers, struct bytes request);
} methods[] = {
    {"GetRPCMethods",      answer_methods},
    {"GetParameterValues", answer_values },
    {"GetParameterNames",  answer_names  },
    {"SetParameterValues", answer_set    },
    {"Reboot",             answer_nothing},
};

enum { METHODS = sizeof(methods) / sizeof(*methods) };

/* What is answered here, no more. */
static void answer_methods(struct answers *answers, struct bytes request)
{
    (void)request;
    text_printf(&answers->envelope, "      <MethodList SOAP-ENC:arrayType=\"xsd:string[%d]\">\n", METHODS);
    for (size_t i = 0; i < METHODS; i++)
        text_printf(&answers->envelope, "        <string>%s</string>\n", methods[i].name);
    text_puts(&answers->envelope, "      </MethodList>\n");
}

static void set_generation(struct answers *answers, uint32_t generation)
{
    char *at = answers->list.data + answers->changing;

    for (int i = 9; i > 0; i--) {
        at[i] = (char)('0' + generation % 10);
        generation /= 10;
    }
}

struct bytes answers_to(struct answers *answers, struct bytes request, uint32_t generation)
{
    struct bytes name = answer_method(request);
    struct bytes id = content(request, ":ID");
    struct text *out = &answers->envelope;

    out->len = 0;
    answers->items.len = 0;
    set_generation(answers, generation);
    for (size_t i = 0; i < METHODS; i++) {
        if (!is(name, methods[i].name))
            continue;
        text_printf(out, MESSAGE_ENVELOPE_OPEN, message_namespace(answers->options), (int)id.len, id.at);
        text_printf(out, "    <cwmp:%sResponse>\n", methods[i].name);
        methods[i].answer(answers, request);
        text_printf(out, "    </cwmp:%sResponse>\n" MESSAGE_ENVELOPE_CLOSE, methods[i].name);
        break;
    }
    return (struct bytes){out->data, out->len};
}
