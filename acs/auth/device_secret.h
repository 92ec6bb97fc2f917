/*
 * The secrets of a device: made, and read from files.
 */
#pragma once

#include "acs/auth/keyring.h"
#include "db/credential.h"

/* Kinds of secrets, to which they are sealed: with which it comes, with which it is called. */
#define DEVICE_SECRET_OWN  "own"
#define DEVICE_SECRET_CALL "call"

/* The kind of a secret of its home, by the name that it has beside its action: a short word, whatever the
 * name. */
enum { HOME_SECRET_KIND_MAX = 25 };
const char *device_secret_home_kind(const char *name, char ret[HOME_SECRET_KIND_MAX]);

/*
 * Both user names, and 128 random bits for each of both passwords, sealed as next_secret and
 * next_call_secret (C-18, T15). Everything is in the arena.
 */
void device_secret_make(const struct keyring *keyring, int64_t device_id, const struct cwmp_device_id *device,
                        struct arena *arena, struct credential_row *ret);
/* With which we call a device that has no other name for us. */
const char *device_secret_call_name(int64_t device_id, struct arena *arena);
/* A secret of this device that is known already, sealed. ERR_INVALID: it is empty, or too long. */
enum err device_secret_seal(const struct keyring *keyring, const struct seal_context *context,
                            struct secret secret, struct arena *arena, const char **ret) MUST_CHECK;
/* The first line of a file. ERR_NOT_FOUND: cannot be read; ERR_INVALID: it is empty or too long. */
enum err device_secret_read(const char *path, struct arena *arena, struct secret *ret) MUST_CHECK;
