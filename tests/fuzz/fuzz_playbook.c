/*
 * Playbooks, and conditions: any bytes are a playbook or faults with their places; what is taken runs, is
 * written and read again the same, and always has a next step, an end, or a person who decides.
 */
#include <string.h>

#include "acs/base/json.h"
#include "provisioning/playbook/run.h"
#include "tests/fuzz/fuzz.h"

enum { STEPS_MAX = 200 };

static struct facts invent_facts(struct arena *arena, int64_t now_us)
{
    struct fact_list list = FACT_LIST_IN(arena);

    fact_add_number(&list, "wan.optical.rx_dbm", -20, now_us);
    fact_add_number(&list, "contact.age_s", 3, now_us);
    fact_add_text(&list, "wan.ppp.status", "Connected", now_us);
    return facts_of_list(&list, now_us);
}

static const char *written(const struct run *run, const struct playbook *playbook, struct arena *arena)
{
    struct text out = TEXT_IN(arena);
    struct json_writer json = JSON_WRITER(&out);

    run_write(run, playbook, &json);
    return text_string(&out);
}

static void check_kept(const struct run *run, const struct playbook *playbook, struct arena *arena)
{
    struct run *again = ARENA_NEW(arena, struct run);
    const char *text = written(run, playbook, arena);
    AUTO_JSON doc = NULL;

    again->arena = arena;
    FUZZ_CHECK(json_read(text, strlen(text), &doc) == ERR_OK);
    FUZZ_CHECK(run_read(doc, playbook, again) == ERR_OK);
    FUZZ_CHECK(strcmp(written(again, playbook, arena), text) == 0);
}

/* What an agent answers, or what became of an action. */
static struct run_input choose(const struct run *run, const struct playbook *playbook, unsigned choice)
{
    struct run_option options[RUN_OPTIONS_MAX];
    unsigned count = run_options(run, playbook, options);
    struct run_input input = {.by = "a"};

    if (run->phase == RUN_ASKING && choice > 0) {
        FUZZ_CHECK(count > 0);
        input.kind = RUN_ANSWER;
        input.answer = options[choice % count].key;
    } else if (run->phase == RUN_DOING || run->phase == RUN_REFRESHING) {
        input.kind = RUN_RESULT;
        input.succeeded = (choice & 1) != 0;
    }
    return input;
}

static void take(const struct playbook *playbook, uint8_t choices, struct arena *arena)
{
    struct run *run = ARENA_NEW(arena, struct run);
    int64_t now_us = 1000000;
    struct run_order order;

    run->arena = arena;
    run_begin(run, playbook, false, now_us);
    for (unsigned i = 0; i < STEPS_MAX && run->phase != RUN_ENDED && run->phase != RUN_STUCK; i++) {
        struct facts facts = invent_facts(arena, now_us += 20000000);
        struct run_input input = choose(run, playbook, i == 0 ? 0 : choices + i);

        input.world.facts = &facts;
        input.ended_us = now_us;
        if (run_step(run, playbook, &input, &order) == ERR_INVALID)
            break; /* a do wants something of its agent */
        if (order.kind != NULL)
            run_started(run, "act_1", now_us);
    }
    check_kept(run, playbook, arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_ARENA arena = arena_new(65536);
    struct fault_list faults = {.arena = arena};
    const struct playbook *playbook = playbook_read((const char *)data, size, &faults);
    const char *text = arena_memdup(arena, data, size);
    const struct expression *expression = NULL;
    struct expression_fault wrong;

    FUZZ_CHECK((playbook == NULL) == (faults.errors > 0));
    for (unsigned i = 0; i < faults.count; i++)
        FUZZ_CHECK(strlen(fault_say(&faults.items[i], (i & 1) != 0, arena)) > 0);
    if (playbook != NULL)
        take(playbook, size > 0 ? data[size - 1] : 0, arena);
    if (expression_read(text, arena, &expression, &wrong) == ERR_OK) {
        struct facts facts = invent_facts(arena, 1);
        struct expression_world world = {.facts = &facts};

        FUZZ_CHECK(expression_ask(expression, &world) <= TRI_UNKNOWN);
        (void)expression_is_stale(expression, &world);
    } else {
        FUZZ_CHECK(wrong.at <= strlen(text));
    }
    return 0;
}
