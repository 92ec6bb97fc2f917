#include "provisioning/playbook/run.h"

#include <math.h>
#include <string.h>

#include "acs/base/clock.h"
#include "acs/base/text.h"

enum { RESULT_GOOD_S = 120 }; /* what was read longer ago is read again before it is judged */

/* ---- the path ---- */

static struct run_visit *add_visit(struct run *run, const char *step, const char *input, int64_t at_us)
{
    struct run_visit *visit;

    if (run->visit_count == run->visit_capacity) {
        size_t more = run->visit_capacity ? 2 * run->visit_capacity : 16;

        run->visits = arena_grow(run->arena, run->visits, run->visit_capacity * sizeof(*run->visits),
                                 more * sizeof(*run->visits));
        run->visit_capacity = more;
    }
    visit = &run->visits[run->visit_count++];
    *visit = (struct run_visit){.step = step, .input = input, .at_us = at_us};
    return visit;
}

static const struct playbook_step *here(const struct run *run, const struct playbook *playbook)
{
    return &playbook->steps[run->step];
}

static void enter(struct run *run, unsigned step, int64_t now_us)
{
    run->step = step;
    run->phase = RUN_ASKING;
    run->since_us = now_us;
    run->wait_until_us = 0;
    run->action = run->before = NULL;
    run->waited = run->refreshed = false;
}

/* By itself along a way. */
static struct run_visit *go(struct run *run, const struct playbook *playbook, unsigned way, int64_t now_us)
{
    const struct playbook_step *step = here(run, playbook);
    struct run_visit *visit = add_visit(run, step->name, step->ways[way].key, now_us);

    enter(run, step->ways[way].step, now_us);
    run->automatic++;
    return visit;
}

void run_begin(struct run *run, const struct playbook *playbook, bool dry, int64_t now_us)
{
    run->dry = dry;
    enter(run, playbook->start, now_us);
}

/* ---- check ---- */

static const char *values_of(const struct run *run, const struct playbook_step *step,
                             const struct run_input *input)
{
    struct text out = TEXT_IN(run->arena);
    struct json_writer json = JSON_WRITER(&out);

    expression_write_values(step->condition, input->world.facts, &json);
    return text_string(&out);
}

/* Of what age a check may be given facts. */
static int64_t oldest(const struct run *run, const struct playbook_step *step, int64_t now_us)
{
    uint32_t max_age_s = step->max_age_s;

    if (run->dry)
        return INT64_MIN;
    if (step->recheck_s > 0)
        return run->since_us;
    if (max_age_s == 0)
        return INT64_MIN;
    return now_us - (int64_t)(run->refreshed ? max_age_s + RESULT_GOOD_S : max_age_s) * US_PER_S;
}

static bool wants_refresh(const struct run *run, const struct playbook_step *step,
                          const struct expression_world *world)
{
    if (run->dry || run->refreshed)
        return false;
    if (step->recheck_s > 0)
        return true;
    return (step->max_age_s > 0 || expression_asks_reachable(step->condition)) &&
           expression_is_stale(step->condition, world);
}

/* The time that a recheck gives the customer. */
static bool has_waited(struct run *run, const struct playbook_step *step, const char *values, int64_t now_us)
{
    if (step->recheck_s == 0 || run->waited || run->dry)
        return true;
    run->before = run->before == NULL ? values : run->before;
    run->wait_until_us = run->since_us + (int64_t)step->recheck_s * US_PER_S;
    run->phase = RUN_PAUSING;
    run->waited = now_us >= run->wait_until_us;
    return run->waited;
}

static bool check(struct run *run, const struct playbook *playbook, const struct run_input *input,
                  struct run_order *order)
{
    static const unsigned ways[] = {[TRI_NO] = WAY_NO, [TRI_YES] = WAY_YES, [TRI_UNKNOWN] = WAY_UNKNOWN};
    const struct playbook_step *step = here(run, playbook);
    struct expression_world world = input->world;
    int64_t now_us = world.facts->now_us;
    const char *values = values_of(run, step, input);
    const char *before;
    struct run_visit *visit;

    if (!has_waited(run, step, values, now_us))
        return false;
    world.oldest_us = oldest(run, step, now_us);
    if (wants_refresh(run, step, &world)) {
        run->before = run->before == NULL ? values : run->before;
        run->phase = RUN_REFRESHING;
        *order = (struct run_order){
            "refresh", expression_is_light(step->condition, world.facts) ? "{\"set\":\"light\"}" : "{}"};
        return false;
    }
    before = run->before;
    visit = go(run, playbook, ways[expression_ask(step->condition, &world)], now_us);
    visit->values = values;
    visit->before = before;
    return true;
}

