/*
 * What actions share that have the device send a file. The file itself, whole and on our disk, is the proof,
 * and ends the action; TransferComplete, before it or after, is kept beside it (F-23).
 */
#pragma once

#include "provisioning/action.h"

enum err fetch_check(const struct json *args) MUST_CHECK; /* none */
enum err fetch_next(const struct action_record *record, const struct action_facts *facts,
                    const char *file_type, struct arena *arena, struct action_move *ret) MUST_CHECK;
enum err fetch_answer(const struct action_record *record, const struct action_facts *facts,
                      const struct cwmp_message *message, struct arena *arena,
                      struct action_move *ret) MUST_CHECK;
enum err fetch_transferred(const struct action_record *record, const struct action_facts *facts,
                           const struct cwmp_transfer_complete *told, struct arena *arena,
                           struct action_move *ret) MUST_CHECK;
enum err fetch_uploaded(const struct action_record *record, const struct action_facts *facts,
                        const struct action_upload *file, struct arena *arena,
                        struct action_move *ret) MUST_CHECK;
