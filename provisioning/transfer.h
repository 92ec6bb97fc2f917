/*
 * The entrances of an action by which news of a file transfer come: the device tells of its end, or its file
 * is there.
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
/* ERR_NOT_FOUND: actions of this kind want no file from the device. */
enum err action_uploaded(const struct action_record *record, const struct action_facts *facts,
                         const struct action_upload *file, struct arena *arena,
                         struct action_move *ret) MUST_CHECK;
