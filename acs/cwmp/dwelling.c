#include "acs/cwmp/dwelling.h"

#include <stdlib.h>
#include <string.h>

#include "acs/base/clock.h"

/* ---- facts ---- */

/* told: what an action has found out besides. */
static void keep(struct post *post, const struct home *home, bool partial, const struct facts *told)
{
    struct fact_list list = FACT_LIST_IN(post->arena);
    struct store_facts *kept = ARENA_NEW(post->arena, struct store_facts);
    struct facts *facts = ARENA_NEW(post->arena, struct facts);

    kept->lists = home_facts(home, partial, &list);
    if (told != NULL)
        fact_add_all(&list, told);
    if (list.count == 0 && kept->lists == 0)
        return;
    *facts = facts_of_list(&list, clock_now_us());
    kept->facts = facts;
    post->unit.facts = kept;
}

static struct home_value as_known(const struct cwmp_parameter_value *value, int64_t at_us)
{
    return (struct home_value){
        .name = value->name, .value = value->value, .type = value->type, .at_us = at_us};
}

void dwelling_keep_told(struct post *post, const struct cwmp_parameter_values *values)
{
    struct home_value *copies = ARENA_ARRAY(post->arena, struct home_value, values->count + 1);
    int64_t now_us = clock_now_us();

    if (post->session->model == NULL)
        return;
    for (size_t i = 0; i < values->count; i++)
        copies[i] = as_known(&values->items[i], now_us);
    keep(post, home_new(&post->session->model->map, copies, values->count, post->arena), true, NULL);
}

static int compare_names(const void *left, const void *right)
{
    return strcmp(((const struct home_value *)left)->name, ((const struct home_value *)right)->name);
}

/* What was known, with what was read just now in its place. */
static size_t overlay(const struct post *post, const struct cwmp_parameter_values *values,
                      struct home_value **ret)
{
    const struct store_tree *tree = post->tree;
    struct home_value *all = ARENA_ARRAY(post->arena, struct home_value, tree->count + values->count + 1);
    size_t count = tree->count;
    int64_t now_us = clock_now_us();

    if (count > 0)
        memcpy(all, tree->values, count * sizeof(*all));
    for (size_t i = 0; i < values->count; i++) {
        struct home_value value = as_known(&values->items[i], now_us);
        struct home_value *known =
            tree->count > 0 ? bsearch(&value, all, tree->count, sizeof(value), compare_names) : NULL;

        if (known != NULL)
            value.locked = known->locked;
        if (known != NULL)
            *known = value;
        else
            all[count++] = value;
    }
    *ret = all;
    return count;
}

void dwelling_keep_read(struct post *post, const struct action_move *move)
{
    static const struct cwmp_parameter_values none;
    const struct store_values *read = post->unit.values;
    struct home_value *all;
    size_t count;

    if (post->tree == NULL)
        return;
    count = overlay(post, read != NULL && read->values != NULL ? read->values : &none, &all);
    keep(post, home_new(&post->session->model->map, all, count, post->arena), false, move->facts);
}

/* ---- the home ---- */

static bool wants_home(const struct action_record *record)
{
    const struct action_kind *kind = action_kind_find(record->kind);

    return kind != NULL && kind->wants_home != NULL && record->intent == NULL &&
           !action_has_ended(record->state) && kind->wants_home(record);
}

bool dwelling_is_due(const struct post *post)
{
    const struct turn *turn = &post->session->turn;

    if (post->home != NULL || post->session->model == NULL)
        return false;
    for (size_t i = 0; i < turn->count; i++)
        if (!turn->passed[i] && wants_home(&turn->records[i]))
            return true;
    return false;
}

static const struct action_service *service_of(const struct post *post)
{
    const struct threshold_set *set = __atomic_load_n(&post->worker->all->thresholds, __ATOMIC_ACQUIRE);
    struct action_service *service = ARENA_NEW(post->arena, struct action_service);

    *service = (struct action_service){
        .technology = post->tree->technology,
        .down_mbps = post->tree->plan_down_mbps,
        .up_mbps = post->tree->plan_up_mbps,
        .thresholds = threshold_set_find(set, &post->worker->all->saved, post->tree->technology,
                                         &post->session->model->identity),
    };
    return service;
}

static void tree_read(struct store_unit *unit, enum err outcome, void *ctx)
{
    struct post *post = ctx;

    if (post_failed(post, outcome))
        return;
    post->tree = unit->tree;
    post->home = home_new(&post->session->model->map, unit->tree->values, unit->tree->count, post->arena);
    post->service = service_of(post);
    post->go_on(post);
}

void dwelling_read(struct post *post, door_fn *go_on)
{
    post->go_on = go_on;
    post->unit = (struct store_unit){.tree = ARENA_NEW(post->arena, struct store_tree)};
    post_submit(post, tree_read);
}
