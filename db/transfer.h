/*
 * Transfers: what the device of an open action may fetch or send under the address it was given, and how much
 * of that it has used.
 */
#pragma once

#include "acs/base/crypto.h"
#include "db/query.h"

struct transfer_fetch {
    int64_t device_id;
    const char *file_id;
    const char *name;
    unsigned char sha256[SHA256_BYTES];
    int64_t size;
    const char *pon, *olt, *model; /* of the device, for who counts by them; "": nobody has said */
    const char *campaign;          /* for which it is; "": for none */
    int64_t campaign_rate;         /* bytes a second that all of it may fetch together; 0: no limit */
};

/* ERR_NOT_FOUND: the action is none, has not begun, has ended, or its file is not to be had: it is gone, or
 * is a firmware that was withdrawn. from: the address that asks must be the device's; NULL: any. */
enum err transfer_fetch(struct db *db, const char *action_id, const char *from, struct arena *arena,
                        struct transfer_fetch *ret) MUST_CHECK;

struct transfer_charge {
    int64_t device_id;
    const char *action_id;
    int64_t bytes;
    int64_t budget; /* of all that is charged to the action */
};

/* Before bytes are given out. ERR_TOO_LARGE: it would be more than the budget; nothing was charged. */
enum err transfer_charge(struct db *db, const struct transfer_charge *charge, struct arena *arena) MUST_CHECK;
/* bytes: of a charge, those that did not leave. */
enum err transfer_refund(struct db *db, const struct transfer_charge *charge, struct arena *arena) MUST_CHECK;

struct transfer_send {
    int64_t device_id;
    const char *kind;       /* of the action */
    const char *created_by; /* who wants the file */
    int64_t used;           /* bytes of all files that the device has sent and that are kept */
};

/* ERR_NOT_FOUND: as above. */
enum err transfer_send(struct db *db, const char *action_id, const char *from, struct arena *arena,
                       struct transfer_send *ret) MUST_CHECK;

/* Forgets reports and uses from before; at most `most` of each. */
enum err transfer_trim(struct db *db, int64_t before_us, unsigned most, int64_t *ret_count) MUST_CHECK;
