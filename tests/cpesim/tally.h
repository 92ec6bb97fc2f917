/*
 * What is counted over all homes, and what the ACS did that the standard forbids.
 */
#pragma once

#include <stdint.h>

#include "acs/base/err.h"

enum tally_id {
#define TALLY(id, group, name) TALLY_##id,
#include "tests/cpesim/tally.def"
#undef TALLY
    TALLY_COUNT
};

/* Methods of the ACS that a home executes. */
enum rpc_id {
    RPC_GET_RPC_METHODS,
    RPC_GET_PARAMETER_NAMES,
    RPC_GET_PARAMETER_VALUES,
    RPC_SET_PARAMETER_VALUES,
    RPC_GET_PARAMETER_ATTRIBUTES,
    RPC_SET_PARAMETER_ATTRIBUTES,
    RPC_REBOOT,
    RPC_ADD_OBJECT,
    RPC_DELETE_OBJECT,
    RPC_FACTORY_RESET,
    RPC_SCHEDULE_INFORM,
    RPC_DOWNLOAD,
    RPC_UPLOAD,
    RPC_GET_QUEUED_TRANSFERS,
    RPC_GET_ALL_QUEUED_TRANSFERS,
    RPC_SCHEDULE_DOWNLOAD,
    RPC_CANCEL_TRANSFER,
    RPC_CHANGE_DU_STATE,
    RPC_COUNT
};

enum { TALLY_VIOLATIONS_KEPT = 32 };

struct tally_violation {
    int64_t at_us; /* wall clock */
    char serial[24];
    char clause[16];
    char text[240];
};

/* What became of the homes that a firmware was sent to. */
struct tally_firmware {
    struct tally_firmware *next;
    char *version;
    uint64_t downloads; /* that have ended, in whatever way */
    uint64_t installs;
    uint64_t bricked;
    uint64_t lost;
};

struct tally {
    struct tally_firmware *firmware; /* as they came; on the heap */
    uint64_t counts[TALLY_COUNT];
    uint64_t rpcs[RPC_COUNT];
    uint64_t violation_count;
    struct tally_violation violations[TALLY_VIOLATIONS_KEPT]; /* the newest, in a ring */
};

static inline void tally_count(struct tally *tally, enum tally_id id)
{
    tally->counts[id]++;
}

const char *tally_group(enum tally_id id);
const char *tally_name(enum tally_id id);

/* Of this version; made where it is a new one. */
struct tally_firmware *tally_firmware(struct tally *tally, const char *version);
void tally_free(struct tally *tally);

void tally_status(struct tally *tally, unsigned status); /* of an HTTP answer */
/* Counts, keeps and logs it. */
void tally_violation(struct tally *tally, const char *serial, const char *clause, const char *format, ...)
    PRINTF_LIKE(4, 5);
/* A fault of cpesim itself, with err_message(). */
void tally_internal(struct tally *tally, const char *serial);
