/*
 * What tests of playbooks share: a home whose facts are set by name, and runs that are walked step by step.
 */
#pragma once

#include "provisioning/playbook/run.h"
#include "tests/base/check.h"

enum { WALK_START_S = 1764442800 };

struct walk {
    struct arena *arena;
    const struct playbook *playbook;
    struct run *run;
    struct fact_list facts;
    const char *verdicts[8];
    size_t verdict_count;
    int64_t now_us;
    struct run_order order; /* of the newest step */
    unsigned started;       /* actions so far */
};

/* Ends the test if the playbook has errors: they are printed. */
void walk_begin(struct walk *walk, struct arena *arena, const char *yaml);
void walk_wait(struct walk *walk, unsigned seconds);
/* A fact, read now. Older ones stay behind it. */
void walk_number(struct walk *walk, const char *name, double number);
void walk_text(struct walk *walk, const char *name, const char *text);
void walk_flag(struct walk *walk, const char *name, bool flag);
void walk_verdict(struct walk *walk, const char *code); /* NULL: none holds any more */

/* What is ordered is taken as started. */
enum err walk_look(struct walk *walk);
enum err walk_answer(struct walk *walk, const char *answer);
enum err walk_answer_with(struct walk *walk, const char *answer, const char *params);
enum err walk_result(struct walk *walk, bool succeeded, const char *detail);
enum err walk_back(struct walk *walk);
/* Written, forgotten and read again: what a crash leaves. */
void walk_crash(struct walk *walk);

/* The run stands here, and so. */
#define assert_at(walk, at_step, in_phase)                                                 \
    do {                                                                                   \
        assert_string_equal((walk)->playbook->steps[(walk)->run->step].name, at_step);     \
        assert_string_equal(run_phase_name((walk)->run->phase), run_phase_name(in_phase)); \
    } while (0)
