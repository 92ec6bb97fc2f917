/*
 * The playbooks that come with the program: each is in order in both languages, and homes of all sorts, with
 * agents who give all sorts of answers, reach every step of it and always an end.
 */
#include <stdio.h>
#include <string.h>

#include "acs/base/clock.h"
#include "acs/base/text.h"
#include "provisioning/playbook/expression_node.h"
#include "provisioning/playbook/set.h"
#include "tests/provisioning/playbook/walk.h"

enum { HOMES = 3000, DECISIONS_MAX = 300 };

static uint32_t chance(uint32_t *seed, uint32_t below)
{
    *seed = *seed * 1664525u + 1013904223u;
    return (uint32_t)(((uint64_t)*seed * below) >> 32);
}

static void test_each_is_in_order(void **state)
{
    (void)state;
    assert_true(playbook_set_count > 0);
    for (size_t i = 0; i < playbook_set_count; i++) {
        AUTO_ARENA arena = arena_new(65536);
        struct fault_list faults = {.arena = arena};
        const struct playbook *playbook = playbook_read(playbook_set[i].yaml, playbook_set[i].len, &faults);

        for (unsigned k = 0; k < faults.count; k++)
            print_error("%s:%u:%u: %s\n", playbook_set[i].id, faults.items[k].place.line,
                        faults.items[k].place.column, fault_say(&faults.items[k], false, arena));
        assert_int_equal(faults.count, 0);
        assert_string_equal(playbook->id, playbook_set[i].id);
        assert_true(playbook->version > 0);
        assert_non_null(playbook->symptom.in[PLAYBOOK_EN]);
    }
}

/* ---- homes of all sorts ---- */

/* What a condition asks for becomes so, or otherwise, or is not known. */
static void invent(struct walk *walk, const struct node *node, uint32_t *seed)
{
    const char *star = strchr(node->name, '*');
    const char *name = node->name;
    uint32_t which = chance(seed, 4);

    if (star != NULL)
        name = arena_printf(walk->arena, "%.*s%s%s", (int)(star - name), name,
                            text_starts_with(name, "wifi.*") ? "2g" : "1", star + 1);
    if (which == 3)
        return;
    switch (fact_rows[node->key].kind) {
    case FACT_NUMBER:
        if (node->other != NULL)
            fact_add_number(&walk->facts, node->other, 100, walk->now_us);
        fact_add_number(&walk->facts, name,
                        (node->other != NULL ? 100 * node->number : node->number) + (double)which - 1,
                        walk->now_us);
        break;
    case FACT_FLAG:
        fact_add_flag(&walk->facts, name, which == 0, walk->now_us);
        break;
    case FACT_TEXT:
    case FACT_SECRET:
    case FACT_CLUE:
        fact_add_text(&walk->facts, name, which == 0 ? node->text : "otherwise", walk->now_us);
        break;
    }
}

static void invent_asked(struct walk *walk, const struct expression *condition, uint32_t *seed)
{
    for (size_t k = 0; condition != NULL && k < condition->count; k++) {
        const struct node *node = &condition->nodes[k];

        if (node->kind == NODE_FLAG || node->kind == NODE_COMPARE)
            invent(walk, node, seed);
        else if (node->kind == NODE_VERDICT && walk->verdict_count < COUNT_OF(walk->verdicts) &&
                 chance(seed, 4) == 0)
            walk_verdict(walk, node->name);
    }
}

static void invent_given(struct walk *walk, const struct playbook_step *step, uint32_t *seed)
{
    for (size_t k = 0; k < step->param_count; k++)
        if (step->params[k].source == PARAM_FACT && chance(seed, 4) > 0) {
            fact_add_number(&walk->facts, step->params[k].fact, 11, walk->now_us);
            fact_add_text(&walk->facts, step->params[k].fact, "text", walk->now_us);
        }
}

static void change_home(struct walk *walk, uint32_t *seed)
{
    walk_wait(walk, 1 + chance(seed, 90));
    walk->facts.count = 0;
    walk_verdict(walk, NULL);
    for (size_t i = 0; i < walk->playbook->step_count; i++) {
        invent_asked(walk, walk->playbook->steps[i].condition, seed);
        invent_given(walk, &walk->playbook->steps[i], seed);
    }
    if (chance(seed, 4) > 0)
        walk_number(walk, "contact.age_s", chance(seed, 2) ? 5 : 4000);
}

/* What an agent may be asked for by any step. */
static const char *give(struct walk *walk)
{
    const struct playbook_step *step = &walk->playbook->steps[walk->run->step];
    struct text out = TEXT_IN(walk->arena);
    struct json_writer json = JSON_WRITER(&out);

    json_open_object(&json);
    for (size_t i = 0; i < step->param_count; i++)
        if (step->params[i].source == PARAM_AGENT)
            json_field_string(&json, step->params[i].name, "something");
    json_close_object(&json);
    return text_string(&out);
}

