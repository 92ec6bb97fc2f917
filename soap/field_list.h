/*
 * The words in which the field lists of rpc.c and envelope.c are written: one line per field, in the order of
 * the schema.
 *
 *     static const struct field reboot_fields[] = {
 *         TEXT(reboot, command_key, "CommandKey", 32),
 *         FIELDS_END,
 *     };
 *
 * The first argument names a struct of types.h without its "cwmp_". A word for another kind of member than
 * the struct has does not compile. Lengths are those of the schema, in characters; 0: it sets none.
 */
#pragma once

#include "soap/fields.h"
#include "soap/value_check.h"

enum { LIST_CAP = 50 * 1000 }; /* members of a list that we read */

/* The offset of a member, if it is of the wanted type. */
#define AT(type, member, wanted)                                                                             \
    (offsetof(struct cwmp_##type, member) +                                                                  \
     0 * sizeof(struct {                                                                                     \
         _Static_assert(__builtin_types_compatible_p(__typeof__(((struct cwmp_##type *)0)->member), wanted), \
                        "cwmp_" #type "." #member " is not a " #wanted);                                     \
         char unused;                                                                                        \
     }))

#define FIELD(wire, of_kind, at, ...)                                       \
    {                                                                       \
        .element = wire, .kind = FIELD_##of_kind, .offset = at, __VA_ARGS__ \
    }

#define FLAGGED_TEXT(type, member, wire, length, flag) \
    FIELD(wire, TEXT, AT(type, member, const char *), .max = length, .flags = flag)
#define TEXT(type, member, wire, length)          FLAGGED_TEXT(type, member, wire, length, 0)
#define REQUIRED_TEXT(type, member, wire, length) FLAGGED_TEXT(type, member, wire, length, FIELD_REQUIRED)
#define OPTIONAL_TEXT(type, member, wire, length) FLAGGED_TEXT(type, member, wire, length, FIELD_OPTIONAL)
/* Writing refuses it empty. */
#define SOME_TEXT(type, member, wire, length) \
    FIELD(wire, TEXT, AT(type, member, const char *), .min = 1, .max = length)
/* Writing refuses what check, one of value.h, does not take. */
#define CHECKED_TEXT(type, member, wire, length, how, flag) \
    FIELD(wire, TEXT, AT(type, member, const char *), .max = length, .check = how, .flags = flag)
#define OUI(type, member, wire) FIELD(wire, OUI, AT(type, member, const char *), .max = 6)
#define FLAGGED_TIME(type, member, wire, flag) \
    FIELD(wire, TIME, AT(type, member, const char *), .max = 0, .check = value_check_time, .flags = flag)
#define TIME(type, member, wire) FLAGGED_TIME(type, member, wire, 0)
#define BOOL(type, member, wire) FIELD(wire, BOOL, AT(type, member, bool), .max = 0)

#define RANGE(type, member, wire, low, high) \
    FIELD(wire, UNSIGNED, AT(type, member, uint32_t), .min = low, .max = high)
#define UNSIGNED(type, member, wire) RANGE(type, member, wire, 0, UINT32_MAX)
#define INTEGER(type, member, wire, low, high) \
    FIELD(wire, INT, AT(type, member, int32_t), .min = low, .max = high)
/* 0: done, 1: will be done */
#define STATUS(type, member, wire) \
    FIELD(wire, INT, AT(type, member, int32_t), .max = 1, .flags = FIELD_REQUIRED)

#define VALUE(type, member, type_member, wire, flag)                                                         \
    FIELD(wire, VALUE, AT(type, member, const char *), .type_offset = AT(type, type_member, enum cwmp_type), \
          .flags = flag)

/* A struct in place; its fields are what RECORD(of, …) said. */
#define STRUCT(type, member, wire, of, flag) STRUCT_OF(type, member, wire, of, of, flag)
/* The same with another list of fields than the one that is named like the struct. */
#define STRUCT_OF(type, member, wire, of, of_type, flag) \
    FIELD(wire, STRUCT, AT(type, member, struct cwmp_##of_type), .record = &of##_record, .flags = flag)
/* An array of RECORD(of, …) or STRINGS(of, …), kept in a struct cwmp_<list>. */
#define BOUNDED_LIST(type, member, wire, of, list, least, most, most_read)                        \
    FIELD(wire, LIST, AT(type, member, struct cwmp_##list), .record = &of##_record, .min = least, \
          .max = most, .cap = most_read)
#define LIST(type, member, wire, of, list, least) \
    BOUNDED_LIST(type, member, wire, of, list, least, 0, LIST_CAP)
/* Elements of RECORD(of, …) without an array around them. */
#define REPEATED(type, member, wire, of, list, least, most_read)                                      \
    FIELD(wire, REPEATED, AT(type, member, struct cwmp_##list), .record = &of##_record, .min = least, \
          .cap = most_read)
/* An element around fields of the same struct, which WRAPPED(of) names. */
#define WRAP(wire, of, flag) FIELD(wire, WRAP, 0, .record = &of##_record, .flags = flag)

/* Makes <of>_fields usable in STRUCT, LIST and REPEATED; wire: the name of the struct's type and of an
 * array's member. */
#define RECORD(of, type, wire)                                                    \
    static const struct record of##_record = {.element = wire,                    \
                                              .array_type = "cwmp:" wire,         \
                                              .size = sizeof(struct cwmp_##type), \
                                              .fields = of##_fields}
#define WRAPPED(of) static const struct record of##_record = {.fields = of##_fields}
/*
 * For a struct that xsi:type tells how to read: <of>_variants is the list of types, each with its fields, the
 * first of them <of>_fields; kind is the member, an enum, that says which one it is. wire: the name of the
 * common type.
 */
#define VARIANTS(of, type, wire, kind, kind_type)                                 \
    static const struct record of##_record = {.element = wire,                    \
                                              .array_type = "cwmp:" wire,         \
                                              .size = sizeof(struct cwmp_##type), \
                                              .fields = of##_fields,              \
                                              .variants = of##_variants,          \
                                              .variant_offset = AT(type, kind, kind_type)}
/* An array of texts, each a <wire>. */
#define BARE(of, wire, type, ...)                                                              \
    static const struct field of##_fields[] = {FIELD(wire, TEXT, 0, __VA_ARGS__), FIELDS_END}; \
    static const struct record of##_record = {                                                 \
        .element = wire, .array_type = type, .size = sizeof(char *), .fields = of##_fields, .bare = true}
#define STRINGS(of, ...) BARE(of, "string", "xsd:string", __VA_ARGS__)
