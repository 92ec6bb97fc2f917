/*
 * A request while a home executes it: what the files rpc*.c share.
 */
#pragma once

#include "tests/cpesim/home.h"

enum {
    FAULT_METHOD = 9000,
    FAULT_ARGUMENTS = 9003,
    FAULT_RESOURCES = 9004,
    FAULT_NAME = 9005,
    FAULT_TYPE = 9006,
    FAULT_VALUE = 9007,
    FAULT_READ_ONLY = 9008,
    FAULT_NOTIFICATION = 9009,
    FAULT_CANCEL = 9021,
    KEY_MAX = 32
};

struct work {
    struct home *home;
    const struct cwmp_message *request;
    struct arena *arena;
    struct cwmp_message *answer;
};

/* The answer becomes this fault. text NULL: what the code means. */
void rpc_refuse(struct work *work, uint32_t code, const char *text);
/* The same, with what it is about. */
void rpc_refuse_for(struct work *work, uint32_t code, const char *what);
bool rpc_key_fits(const char *key); /* a CommandKey or ParameterKey */
/* Rows of a whole name or of a partial path. False: neither exists. */
bool rpc_find_rows(const struct tree *tree, const char *name, uint32_t *ret_first, uint32_t *ret_last);

/* rpc_transfer.c */
void rpc_download(struct work *work);
void rpc_upload(struct work *work);
void rpc_schedule_download(struct work *work);
void rpc_cancel_transfer(struct work *work);
void rpc_queued_transfers(struct work *work);
void rpc_all_queued_transfers(struct work *work);

/* rpc_attribute.c */
void rpc_get_attributes(struct work *work);
void rpc_set_attributes(struct work *work);
void rpc_recall_attribute(struct home *home, const char *name, const char *value); /* of the journal */
