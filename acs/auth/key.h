/*
 * Random keys that are told once and kept as a hash: the cookie of a session, the link by which a password is
 * chosen, a sign-in elsewhere that has begun. 240 random bits, as 40 characters of base64url.
 */
#pragma once

#include <stdbool.h>

#include "acs/base/crypto.h"

enum { KEY_TEXT_MAX = 41 };

/* A key of one kind is none of the other. */
enum key_kind { KEY_SESSION, KEY_LINK, KEY_FLOW };

void key_make(char ret[KEY_TEXT_MAX]);
bool key_is_well_formed(const char *key);
void key_hash(enum key_kind kind, const char *key, unsigned char ret[SHA256_BYTES]);

/* The value of a cookie in the header, in the arena. NULL: it is not there, or there twice. */
const char *cookie_find(const char *header, const char *name, struct arena *arena);
