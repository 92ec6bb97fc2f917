/* A pretended device and clock for the tests of actions: the moves are carried out on a record, no server
 * anywhere. */
#pragma once

#include "provisioning/action.h"

struct world {
    struct arena *arena;
    struct action_record record;
    struct action_facts facts;
    struct action_move move; /* the last one */
    struct cwmp_inform inform;
};

void world_begin(struct world *world, const char *kind, const char *args);
void world_end(struct world *world);

/* Each carries out one entrance of action.h and applies the save; the move stays in world->move. */
void world_next(struct world *world);
void world_answer(struct world *world, const struct cwmp_message *answer);
void world_fault(struct world *world, uint32_t code);
void world_values(struct world *world, const char *name, const char *value, enum cwmp_type type);
/* An answer of this method that holds nothing but zeros. */
struct cwmp_message *world_message(struct world *world, enum cwmp_method method);
/* GetParameterNamesResponse with these names, a list that ends with NULL. */
void world_names(struct world *world, const char *name, ...) __attribute__((sentinel));
/* From now on the Informs tell this ParameterKey; NULL: none. */
void world_key(struct world *world, const char *key);
/* DownloadResponse or UploadResponse with this Status. */
void world_transfer_response(struct world *world, enum cwmp_method method, int32_t status);
/* TransferComplete, with this CommandKey; false: no action took it. */
bool world_transferred(struct world *world, const char *command_key, uint32_t fault);
/* DUStateChangeComplete, with this CommandKey; false: no action took it. */
bool world_changed(struct world *world, const char *command_key, struct cwmp_du_result *results,
                   size_t count);
/* The files that the device is given; and what it says that it runs, in the Inform and in the facts; NULL:
 * nothing. */
void world_use_files(struct world *world);
void world_run(struct world *world, const char *software_version);

/* The device informs after `seconds`: events as "1 BOOT" or "M Reboot:key", a list that ends with NULL. */
void world_inform(struct world *world, int seconds, int64_t uptime_s, const char *event, ...)
    __attribute__((sentinel));
