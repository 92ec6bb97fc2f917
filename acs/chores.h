/*
 * Jobs of the background that only look at the database (background.c says how often): what is over is ended,
 * made coarser or forgotten, and homes that fall silent together are noticed. An error is logged; the next
 * time tries again.
 */
#pragma once

#include "acs/audit/anchor.h"
#include "acs/config.h"
#include "db/pool.h"

struct threshold_saved;

void chore_expire_actions(const struct config *config, struct db *db);
void chore_thin_facts(const struct config *config, struct db *db);
void chore_forget_secrets(const struct config *config, struct db *db);
void chore_trim_history(const struct config *config, struct db *db);
void chore_trim_outbox(const struct config *config, struct db *db);
void chore_watch_areas(const struct config *config, struct db *db);
/* Files that have been gone through, or broke off on their way in. */
void chore_trim_imports(const struct config *config, struct db *db);
void chore_trim_exports(const struct config *config, struct db *db);
void chore_trim_people(const struct config *config, struct db *db);
/* A step of counting the fleet. */
void chore_count_fleet(const struct config *config, struct db *db);
void chore_note_hours(const struct config *config, struct db *db);
/* How campaigns that are over went becomes coarser. */
void chore_thin_samples(const struct config *config, struct db *db);
/* *noted: contacts that are in the database already, of those that this program has counted. */
void chore_note_contacts(struct db *db, int64_t *noted);
/* False: it did not work. What does not fit any more is logged. */
bool chore_read_settings(struct db *db, struct threshold_saved *ret);
void chore_sign_audit(struct audit_anchor *anchor, struct db *db);
