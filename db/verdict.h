/*
 * What the server knows of a home by itself, as facts (those of key.def that are TOLD), and verdicts as they
 * were shown to somebody.
 */
#pragma once

#include "db/query.h"
#include "provisioning/fact.h"
#include "provisioning/model.h"

struct told {
    int64_t now_us; /* the database's, a whole second */
    struct model_identity identity;
    const char *technology; /* NULL: not known */
};

/* Adds what it knows to the list, all of it as of now. ERR_NOT_FOUND: there is no such device. */
enum err told_load(struct db *db, int64_t device_id, struct fact_list *list, struct told *ret) MUST_CHECK;
/* For how long each Wi-Fi device has been heard more faintly than below_dbm. */
enum err told_load_weak(struct db *db, int64_t device_id, double below_dbm, int64_t now_us,
                        struct fact_list *list) MUST_CHECK;

struct verdict_row {
    int64_t id;
    int64_t device_id;
    int64_t at_us;
    const char *shown_to;
    int64_t actor_id; /* who that was */
    int64_t case_id;  /* 0: the unclosed one that he has of this device, if he has one; verdict_add() only */
    const char *code;
    int64_t rules;
    const char *question, *answer; /* JSON, kept to the byte */
};

/* Fills in id and at_us. */
enum err verdict_add(struct db *db, struct verdict_row *row, struct arena *arena) MUST_CHECK;
enum err verdict_show(struct db *db, int64_t id, struct arena *arena, struct verdict_row *ret) MUST_CHECK;
