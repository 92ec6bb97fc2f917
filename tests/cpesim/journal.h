/*
 * The journal: what the homes really did, a line of JSON each, written before it takes effect.
 *
 * It is the oracle of the crash tests, and the memory of a fleet that is started again with the same file:
 * who was bootstrapped, what was set, which restarts are not yet told. Nothing is ever rewritten.
 *
 *     {"time":"2026-…Z","serial":"AR2F1C00042","did":"Reboot","command_key":"act_…"}
 *     {"time":…,"serial":…,"did":"SetParameterValues","parameter_key":"…","values":{"Device.…":"…"}}
 *     {"time":…,"serial":…,"did":"AddObject","parameter_key":"…","object":"Device.NAT.PortMapping.3."}
 *     {"time":…,"serial":…,"did":"set","values":{…}}                 a change at the device itself
 *     {"time":…,"serial":…,"did":"restart","cause":"Reboot"}         or "power"
 *     {"time":…,"serial":…,"did":"Download","command_key":"…","image":"2.1","version":"2.1"}     it has ended
 *     {"time":…,"serial":…,"did":"bricked","version":"2.1"}          or "lost": it never speaks again
 *     {"time":…,"serial":…,"did":"told","event":"M Reboot","command_key":"…"}
 */
#pragma once

#include "acs/base/json.h"
#include "soap/types.h"

struct journal;

struct journal_line {
    const char *serial;
    const char *did;
    const char *event; /* what is NULL is left out */
    const char *cause;
    const char *command_key;
    const char *parameter_key;
    const char *object;  /* the instance that was made or deleted */
    const char *image;   /* the version that the file of a Download names */
    const char *version; /* of the firmware that is installed now */
    const char *fate;    /* what that firmware does to this home (firmware.def) */
    const char *why;     /* a file was refused */
    int64_t ordered_us;  /* when a transfer was asked for, wall clock; 0 is left out */
    uint32_t seconds;    /* of its fate; 0 is left out */
    uint32_t fault;      /* of a transfer; 0 is left out */
    bool at_once;        /* no TransferComplete follows; false is left out */
    const struct cwmp_parameter_values *values;
};

/* Calls fn for each whole line of a journal that exists; a torn last line is passed over. */
typedef void journal_fn(const struct json *line, void *ctx);
enum err journal_read(const char *path, journal_fn *fn, void *ctx) MUST_CHECK;

enum err journal_open(const char *path, struct journal **ret) MUST_CHECK; /* path NULL: nothing is kept */
void journal_close(struct journal *journal);
/* Fails only if the file does; then what was about to be done has no witness. */
enum err journal_write(struct journal *journal, const struct journal_line *line) MUST_CHECK;