/* ---- do ---- */

/* What came of it the last time in this run; NULL: it was not done. */
static const struct run_visit *result_before(const struct run *run, const char *step)
{
    for (size_t i = run->visit_count; i > 0; i--) {
        const struct run_visit *visit = &run->visits[i - 1];

        if (visit->action != NULL && strcmp(visit->step, step) == 0)
            return visit;
    }
    return NULL;
}

static bool put_fact(struct json_writer *json, const struct facts *facts, const char *name)
{
    const struct fact *fact = facts_find(facts, name);

    if (fact == NULL)
        return false;
    if (fact->text != NULL)
        json_put_string(json, fact->text);
    else if (fact_rows[fact->key].kind == FACT_FLAG)
        json_put_bool(json, fact->number > 0);
    else if (fact->number >= -1e15 && fact->number <= 1e15 && !(fact->number > floor(fact->number)))
        json_put_int(json, (int64_t)fact->number);
    else
        json_put_real(json, fact->number);
    return true;
}

/* "8.8.8.8, 1.1.1.1" */
static void put_list(const char *text, struct json_writer *json)
{
    static const char between[] = ", \t";

    json_open_array(json);
    for (text += strspn(text, between); *text != '\0'; text += strspn(text, between)) {
        AUTO_ARENA arena = arena_new(64);
        size_t len = strcspn(text, between);

        json_put_string(json, arena_memdup(arena, text, len));
        text += len;
    }
    json_close_array(json);
}

/* As it came, unless it was typed as a text and is meant as something else. */
static void put_given(const struct playbook_param *param, const struct json *given, struct json_writer *json)
{
    const char *text = json_string(given, NULL);
    int64_t number;

    if (text != NULL && param->form == PARAM_LIST)
        put_list(text, json);
    else if (text != NULL && param->form == PARAM_NUMBER && text_read_i64(text, &number) == ERR_OK)
        json_put_int(json, number);
    else
        json_put_value(json, given);
}

enum built { BUILT, NO_FACT, NO_PARAM };

static enum built put_param(const struct playbook_param *param, const struct run_input *input,
                            struct json_writer *json)
{
    const struct json *given = json_get(input->params, param->name);

    json_key(json, param->name);
    switch (param->source) {
    case PARAM_LITERAL:
        json_put_raw(json, param->json);
        return BUILT;
    case PARAM_FACT:
        return put_fact(json, input->world.facts, param->fact) ? BUILT : NO_FACT;
    case PARAM_AGENT:
        break;
    }
    if (given == NULL || json_kind(given) == JSON_NULL)
        return NO_PARAM;
    put_given(param, given, json);
    return BUILT;
}

/* ret_name: the parameter for which there is no value. */
static enum built build_args(const struct run *run, const struct playbook_step *step,
                             const struct run_input *input, const char **ret_args, const char **ret_name)
{
    struct text out = TEXT_IN(run->arena);
    struct json_writer json = JSON_WRITER(&out);

    json_open_object(&json);
    for (size_t i = 0; i < step->param_count; i++) {
        enum built built = put_param(&step->params[i], input, &json);

        *ret_name = step->params[i].source == PARAM_FACT ? step->params[i].fact : step->params[i].name;
        if (built != BUILT)
            return built;
    }
    json_close_object(&json);
    *ret_args = text_string(&out);
    return BUILT;
}

/* Starts it; without the value of a fact it has failed. True: the run goes on. */
static bool start(struct run *run, const struct playbook *playbook, const struct run_input *input,
                  struct run_order *order)
{
    const struct playbook_step *step = here(run, playbook);
    const char *args = NULL, *name = NULL;

    if (build_args(run, step, input, &args, &name) != BUILT) {
        run_refused(run, playbook, arena_printf(run->arena, "%s is not known", name),
                    input->world.facts->now_us);
        return true;
    }
    run->phase = RUN_DOING;
    *order = (struct run_order){step->action, args};
    return false;
}

void run_started(struct run *run, const char *action, int64_t now_us)
{
    run->action = arena_strdup(run->arena, action);
    run->since_us = run->phase == RUN_DOING ? now_us : run->since_us;
}

void run_refused(struct run *run, const struct playbook *playbook, const char *detail, int64_t now_us)
{
    if (run->phase == RUN_REFRESHING) {
        run->refreshed = true;
        run->phase = RUN_ASKING;
        return;
    }
    go(run, playbook, WAY_FAILED, now_us)->detail = arena_strdup(run->arena, detail);
}

/* ---- going on by itself ---- */

static bool do_step(struct run *run, const struct playbook *playbook, const struct run_input *input,
                    struct run_order *order)
{
    const struct playbook_step *step = here(run, playbook);

