#include "tests/cpesim/audit.h"

#include <libxml/parser.h>
#include <libxml/tree.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "acs/base/text.h"

static const char soap_ns[] = "http://schemas.xmlsoap.org/soap/envelope/";
static const char encoding_ns[] = "http://schemas.xmlsoap.org/soap/encoding/";
static const char xsd_ns[] = "http://www.w3.org/2001/XMLSchema";
static const char xsi_ns[] = "http://www.w3.org/2001/XMLSchema-instance";

static const char *const cwmp_ns[] = {
    [CWMP_1_0] = "urn:dslforum-org:cwmp-1-0", [CWMP_1_1] = "urn:dslforum-org:cwmp-1-1",
    [CWMP_1_2] = "urn:dslforum-org:cwmp-1-2", [CWMP_1_3] = "urn:dslforum-org:cwmp-1-2",
    [CWMP_1_4] = "urn:dslforum-org:cwmp-1-2",
};

/* ---- tables ---- */

/* Headers an ACS may send. */
static const struct header_rule {
    const char *name;
    bool must_understand; /* the schema fixes mustUnderstand="1" */
    const char *only_in;  /* NULL: in any message */
} header_rules[] = {
    {"ID",             true, NULL            },
    {"UseCWMPVersion", true, "InformResponse"},
};

/* Arguments of what an ACS may send, all of them and in this order. */
static const struct method_rule {
    const char *method;
    const char *arguments;
} method_rules[] = {
    {"InformResponse",                     "MaxEnvelopes"                                                  },
    {"TransferCompleteResponse",           ""                                                              },
    {"AutonomousTransferCompleteResponse", ""                                                              },
    {"GetRPCMethodsResponse",              "MethodList"                                                    },
    {"GetRPCMethods",                      ""                                                              },
    {"SetParameterValues",                 "ParameterList ParameterKey"                                    },
    {"GetParameterValues",                 "ParameterNames"                                                },
    {"GetParameterNames",                  "ParameterPath NextLevel"                                       },
    {"SetParameterAttributes",             "ParameterList"                                                 },
    {"GetParameterAttributes",             "ParameterNames"                                                },
    {"AddObject",                          "ObjectName ParameterKey"                                       },
    {"DeleteObject",                       "ObjectName ParameterKey"                                       },
    {"Reboot",                             "CommandKey"                                                    },
    {"FactoryReset",                       ""                                                              },
    {"ScheduleInform",                     "DelaySeconds CommandKey"                                       },
    {"Download",
     "CommandKey FileType URL Username Password FileSize TargetFileName DelaySeconds SuccessURL FailureURL"},
    {"Upload",                             "CommandKey FileType URL Username Password DelaySeconds"        },
    {"CancelTransfer",                     "CommandKey"                                                    },
};

/* Arrays: what their members are called, and of which type they say to be. */
static const struct array_rule {
    const char *method;
    const char *element;
    const char *member;
    const char *type_ns; /* NULL: that of CWMP */
    size_t least;
} array_rules[] = {
    {"SetParameterValues",     "ParameterList",  "ParameterValueStruct",         NULL,   0},
    {"SetParameterAttributes", "ParameterList",  "SetParameterAttributesStruct", NULL,   1},
    {"GetParameterValues",     "ParameterNames", "string",                       xsd_ns, 1},
    {"GetParameterAttributes", "ParameterNames", "string",                       xsd_ns, 1},
    {"GetRPCMethodsResponse",  "MethodList",     "string",                       xsd_ns, 1},
};

/* Characters, not bytes. */
static const struct length_rule {
    const char *element;
    size_t most;
} length_rules[] = {
    {"ID",             32 },
    {"CommandKey",     32 },
    {"ParameterKey",   32 },
    {"ParameterPath",  256},
    {"Name",           256},
    {"string",         256},
    {"URL",            256},
    {"Username",       256},
    {"Password",       256},
    {"FileType",       64 },
    {"ObjectName",     256},
    {"TargetFileName", 256},
};

static const char *const value_types[] = {"string",  "int",      "unsignedInt",  "long",     "unsignedLong",
                                          "boolean", "dateTime", "base64Binary", "hexBinary"};

/* ---- looking at the tree ---- */

struct inspection {
    struct arena *arena;
    struct audit *audit;
    const char *cwmp;
    const char *method; /* name of the element in Body, "" if there is none */
};

