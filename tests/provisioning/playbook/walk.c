#include "tests/provisioning/playbook/walk.h"

#include <stdio.h>
#include <string.h>

#include "acs/base/clock.h"
#include "acs/base/text.h"

static void print_faults(struct fault_list *faults)
{
    for (unsigned i = 0; i < faults->count; i++)
        print_error("%u:%u: %s\n", faults->items[i].place.line, faults->items[i].place.column,
                    fault_say(&faults->items[i], false, faults->arena));
}

void walk_begin(struct walk *walk, struct arena *arena, const char *yaml)
{
    struct fault_list *faults = ARENA_NEW(arena, struct fault_list);

    faults->arena = arena;
    *walk = (struct walk){.arena = arena, .facts = FACT_LIST_IN(arena)};
    walk->playbook = playbook_read(yaml, strlen(yaml), faults);
    print_faults(faults);
    assert_non_null(walk->playbook);
    walk->now_us = (int64_t)WALK_START_S * US_PER_S;
    walk->run = ARENA_NEW(arena, struct run);
    walk->run->arena = arena;
    run_begin(walk->run, walk->playbook, false, walk->now_us);
}

void walk_wait(struct walk *walk, unsigned seconds)
{
    walk->now_us += (int64_t)seconds * US_PER_S;
}

void walk_number(struct walk *walk, const char *name, double number)
{
    assert_true(fact_add_number(&walk->facts, name, number, walk->now_us));
}

void walk_text(struct walk *walk, const char *name, const char *text)
{
    assert_true(fact_add_text(&walk->facts, name, text, walk->now_us));
}

void walk_flag(struct walk *walk, const char *name, bool flag)
{
    assert_true(fact_add_flag(&walk->facts, name, flag, walk->now_us));
}

void walk_verdict(struct walk *walk, const char *code)
{
    if (code == NULL)
        walk->verdict_count = 0;
    else
        walk->verdicts[walk->verdict_count++] = code;
}

static enum err step(struct walk *walk, struct run_input input)
{
    struct facts facts = facts_of_list(&walk->facts, walk->now_us);
    enum err err;

    input.world = (struct expression_world){
        .facts = &facts, .verdicts = walk->verdicts, .verdict_count = walk->verdict_count};
    err = run_step(walk->run, walk->playbook, &input, &walk->order);
    if (err == ERR_OK && walk->order.kind != NULL)
        run_started(walk->run, arena_printf(walk->arena, "act_%u", ++walk->started), walk->now_us);
    return err;
}

enum err walk_look(struct walk *walk)
{
    return step(walk, (struct run_input){.kind = RUN_LOOK});
}

enum err walk_answer_with(struct walk *walk, const char *answer, const char *params)
{
    AUTO_JSON json = NULL;

    if (params != NULL)
        assert_int_equal(json_read(params, strlen(params), &json), ERR_OK);
    return step(walk, (struct run_input){.kind = RUN_ANSWER, .by = "ana", .answer = answer, .params = json});
}

enum err walk_answer(struct walk *walk, const char *answer)
{
    return walk_answer_with(walk, answer, NULL);
}

enum err walk_result(struct walk *walk, bool succeeded, const char *detail)
{
    return step(walk,
                (struct run_input){
                    .kind = RUN_RESULT, .succeeded = succeeded, .detail = detail, .ended_us = walk->now_us});
}

enum err walk_back(struct walk *walk)
{
    return step(walk, (struct run_input){.kind = RUN_BACK, .by = "ana"});
}

void walk_crash(struct walk *walk)
{
    struct text first = TEXT_IN(walk->arena), second = TEXT_IN(walk->arena);
    struct json_writer json = JSON_WRITER(&first), again = JSON_WRITER(&second);
    struct run *run = ARENA_NEW(walk->arena, struct run);
    AUTO_JSON doc = NULL;

    run_write(walk->run, walk->playbook, &json);
    assert_int_equal(json_read(first.data, first.len, &doc), ERR_OK);
    run->arena = walk->arena;
    assert_int_equal(run_read(doc, walk->playbook, run), ERR_OK);
    run_write(run, walk->playbook, &again);
    assert_string_equal(first.data, second.data);
    walk->run = run;
}