    run->phase = RUN_ASKING;
    if (run->dry || step->confirm || result_before(run, step->name) != NULL)
        return false;
    return start(run, playbook, input, order);
}

/* True: it went on to another step. */
static bool advance_once(struct run *run, const struct playbook *playbook, const struct run_input *input,
                         struct run_order *order)
{
    const struct playbook_step *step = here(run, playbook);
    int64_t now_us = input->world.facts->now_us;

    switch (step->kind) {
    case STEP_CHECK:
        return check(run, playbook, input, order);
    case STEP_DO:
        return do_step(run, playbook, input, order);
    case STEP_SAY:
    case STEP_GOTO:
        if (!step->pause)
            go(run, playbook, WAY_THEN, now_us);
        return !step->pause;
    case STEP_ASK:
        run->phase = RUN_ASKING;
        return false;
    case STEP_END:
        break;
    }
    run->phase = RUN_ENDED;
    add_visit(run, step->name, step->end.outcome, now_us);
    return false;
}

static void advance(struct run *run, const struct playbook *playbook, const struct run_input *input,
                    struct run_order *order)
{
    do {
        if (run->automatic >= RUN_AUTOMATIC_MAX || run->visit_count >= RUN_VISITS_MAX) {
            run->phase = RUN_STUCK;
            return;
        }
    } while (advance_once(run, playbook, input, order));
}

/* ---- answers ---- */

static const struct run_option go_option = {"go", {{"Fazer agora", "Do it now"}}};
static const struct run_option skip_option = {"skip", {{"Não fazer", "Do not do it"}}};
static const struct run_option again_option = {"again", {{"Fazer de novo", "Do it again"}}};
static const struct run_option keep_option = {"keep",
                                              {{"Seguir com o resultado anterior", "Go on with its result"}}};
static const struct run_option next_option = {"next", {{"Continuar", "Continue"}}};
static const struct run_option done_option = {"done", {{"Deu certo (ensaio)", "It worked (rehearsal)"}}};
static const struct run_option failed_option = {"failed",
                                                {{"Não deu certo (ensaio)", "It failed (rehearsal)"}}};

static unsigned offer(struct run_option *options, struct run_option first, struct run_option second)
{
    options[0] = first;
    options[1] = second;
    return 2;
}

static unsigned do_options(const struct run *run, const struct playbook_step *step,
                           struct run_option *options)
{
    if (run->dry)
        return offer(options, done_option, failed_option);
    if (result_before(run, step->name) != NULL)
        return offer(options, again_option, keep_option);
    return offer(options, go_option, skip_option);
}

unsigned run_options(const struct run *run, const struct playbook *playbook,
                     struct run_option options[RUN_OPTIONS_MAX])
{
    const struct playbook_step *step = here(run, playbook);

    if (run->phase != RUN_ASKING)
        return 0;
    if (step->kind == STEP_DO)
        return do_options(run, step, options);
    if (step->kind == STEP_SAY) {
        options[0] = next_option;
        return 1;
    }
    for (size_t i = 0; i < step->way_count; i++)
        options[i] = (struct run_option){step->ways[i].key, step->ways[i].label};
    return (unsigned)step->way_count;
}

/* By its key, or by its number: "2". */
static int find_option(const struct run_option *options, unsigned count, const char *answer)
{
    for (unsigned i = 0; i < count; i++)
        if (strcmp(options[i].key, answer) == 0)
            return (int)i;
    if (answer[0] >= '1' && answer[0] < (char)('1' + count) && answer[1] == '\0')
        return answer[0] - '1';
    return -1;
}

static bool starts_action(const char *key)
{
    return strcmp(key, go_option.key) == 0 || strcmp(key, again_option.key) == 0;
}

static enum err check_given(const struct run *run, const struct playbook_step *step,
                            const struct run_input *input)
{
    const char *args, *name;

    if (build_args(run, step, input, &args, &name) == NO_PARAM)
        return err_set(ERR_INVALID, "params: \"%s\" is missing", name);
    return ERR_OK;
}

/* Along which way a decision about a do leads, if it starts nothing. */
static unsigned way_of(const struct run *run, const struct playbook_step *step, const char *key)
{
    const struct run_visit *before = result_before(run, step->name);

    if (strcmp(key, done_option.key) == 0)
        return WAY_DONE;
    if (strcmp(key, keep_option.key) == 0 && before != NULL && strcmp(before->input, "done") == 0)
        return WAY_DONE;
    return WAY_FAILED;
}

