/*
 * JSON: a strict reader (jansson behind an opaque type) and a streaming writer of our own.
 *
 * The reader refuses duplicate keys, depth over 32, NUL in strings and anything after the value. A document
 * lives until json_free(); values point into it. The writer puts commas and escapes; a misuse (value without
 * a key in an object) is our bug and asserts.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "acs/base/text.h"

/* jansson's json_string() and json_real() are other functions: ours must not take their place at run time. */
#pragma GCC visibility push(hidden)

struct json; /* a value inside a document; the root owns all */

enum json_kind { JSON_NULL, JSON_BOOL, JSON_INT, JSON_REAL, JSON_STRING, JSON_ARRAY, JSON_OBJECT };

/* ERR_INVALID: the message says what is wrong, in which line and column. */
enum err json_read(const char *bytes, size_t len, struct json **ret) MUST_CHECK;
void json_free(struct json *root); /* NULL is allowed */
void json_cleanup(struct json **root);
#define AUTO_JSON __attribute__((cleanup(json_cleanup))) struct json *

enum json_kind json_kind(const struct json *value);                      /* NULL counts as JSON_NULL */
const struct json *json_get(const struct json *object, const char *key); /* NULL: absent, or not an object */
const char *json_string(const struct json *value, const char *otherwise);
int64_t json_int(const struct json *value, int64_t otherwise);
double json_real(const struct json *value, double otherwise); /* also of an integer */
bool json_bool(const struct json *value, bool otherwise);
size_t json_count(const struct json *value); /* members of an array or object, else 0 */
const struct json *json_at(const struct json *array, size_t index);
/* The index-th member of an object in document order. */
const struct json *json_member(const struct json *object, size_t index, const char **ret_key);
void json_print(const struct json *value, struct text *out); /* compact, keys in document order */

struct json_writer {
    struct text *out;
    bool need_comma;
    bool have_key;
    unsigned depth;   /* at most 64 */
    uint64_t objects; /* one bit per level: it is an object */
};

#define JSON_WRITER(to) ((struct json_writer){.out = (to)})

void json_open_object(struct json_writer *w);
void json_close_object(struct json_writer *w);
void json_open_array(struct json_writer *w);
void json_close_array(struct json_writer *w);
void json_key(struct json_writer *w, const char *key);
void json_put_string(struct json_writer *w, const char *text); /* NULL -> null; bad UTF-8 becomes U+FFFD */
void json_put_int(struct json_writer *w, int64_t number);
void json_put_real(struct json_writer *w, double number); /* not finite -> null */
void json_put_bool(struct json_writer *w, bool value);
void json_put_null(struct json_writer *w);
void json_put_raw(struct json_writer *w, const char *json); /* trusted JSON text, e.g. from PostgreSQL */
void json_put_value(struct json_writer *w, const struct json *value);
/* RFC 3339 UTC with .ffffff unless it is a whole second; 0 -> null */
void json_put_time(struct json_writer *w, int64_t us);

/* key and value in one call; the everyday form */
void json_field_string(struct json_writer *w, const char *key, const char *text);
void json_field_int(struct json_writer *w, const char *key, int64_t number);
void json_field_bool(struct json_writer *w, const char *key, bool value);
void json_field_time(struct json_writer *w, const char *key, int64_t us);
void json_field_raw(struct json_writer *w, const char *key, const char *json);
/* {"pt-BR":…,"en":…}: what is said in both languages. */
void json_field_both(struct json_writer *w, const char *key, const char *pt, const char *en);

#pragma GCC visibility pop
