/*
 * From XML to a struct.
 *
 * Reading tolerates what devices do: any order, elements nobody knows, a namespace where none belongs (E-06),
 * array members of any name (SOAP 1.1 5.4.1), array sizes that are wrong (E-24), an array where the schema
 * has repeated elements (D-02), empty or missing optional fields. It refuses a field that comes twice, a text
 * or list beyond its cap, and what is not of its kind. Nothing is ever cut short.
 */
#pragma once

#include "soap/fields.h"
#include "soap/xml.h"

/* How much one message may hold that no table knows: elements, and text in them. */
enum { FIELDS_UNKNOWN_MAX = 10 * 1000 };

enum frame_kind {
    FRAME_STRUCT,  /* inside a struct: children are looked up in its table */
    FRAME_LIST,    /* inside an array: children are members */
    FRAME_SCALAR,  /* inside a text or number */
    FRAME_THROUGH, /* inside an element that is seen through: children belong to the struct around it */
    FRAME_SKIP,    /* inside something unknown */
};

struct frame {
    enum frame_kind kind;
    const struct field *field;  /* LIST, SCALAR; STRUCT: what it is in, NULL: the message */
    char *list_place;           /* STRUCT: the list it is a member of, NULL: of none */
    const struct field *fields; /* STRUCT, THROUGH */
    char *base;                 /* of the struct that is being filled; not in THROUGH, whose owner has it */
    unsigned owner;             /* STRUCT, THROUGH: the frame that remembers which fields came */
    uint32_t seen;              /* STRUCT: one bit per field; LIST: 1 if the list has been there before */
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