static void decide(struct run *run, const struct playbook *playbook, const struct run_input *input,
                   const char *key, struct run_order *order)
{
    const struct playbook_step *step = here(run, playbook);
    int64_t now_us = input->world.facts->now_us;
    unsigned way = WAY_THEN;

    add_visit(run, step->name, key, now_us)->by = arena_strdup(run->arena, input->by);
    run->decisions[run->decision_count++] = run->step;
    run->automatic = 0;
    if (step->kind == STEP_DO && starts_action(key)) {
        if (start(run, playbook, input, order))
            advance(run, playbook, input, order);
        return;
    }
    if (step->kind == STEP_DO)
        way = way_of(run, step, key);
    for (size_t i = 0; step->kind == STEP_ASK && i < step->way_count; i++)
        if (strcmp(step->ways[i].key, key) == 0)
            way = (unsigned)i;
    enter(run, step->ways[way].step, now_us);
    advance(run, playbook, input, order);
}

static enum err answer(struct run *run, const struct playbook *playbook, const struct run_input *input,
                       struct run_order *order)
{
    struct run_option options[RUN_OPTIONS_MAX];
    unsigned count = run_options(run, playbook, options);
    int chosen = find_option(options, count, text_or_empty(input->answer));

    if (count == 0)
        return err_set(ERR_CONFLICT, "nothing is asked now: the run is %s", run_phase_name(run->phase));
    if (chosen < 0)
        return err_set(ERR_INVALID, "answer: one of the numbers 1 to %u, or its key", count);
    if (here(run, playbook)->kind == STEP_DO && starts_action(options[chosen].key))
        TRY(check_given(run, here(run, playbook), input));
    decide(run, playbook, input, options[chosen].key, order);
    return ERR_OK;
}

/* ---- results ---- */

static enum err take_result(struct run *run, const struct playbook *playbook, const struct run_input *input,
                            struct run_order *order)
{
    int64_t now_us = input->world.facts->now_us;
    const char *action = run->action;

    if (run->phase == RUN_REFRESHING) {
        run->refreshed = input->ended_us >= now_us - (int64_t)RESULT_GOOD_S * US_PER_S;
        run->action = NULL;
    } else if (run->phase == RUN_DOING) {
        struct run_visit *visit = go(run, playbook, input->succeeded ? WAY_DONE : WAY_FAILED, now_us);

        visit->action = action;
        visit->detail = arena_strdup(run->arena, input->detail);
    } else {
        return err_set(ERR_CONFLICT, "no result is waited for");
    }
    advance(run, playbook, input, order);
    return ERR_OK;
}

static enum err go_back(struct run *run, const struct playbook *playbook, const struct run_input *input)
{
    int64_t now_us = input->world.facts->now_us;

    if (run->phase == RUN_DOING)
        return err_set(ERR_CONFLICT, "an action is under way: cancel it, or wait for its end");
    if (run->phase == RUN_CANCELLED || run->decision_count == 0 || run->visit_count >= 2 * RUN_VISITS_MAX)
        return err_set(ERR_CONFLICT, "there is no step to go back to");
    add_visit(run, here(run, playbook)->name, "back", now_us)->by = arena_strdup(run->arena, input->by);
    enter(run, run->decisions[--run->decision_count], now_us);
    run->automatic = 0;
    return ERR_OK;
}

static enum err cancel(struct run *run, const struct playbook *playbook, const struct run_input *input)
{
    if (run->phase == RUN_ENDED || run->phase == RUN_CANCELLED)
        return err_set(ERR_CONFLICT, "the run is over");
    add_visit(run, here(run, playbook)->name, "cancel", input->world.facts->now_us)->by =
        arena_strdup(run->arena, input->by);
    run->phase = RUN_CANCELLED;
    run->action = NULL;
    return ERR_OK;
}

bool run_is_due(const struct run *run, int64_t now_us)
{
    return run->phase == RUN_PAUSING && now_us >= run->wait_until_us;
}

enum err run_step(struct run *run, const struct playbook *playbook, const struct run_input *input,
                  struct run_order *ret)
{
    *ret = (struct run_order){NULL, NULL};
    switch (input->kind) {
    case RUN_ANSWER:
        return answer(run, playbook, input, ret);
    case RUN_RESULT:
        return take_result(run, playbook, input, ret);
    case RUN_BACK:
        return go_back(run, playbook, input);
    case RUN_CANCEL:
        return cancel(run, playbook, input);
    case RUN_LOOK:
        break;
    }
    /* An action that is under way, or a person who was asked, is waited for. */
    if (run->phase == RUN_PAUSING || (run->phase == RUN_ASKING && run->action == NULL))
        advance(run, playbook, input, ret);
    return ERR_OK;
}