static PRINTF_LIKE(3, 4) void found(struct inspection *in, const char *clause, const char *format, ...)
{
    va_list args;

    if (in->audit->count == AUDIT_FINDINGS_MAX)
        return;
    va_start(args, format);
    in->audit->findings[in->audit->count++] =
        (struct audit_finding){clause, arena_vprintf(in->arena, format, args)};
    va_end(args);
}

static const char *name_of(const xmlNode *node)
{
    return node == NULL ? "" : (const char *)node->name;
}

static bool in_namespace(const xmlNode *node, const char *ns)
{
    return node != NULL && node->ns != NULL && strcmp((const char *)node->ns->href, ns) == 0;
}

static bool is(const xmlNode *node, const char *ns, const char *name)
{
    return in_namespace(node, ns) && strcmp(name_of(node), name) == 0;
}

static xmlNode *skip_to_element(xmlNode *node)
{
    while (node != NULL && node->type != XML_ELEMENT_NODE)
        node = node->next;
    return node;
}

static xmlNode *first_child(const xmlNode *node)
{
    return skip_to_element(node->children);
}

static xmlNode *next(const xmlNode *node)
{
    return skip_to_element(node->next);
}

static size_t count_children(const xmlNode *node)
{
    size_t count = 0;

    for (const xmlNode *child = first_child(node); child != NULL; child = next(child))
        count++;
    return count;
}

static const char *copied(struct inspection *in, xmlChar *text)
{
    const char *copy = arena_strdup(in->arena, text == NULL ? "" : (const char *)text);

    xmlFree(text);
    return copy;
}

static const char *content(struct inspection *in, const xmlNode *node)
{
    return copied(in, xmlNodeGetContent(node));
}

/* NULL: there is no such attribute. */
static const char *attribute(struct inspection *in, const xmlNode *node, const char *ns, const char *name)
{
    xmlChar *value = xmlGetNsProp(node, (const xmlChar *)name, (const xmlChar *)ns);

    return value == NULL ? NULL : copied(in, value);
}

/* The namespace of the prefix of "prefix:name", and in ret_local the name. NULL: the prefix means nothing. */
static const char *resolve(struct inspection *in, xmlNode *node, const char *qname, const char **ret_local)
{
    const char *colon = strchr(qname, ':');
    const char *prefix = colon == NULL ? NULL : arena_memdup(in->arena, qname, (size_t)(colon - qname));
    const xmlNs *ns = xmlSearchNs(node->doc, node, (const xmlChar *)prefix);

    *ret_local = colon == NULL ? qname : colon + 1;
    return ns == NULL ? NULL : (const char *)ns->href;
}

/* ---- what is checked ---- */

static void check_length(struct inspection *in, const xmlNode *node)
{
    for (size_t i = 0; i < sizeof(length_rules) / sizeof(*length_rules); i++) {
        size_t len;

        if (strcmp(length_rules[i].element, name_of(node)) != 0)
            continue;
        len = text_utf8_length(content(in, node));
        if (len > length_rules[i].most)
            found(in, "A.3", "%s has %zu characters, at most %zu are allowed", name_of(node), len,
                  length_rules[i].most);
    }
}

static const struct header_rule *find_header_rule(const char *name)
{
    for (size_t i = 0; i < sizeof(header_rules) / sizeof(*header_rules); i++)
        if (strcmp(header_rules[i].name, name) == 0)
            return &header_rules[i];
    return NULL;
}

static void check_unknown_header(struct inspection *in, const xmlNode *node)
{
    const char *must = attribute(in, node, soap_ns, "mustUnderstand");

    if (in_namespace(node, in->cwmp))
        found(in, "3.5", "the header %s is none an ACS should send", name_of(node));
    if (must != NULL && strcmp(must, "1") == 0)
        in->audit->unknown_must_understand = true;
}

static void check_header(struct inspection *in, const xmlNode *node)
{
    const struct header_rule *rule = in_namespace(node, in->cwmp) ? find_header_rule(name_of(node)) : NULL;
    const char *must = attribute(in, node, soap_ns, "mustUnderstand");

    if (rule == NULL) {
        check_unknown_header(in, node);
        return;
    }
    check_length(in, node);
    if (rule->must_understand && (must == NULL || strcmp(must, "1") != 0))
        found(in, "3.5", "the header %s has not mustUnderstand=\"1\"", name_of(node));
    if (rule->only_in != NULL && strcmp(rule->only_in, in->method) != 0)
        found(in, "3.5", "the header %s in a %s", name_of(node), in->method);
}

