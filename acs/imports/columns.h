/*
 * What the columns of a file are, by the names at its top, and a record of it as the body of a subscriber
 * (SubscriberPatch in openapi.yaml). Pure.
 *
 * A cell that is empty says nothing: what is known of the subscriber stays. What a cell means in words
 * ("ativo", "300,5 Mbps") is made into what the API takes; what nobody understands goes on as it is, and is
 * refused there with its place.
 */
#pragma once

#include "acs/api/language.h"
#include "acs/base/json.h"

struct columns {
    enum language language; /* of what is said to people */
    size_t count;
    struct column_use *uses; /* of each column of the file, in its order */
};

/*
 * names: the first record. said: "HEADER=member,HEADER=-,…", which comes before what the names say; a member
 * is written as in the body ("contract.plan", "phones", "attributes.splitter"), - is for a column that is not
 * taken; NULL: nothing. ERR_INVALID: said names no column of the file or no member, or two columns are one
 * member; the message says which. All of it lives in the arena.
 */
enum err columns_read(const char *const *names, size_t count, const char *said, enum language language,
                      struct arena *arena, struct columns *ret) MUST_CHECK;
bool columns_have(const struct columns *columns, const char *member);
/* [{"header":"Nome","member":"name"},{"header":"Vendedor","member":null}] */
void columns_write(const struct columns *columns, struct json_writer *json);
/* Cells that lack are empty. ERR_INVALID: one beyond the columns is not; the message is its number. */
enum err columns_body(const struct columns *columns, const char *const *cells, size_t count,
                      struct json_writer *json) MUST_CHECK;
/* The cell that a complaint about this place of the body is about ("/contract/plan"); NULL: none. */
const char *columns_cell(const struct columns *columns, const char *const *cells, size_t count,
                         const char *pointer, struct arena *arena);
