/*
 * A CWMP message as a table of fields. Three walkers go over it: from XML (fields_read.h), to XML
 * (fields_write.h), and to JSON and back (cwmp_json.h).
 */
#pragma once

#include <string.h>

#include "soap/cwmp.h"

enum field_kind {
    FIELD_TEXT,     /* const char * */
    FIELD_OUI,      /* const char *, normalised (I-03) */
    FIELD_TIME,     /* const char *; an xsd:dateTime on output, any text on input */
    FIELD_BOOL,     /* bool */
    FIELD_INT,      /* int32_t */
    FIELD_UNSIGNED, /* uint32_t */
    FIELD_VALUE,    /* const char * and, at type_offset, enum cwmp_type */
    FIELD_STRUCT,   /* a struct in place */
    FIELD_LIST,     /* {items, count}; on the wire an array in an element of its own */
    FIELD_REPEATED, /* {items, count}; on the wire the element itself, again and again */
    FIELD_WRAP,     /* an element around members of the same struct; reading sees through it, and through any
                       other */
};

enum field_flag {
    FIELD_REQUIRED = 1,   /* reading refuses a message in which it is missing or empty */
    FIELD_KEEP_SPACE = 2, /* white space at the ends belongs to the text */
    FIELD_TYPED = 4,      /* writing refuses a value that is not of its type (E-25) */
    FIELD_QUALIFIED = 8,  /* element in the cwmp namespace */
    FIELD_PROSE = 16, /* words for people: never a reason to refuse writing (a fault may quote cut bytes) */
    FIELD_OPTIONAL = 32, /* an empty text is left out when writing */
    FIELD_SECRET = 64,   /* nobody is shown it */
    FIELD_KEY = 128,     /* left out for a device that cannot bear it (soap_dialect.no_set_key) */
};

/* ERR_INVALID: the schema, or the prose of the standard, does not allow this text. */
typedef enum err field_check_fn(const char *text);

struct field {
    const char *element; /* NULL: end of the table */
    enum field_kind kind;
    unsigned flags;
    size_t offset;
    size_t type_offset;
    int64_t min, max;      /* on output: range of a number, characters of a text, members of a list; max 0 for
                              texts and lists: the schema has no limit */
    uint32_t cap;          /* members of a list on input */
    field_check_fn *check; /* of a text on output; NULL: its length is all that counts */
    const struct record *record;
};

/* One of the types that a struct may be of (ChangeDUState, D-01). */
struct variant {
    const char *type; /* "InstallOpStruct"; NULL: end of the list */
    const struct field *fields;
};

/* What a struct field holds, or one member of a list. */
struct record {
    const char *element;    /* of a list's member: "EventStruct" */
    const char *array_type; /* "cwmp:EventStruct" */
    size_t size;
    const struct field *fields;
    bool bare;                      /* the member is no struct but its only field: a string */
    const struct variant *variants; /* NULL: all are of one type; else the first one means "none" … */
    size_t variant_offset;          /* … and the number of each struct's own is here */
};

/* Every list struct is {items, count}; the type of its items differs, its place and size do not. */
struct field_list {
    void *items;
    size_t count;
};

static inline struct field_list field_list_at(const void *member)
{
    struct field_list list;

    memcpy(&list, member, sizeof(list));
    return list;
}

static inline bool field_is_text(enum field_kind kind)
{
    return kind == FIELD_TEXT || kind == FIELD_OUI || kind == FIELD_TIME || kind == FIELD_VALUE;
}

/* Every text becomes "". base must be zeroed before. */
void fields_init(const struct field *fields, void *base);
void record_init(const struct record *record, void *item); /* also zeroes it */
/* The type of this struct, and what it consists of. */
const struct variant *record_variant(const struct record *record, const void *item); /* NULL: it has none */
const struct field *record_fields(const struct record *record, const void *item);

/* What may be written; ERR_INVALID says what is wrong, and the caller which field it is. */
enum err field_check_text(const struct field *field, const char *text) MUST_CHECK;
enum err field_check_number(const struct field *field, int64_t number) MUST_CHECK;
enum err field_check_count(const struct field *field, size_t count) MUST_CHECK;

#define FIELDS_END      \
    {                   \
        .element = NULL \
    }