static void check_type(struct inspection *in, xmlNode *value)
{
    const char *type = attribute(in, value, xsi_ns, "type");
    const char *local, *ns;

    if (type == NULL) {
        found(in, "A.2.1", "a Value without xsi:type");
        return;
    }
    ns = resolve(in, value, type, &local);
    for (size_t i = 0; ns != NULL && i < sizeof(value_types) / sizeof(*value_types); i++)
        if (strcmp(ns, xsd_ns) == 0 && strcmp(value_types[i], local) == 0)
            return;
    if (ns == NULL || strcmp(ns, encoding_ns) != 0 || strcmp(local, "base64") != 0)
        found(in, "A.2.1", "xsi:type=\"%s\" is no type of CWMP", type);
}

static void check_array_type(struct inspection *in, xmlNode *array, const struct array_rule *rule)
{
    const char *type = attribute(in, array, encoding_ns, "arrayType");
    const char *expected_ns = rule->type_ns == NULL ? in->cwmp : rule->type_ns;
    size_t members = count_children(array);
    const char *local, *ns, *bracket;

    if (type == NULL) {
        found(in, "3.5", "%s has no arrayType", name_of(array));
        return;
    }
    ns = resolve(in, array, type, &local);
    bracket = strchr(local, '[');
    if (ns == NULL || strcmp(ns, expected_ns) != 0 || bracket == NULL ||
        strncmp(local, rule->member, (size_t)(bracket - local)) != 0 ||
        strlen(rule->member) != (size_t)(bracket - local)) {
        found(in, "3.5", "%s says it is of type \"%s\", not %s", name_of(array), type, rule->member);
        return;
    }
    if (strcmp(bracket, arena_printf(in->arena, "[%zu]", members)) != 0)
        found(in, "3.5", "%s says \"%s\" and has %zu members", name_of(array), type, members);
}

static void check_duplicates(struct inspection *in, const xmlNode *array)
{
    size_t count = count_children(array), used = 0;
    const char **names = ARENA_ARRAY(in->arena, const char *, count);

    for (const xmlNode *member = first_child(array); member != NULL; member = next(member)) {
        const xmlNode *name = first_child(member);

        names[used] = name == NULL ? "" : content(in, name);
        for (size_t i = 0; i < used; i++)
            if (strcmp(names[i], names[used]) == 0)
                found(in, "A.3.2.1", "%s is set twice in one SetParameterValues", names[used]);
        used++;
    }
}

static void check_array(struct inspection *in, xmlNode *array)
{
    for (size_t i = 0; i < sizeof(array_rules) / sizeof(*array_rules); i++) {
        const struct array_rule *rule = &array_rules[i];

        if (strcmp(rule->method, in->method) != 0 || strcmp(rule->element, name_of(array)) != 0)
            continue;
        check_array_type(in, array, rule);
        if (count_children(array) < rule->least)
            found(in, "A.3", "%s is empty", name_of(array));
        for (const xmlNode *member = first_child(array); member != NULL; member = next(member))
            if (strcmp(name_of(member), rule->member) != 0)
                found(in, "3.5", "a member of %s is called %s", name_of(array), name_of(member));
        if (strcmp(rule->member, "ParameterValueStruct") == 0)
            check_duplicates(in, array);
    }
}

/* Everything below the method element; the schema qualifies none of it. */
static void check_below(struct inspection *in, const xmlNode *parent)
{
    for (xmlNode *node = first_child(parent); node != NULL; node = next(node)) {
        if (node->ns != NULL)
            found(in, "3.5", "the argument %s is in the namespace %s", name_of(node),
                  (const char *)node->ns->href);
        check_length(in, node);
        check_array(in, node);
        if (strcmp(name_of(node), "Value") == 0)
            check_type(in, node);
        check_below(in, node);
    }
}

static void check_arguments(struct inspection *in, const xmlNode *method)
{
    struct text names = TEXT_IN(in->arena);

    for (const xmlNode *argument = first_child(method); argument != NULL; argument = next(argument))
        text_printf(&names, "%s%s", names.len > 0 ? " " : "", name_of(argument));
    for (size_t i = 0; i < sizeof(method_rules) / sizeof(*method_rules); i++)
        if (strcmp(method_rules[i].method, in->method) == 0 &&
            strcmp(method_rules[i].arguments, text_string(&names)) != 0)
            found(in, "A.3", "%s has the arguments '%s', not '%s'", in->method, text_string(&names),
                  method_rules[i].arguments);
}

