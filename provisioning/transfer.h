/*
 * The entrances of an action by which news come that the device tells in a request of its own: a transfer has
 * ended, software was changed; or its file is there.
 */
#pragma once

#include "provisioning/action.h"

/*
 * Which of a device's open actions a TransferComplete is about: the one whose id is the CommandKey, or, if
 * the device has lost the key, the only one that waits for one. NULL: none of them.
 */
const struct action_record *action_of_transfer(const struct action_record *records, size_t count,
                                               const char *command_key);
/* For an action that action_of_transfer() has found. */
enum err action_transferred(const struct action_record *record, const struct action_facts *facts,
                            const struct cwmp_transfer_complete *told, struct arena *arena,
                            struct action_move *ret) MUST_CHECK;
/* Likewise of a DUStateChangeComplete. */
const struct action_record *action_of_change(const struct action_record *records, size_t count,
                                             const char *command_key);
enum err action_changed(const struct action_record *record, const struct action_facts *facts,
                        const struct cwmp_du_state_change_complete *told, struct arena *arena,
                        struct action_move *ret) MUST_CHECK;
/* ERR_NOT_FOUND: actions of this kind want no file from the device. */
enum err action_uploaded(const struct action_record *record, const struct action_facts *facts,
                         const struct action_upload *file, struct arena *arena,
                         struct action_move *ret) MUST_CHECK;