static void decide(struct walk *walk, uint32_t *seed)
{
    struct run_option options[RUN_OPTIONS_MAX];
    unsigned count = run_options(walk->run, walk->playbook, options);

    assert_true(count > 0);
    assert_int_equal(walk_answer_with(walk, options[chance(seed, count)].key, give(walk)), ERR_OK);
}

static void live(struct walk *walk, uint32_t *seed, bool *reached)
{
    unsigned decisions = 0;

    assert_int_equal(walk_look(walk), ERR_OK);
    while (walk->run->phase != RUN_ENDED) {
        change_home(walk, seed);
        reached[walk->run->step] = true;
        assert_true(++decisions < DECISIONS_MAX);
        switch (walk->run->phase) {
        case RUN_ASKING:
            decide(walk, seed);
            break;
        case RUN_REFRESHING:
        case RUN_DOING:
            assert_int_equal(walk_result(walk, chance(seed, 3) > 0, NULL), ERR_OK);
            break;
        case RUN_PAUSING:
            assert_int_equal(walk_look(walk), ERR_OK);
            break;
        case RUN_ENDED:
        case RUN_CANCELLED:
        case RUN_STUCK:
            fail_msg("the run is %s", run_phase_name(walk->run->phase));
        }
    }
    for (size_t i = 0; i < walk->run->visit_count; i++)
        reached[playbook_step_find(walk->playbook, walk->run->visits[i].step)] = true;
}

static void test_every_step_of_each_is_reached_and_an_end_always(void **state)
{
    (void)state;
    for (size_t i = 0; i < playbook_set_count; i++) {
        bool reached[PLAYBOOK_STEPS_MAX] = {false};
        uint32_t seed = 7;
        AUTO_ARENA names = arena_new(65536);
        struct walk first;

        walk_begin(&first, names, playbook_set[i].yaml);
        for (int home = 0; home < HOMES; home++) {
            AUTO_ARENA arena = arena_new(65536);
            struct walk walk = first;

            walk.arena = arena;
            walk.facts = FACT_LIST_IN(arena);
            walk.run = ARENA_NEW(arena, struct run);
            walk.run->arena = arena;
            run_begin(walk.run, walk.playbook, false, walk.now_us);
            change_home(&walk, &seed);
            live(&walk, &seed, reached);
        }
        for (size_t k = 0; k < first.playbook->step_count; k++)
            if (!reached[k])
                fail_msg("%s: nobody came to %s", playbook_set[i].id, first.playbook->steps[k].name);
    }
}

/* ---- stories ---- */

static const char *source(const char *id)
{
    for (size_t i = 0; i < playbook_set_count; i++)
        if (strcmp(playbook_set[i].id, id) == 0)
            return playbook_set[i].yaml;
    fail_msg("there is no %s", id);
    return NULL;
}

/* Maria: the fibre was bent under the sofa. */
static void test_maria(void **state)
{
    AUTO_ARENA arena = arena_new(65536);
    struct walk walk;

    (void)state;
    walk_begin(&walk, arena, source("sem-internet-fibra"));
    walk_number(&walk, "contact.age_s", 12);
    walk_number(&walk, "wan.optical.rx_dbm", -27.6);
    assert_int_equal(walk_look(&walk), ERR_OK);
    assert_at(&walk, "optico", RUN_DOING);
    assert_string_equal(walk.order.kind, "diag.line");
    walk_crash(&walk);
    walk_text(&walk, "result.line.verdict", "optical_bad");
    assert_int_equal(walk_result(&walk, true, NULL), ERR_OK);
    assert_at(&walk, "cabo", RUN_ASKING);
    assert_int_equal(walk_answer(&walk, "sim"), ERR_OK);
    assert_at(&walk, "soltar", RUN_ASKING);
    assert_int_equal(walk_answer(&walk, "next"), ERR_OK);
    assert_at(&walk, "soltar.then", RUN_PAUSING);
    walk_wait(&walk, 15);
    assert_int_equal(walk_look(&walk), ERR_OK);
    assert_at(&walk, "soltar.then", RUN_REFRESHING);
    walk_wait(&walk, 3);
    walk_number(&walk, "wan.optical.rx_dbm", -22);
    walk_text(&walk, "wan.status", "connected");
    assert_int_equal(walk_result(&walk, true, NULL), ERR_OK);
    assert_at(&walk, "alcance", RUN_DOING);
    walk_number(&walk, "result.ping.loss_percent", 0);
    assert_int_equal(walk_result(&walk, true, NULL), ERR_OK);
    assert_at(&walk, "nomes", RUN_DOING);
    assert_int_equal(walk_result(&walk, false, "this model has no such test"), ERR_OK);
    assert_at(&walk, "um_ou_todos", RUN_ASKING);
    assert_int_equal(walk_answer(&walk, "voltou"), ERR_OK);
    assert_at(&walk, "fim_ok", RUN_ENDED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_is_in_order),
        cmocka_unit_test(test_every_step_of_each_is_reached_and_an_end_always),
        cmocka_unit_test(test_maria),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
