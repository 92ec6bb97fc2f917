/*
 * A CWMP message as a table of fields, and the two walkers that turn a struct into XML and back.
 *
 * Reading tolerates what devices do: any order, elements nobody knows, a namespace where none belongs (E-06),
 * array members of any name (SOAP 1.1 5.4.1), array sizes that are wrong (E-24), empty or missing optional
 * fields. It refuses a field that comes twice, a text or list beyond its cap, and what is not of its kind.
 * Nothing is ever cut short. Writing refuses what the schema would.
 */
#pragma once

#include "soap/xml.h"

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
};

struct field {
    const char *element; /* NULL: end of the table */
    enum field_kind kind;
    unsigned flags;
    size_t offset;
    size_t type_offset;
    int64_t min, max; /* on output: range of a number, characters of a text, members of a list; max 0 for
                         texts and lists: the schema has no limit */
    uint32_t cap;     /* members of a list on input */
    const struct record *record;
};

/* What a struct field holds, or one member of a list. */
struct record {
    const char *element;    /* of a list's member: "EventStruct" */
    const char *array_type; /* "cwmp:EventStruct" */
    size_t size;
    const struct field *fields;
    bool bare; /* the member is no struct but its only field: a string */
};

#define FIELDS_END      \
    {                   \
        .element = NULL \
    }

/* How much one message may hold that no table knows: elements, and text in them. */
enum { FIELDS_UNKNOWN_MAX = 10 * 1000 };

/* ---- reading ---- */

enum frame_kind {
    FRAME_STRUCT,  /* inside a struct: children are looked up in its table */
    FRAME_LIST,    /* inside an array: children are members */
    FRAME_SCALAR,  /* inside a text or number */
    FRAME_THROUGH, /* inside an element that is seen through: children belong to the struct around it */
    FRAME_SKIP,    /* inside something unknown */
};

struct frame {
    enum frame_kind kind;
    const struct field *field; /* LIST, SCALAR; STRUCT: the list it is a member of, if list_place is set */
    char *list_place;
    const struct field *fields; /* STRUCT, THROUGH */
    char *base;                 /* of the struct that is being filled; not in THROUGH, whose owner has it */
    unsigned owner;             /* STRUCT, THROUGH: the frame that remembers which fields came */
    uint32_t seen;              /* STRUCT: one bit per field */
};

enum { FIELDS_DEPTH_MAX = 32 };

struct fields_reader {
    struct arena *arena;
    struct frame frames[FIELDS_DEPTH_MAX];
    unsigned depth; /* 0: the root element is closed, all is read */
    unsigned unknown;
    char *text;
    size_t text_len;
};

/* Every text becomes "". base must be zeroed before. */
void fields_init(const struct field *fields, void *base);

/* Before each message. */
void fields_reset(struct fields_reader *reader);

/* The root element is open: what comes until it closes fills base. The arena receives texts and lists. */
void fields_begin(struct fields_reader *reader, struct arena *arena, const struct field *fields, void *base);
enum err fields_open(struct fields_reader *reader, const struct xml_element *element) MUST_CHECK;
enum err fields_text(struct fields_reader *reader, const char *bytes, size_t len) MUST_CHECK;
enum err fields_close(struct fields_reader *reader) MUST_CHECK;

/* An element that is none of ours has begun: whatever its name, it is passed over. */
enum err fields_skip(struct fields_reader *reader) MUST_CHECK;
/* Counts something outside of the tables; ERR_TOO_LARGE: this message has had enough of that. */
enum err fields_ignore(struct fields_reader *reader) MUST_CHECK;

/* ---- writing ---- */

/* The children of the root element. ERR_INVALID names the field. */
enum err fields_write(const struct field *fields, const void *base, struct text *out) MUST_CHECK;
