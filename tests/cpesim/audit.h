/*
 * The ACS's envelopes under a magnifying glass: everything in them that the standard does not allow.
 *
 * Reads the bytes a second time, with a plain libxml2 tree and nothing of soap/: what our encoder and our
 * decoder get wrong alike would otherwise never show. Clauses are those of TR-069 Amendment 6.
 */
#pragma once

#include "acs/base/arena.h"
#include "soap/cwmp.h"

enum { AUDIT_FINDINGS_MAX = 8, AUDIT_ENVELOPE_MAX = 32 * 1024 };

struct audit {
    struct audit_finding {
        const char *clause;
        const char *text; /* in the arena */
    } findings[AUDIT_FINDINGS_MAX];
    size_t count;                 /* what is more is left out */
    bool unknown_must_understand; /* a header that the device has to refuse with a MustUnderstand fault */
};

/* version: what the Inform spoke, or what UseCWMPVersion chose; it decides the namespace (3.7.4). */
void audit_envelope(const char *bytes, size_t len, enum cwmp_version version, struct arena *arena,
                    struct audit *ret);
