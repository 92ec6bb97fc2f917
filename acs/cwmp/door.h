/*
 * Who is it? Asked once per session, before anything a device says is read, let alone kept (S-26).
 *
 * The proof is an Authorization header (acs/auth/device_digest.h) or a certificate that a trusted proxy has
 * verified. It is judged from what the worker has at hand; a user name that it does not know costs one row of
 * a batch. A proof belongs to a device: whose Inform says to be another is refused with 403, touches nothing
 * of the other, and leaves an alarm.
 *
 * Once a session is open, its POSTs are not asked again: on the same connection they may carry an
 * Authorization or none (S-24), and on a new connection the cookie, 128 random bits that only this device was
 * told, is proof enough (against S-37, which asks for a new 401: devices that open a connection per POST
 * would pay for it each time). An Authorization that names somebody else beside the cookie is refused (T-25).
 *
 * Where nothing is asked (devices.authentication = none) there is no door: workers->door is NULL.
 */
#pragma once

#include "acs/auth/keyring.h"
#include "acs/base/map.h"
#include "acs/config.h"
#include "acs/cwmp/credentials.h"
#include "acs/http/http.h"
#include "db/store.h"

struct post;
struct session;
struct worker;
struct door;

/* Reads the settings and the files they name. *ret is NULL where nothing is asked. */
enum err door_new(const struct config *config, struct door **ret) MUST_CHECK;
void door_free(struct door *door);
const struct keyring *door_keyring(const struct door *door); /* NULL (of a NULL door, too): there is none */

/* Of OUI, product class and serial number, under the workers' key. Lengths count, so that A-B + C and A + B-C
 * are two devices (N-28). */
struct hash128 door_identity(const struct worker *worker, const struct cwmp_device_id *device,
                             struct arena *arena);

enum pass_kind { PASS_NONE, PASS_OWN, PASS_BOOTSTRAP, PASS_CERTIFICATE };

/* What a POST has proved. */
struct pass {
    enum pass_kind kind;
    const char *user; /* as it was said */
    struct hash128 user_hash;
    struct hash128 identity; /* OWN: of the device that the credential belongs to */
    int64_t device_id;       /* OWN: that device */
    int64_t nonce_us;        /* 0: not proved by a nonce */
    int32_t nonce_count;
    bool by_next;   /* OWN: with the one that it was about to get */
    bool first;     /* OWN: it had none before, or was not bound */
    bool fell_back; /* OWN: somebody came as this device with the bootstrap credential */
};

typedef void door_fn(struct post *post);

/* In the thread where headers may be read: takes what is needed of them. */
void door_read(const struct door *door, struct post *post);
/* go_on(post) once it has proved who it is; otherwise the post is answered. */
void door_ask(struct post *post, door_fn *go_on);
/* A POST of an open session that names another user than the session's. */
bool door_is_stranger(const struct post *post, const struct session *session);

/* ---- once the Inform was read (door_enter.c) ---- */

/* Is the device whose credential this is? False: it is not, an alarm is kept, the post is answered. identity:
 * of the device that informs. */
bool door_admits(struct post *post, struct hash128 identity);
bool door_registers(const struct post *post); /* a device that is not known may be made */
void door_refuse_unknown(struct post *post);  /* it may not, and was not found */
/* A device came with the bootstrap credential: go_on(post, device_id) if it may. */
void door_enrol(struct post *post, int64_t device_id, void (*go_on)(struct post *post, int64_t device_id));
/* The Inform's row was not written: its nonce was used before (or the device deleted). Answers the post. */
void door_refuse_replay(struct post *post);
/* The Inform was committed, and with it post->enrol; before: how far the device was trusted until then. */
void door_entered(struct post *post, enum enrolment before);

/* The credentials that a device is about to get, opened into the post's arena; NULL members: there are none.
 */
enum err door_open_next(const struct post *post, const struct credential_row *row,
                        struct action_credentials *ret) MUST_CHECK;

/* Whether what is known of the session's device must be read (again) before the next request is chosen:
 * somebody changed it, or an action wants its credentials. Then go_on(post), with post->own. */
bool door_standing_is_due(const struct post *post);
void door_read_standing(struct post *post, door_fn *go_on);
bool door_wants_credentials(const struct action_record *record);