/* faultcode faultstring detail/cwmp:Fault/FaultCode FaultString */
static void check_fault(struct inspection *in, const xmlNode *fault)
{
    const xmlNode *code = first_child(fault);
    const xmlNode *string = code == NULL ? NULL : next(code);
    const xmlNode *detail = string == NULL ? NULL : next(string);
    const xmlNode *inner = detail == NULL ? NULL : first_child(detail);
    const char *local;

    if (inner == NULL || strcmp(name_of(code), "faultcode") != 0 ||
        strcmp(name_of(string), "faultstring") != 0 || strcmp(name_of(detail), "detail") != 0 ||
        !is(inner, in->cwmp, "Fault")) {
        found(in, "3.5", "a Fault that is not faultcode, faultstring, detail with a cwmp:Fault");
        return;
    }
    local = strrchr(content(in, code), ':');
    local = local == NULL ? content(in, code) : local + 1;
    if (strcmp(local, "Client") != 0 && strcmp(local, "Server") != 0)
        found(in, "3.5", "faultcode is '%s', neither Client nor Server", content(in, code));
    if (first_child(inner) == NULL || strcmp(name_of(first_child(inner)), "FaultCode") != 0)
        found(in, "3.5", "a cwmp:Fault without FaultCode");
}

static void check_body(struct inspection *in, const xmlNode *body)
{
    const xmlNode *method = first_child(body);

    if (method == NULL || next(method) != NULL) {
        found(in, "3.5", "%zu elements in Body instead of one", count_children(body));
        return;
    }
    if (is(method, soap_ns, "Fault")) {
        check_fault(in, method);
        return;
    }
    if (!in_namespace(method, in->cwmp))
        found(in, "3.7.4", "%s is in the namespace '%s', not in '%s'", name_of(method),
              method->ns == NULL ? "" : (const char *)method->ns->href, in->cwmp);
    check_arguments(in, method);
    check_below(in, method);
}

static void check_envelope(struct inspection *in, const xmlNode *root)
{
    const xmlNode *part, *header = NULL;

    if (!is(root, soap_ns, "Envelope")) {
        found(in, "3.5", "the document is no Envelope of SOAP 1.1");
        return;
    }
    part = first_child(root);
    if (is(part, soap_ns, "Header")) {
        header = part;
        part = next(part);
    }
    if (!is(part, soap_ns, "Body") || next(part) != NULL) {
        found(in, "3.5", "an Envelope that is not an optional Header and one Body");
        return;
    }
    if (first_child(part) != NULL)
        in->method = name_of(first_child(part));
    for (const xmlNode *entry = header == NULL ? NULL : first_child(header); entry != NULL;
         entry = next(entry))
        check_header(in, entry);
    check_body(in, part);
}

static void check_document(struct inspection *in, xmlParserCtxt *parser, xmlDoc *doc)
{
    if (doc == NULL || !parser->wellFormed || !parser->nsWellFormed) {
        const xmlError *error = xmlCtxtGetLastError(parser);

        found(in, "3.5", "not well-formed XML: %.*s",
              error == NULL || error->message == NULL ? 0 : (int)strcspn(error->message, "\n"),
              error == NULL || error->message == NULL ? "" : error->message);
        return;
    }
    if (doc->intSubset != NULL)
        found(in, "3.5", "the document has a DOCTYPE");
    check_envelope(in, xmlDocGetRootElement(doc));
}

void audit_envelope(const char *bytes, size_t len, enum cwmp_version version, struct arena *arena,
                    struct audit *ret)
{
    struct inspection in = {.arena = arena, .audit = ret, .cwmp = cwmp_ns[version], .method = ""};
    xmlParserCtxt *parser = xmlNewParserCtxt();
    xmlDoc *doc;

    *ret = (struct audit){0};
    if (parser == NULL || len > INT32_MAX)
        abort();
    if (len > AUDIT_ENVELOPE_MAX)
        found(&in, "3.5", "an envelope of %zu bytes; no device must take more than %d", len,
              AUDIT_ENVELOPE_MAX);
    doc = xmlCtxtReadMemory(parser, bytes, (int)len, NULL, NULL,
                            XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_NOCDATA);
    check_document(&in, parser, doc);
    xmlFreeDoc(doc);
    xmlFreeParserCtxt(parser);
}
