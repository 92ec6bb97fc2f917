/*
 * The firmware library in the API: how one is shown, and what keeps it from being approved.
 */
#pragma once

#include "acs/api/call.h"
#include "db/firmware.h"

/* All of one, with its ETag. */
enum err firmware_write(struct call *call, const char *id) MUST_CHECK;

/* Why the caller does not approve it as it is; code NULL: he may. */
struct firmware_hindrance {
    const char *code; /* as in openapi.yaml, FirmwareWhole.approval.refusal */
    enum problem problem;
    const char *detail; /* NULL: the problem's own advice */
};

enum err firmware_find_hindrance(struct call *call, const struct firmware_taken *firmware,
                                 struct firmware_hindrance *ret) MUST_CHECK;

/*
 * Of a body that says what a firmware is, by members or by a manifest: what it is then. known: what it was
 * before; what the body does not name stays. *ret_manifest and *ret_signatures: what is kept of it.
 */
struct firmware_body {
    struct firmware_manifest says;
    const char *manifest; /* NULL: none */
    const char *signatures;
};

/* Does the body name anything that an approval is about? */
bool firmware_body_matters(const struct json *body);
enum err firmware_body_read(struct call *call, const struct firmware_body *known,
                            struct firmware_body *ret) MUST_CHECK;
