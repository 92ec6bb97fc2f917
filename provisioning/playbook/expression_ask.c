/* Asking conditions. */
#include <string.h>

#include "acs/base/clock.h"
#include "acs/base/json.h"
#include "acs/base/text.h"
#include "provisioning/playbook/expression_node.h"

enum {
    REACHABLE_WITHIN_S = 3 * REACHABLE_AGE_S, /* it has just been called; its agent may look a little later */
    SHOWN_MAX = 16,                           /* of a list */
    READ_LEAST = 6
};

/* ---- facts by name ---- */

/* "*" stands for one part of a name. */
static bool name_matches(const char *pattern, const char *name)
{
    const char *star = strchr(pattern, '*');
    size_t before, part;

    if (star == NULL)
        return strcmp(pattern, name) == 0;
    before = (size_t)(star - pattern);
    if (strncmp(pattern, name, before) != 0)
        return false;
    part = strcspn(name + before, ".");
    return part > 0 && strcmp(star + 1, name + before + part) == 0;
}

static bool is_fresh(const struct expression_world *world, const struct fact *fact)
{
    return (fact_rows[fact->key].flags & FACT_TOLD) != 0 || fact->at_us >= world->oldest_us;
}

/* The next fact of this name after the one given (NULL: the first). */
static const struct fact *find_next(const struct facts *facts, const char *name, const struct fact *after)
{
    if (strchr(name, '*') == NULL)
        return after == NULL ? facts_find(facts, name) : NULL;
    for (size_t i = after == NULL ? 0 : (size_t)(after - facts->items) + 1; i < facts->count; i++)
        if (name_matches(name, facts->items[i].name))
            return &facts->items[i];
    return NULL;
}

/* ---- comparing ---- */

static bool holds(enum comparison comparison, int order)
{
    switch (comparison) {
    case IS_EQUAL:
        return order == 0;
    case IS_OTHER:
        return order != 0;
    case IS_LESS:
        return order < 0;
    case IS_AT_MOST:
        return order <= 0;
    case IS_MORE:
        return order > 0;
    case IS_AT_LEAST:
        return order >= 0;
    }
    return false;
}

static int order_of(const struct fact *fact, double number, const char *text)
{
    if (text != NULL)
        return text_equal_nocase(text_or_empty(fact->text), text) ? 0 : 1;
    return (fact->number > number) - (fact->number < number);
}

static enum tri ask_facts(const struct node *node, const struct expression_world *world)
{
    enum comparison comparison = node->kind == NODE_FLAG ? IS_OTHER : node->comparison;
    enum tri answer = TRI_UNKNOWN;
    double number = node->number;

    if (node->other != NULL) {
        const struct fact *other = facts_find(world->facts, node->other);

        if (other == NULL || !is_fresh(world, other))
            return TRI_UNKNOWN;
        number *= other->number;
    }
    for (const struct fact *fact = find_next(world->facts, node->name, NULL); fact != NULL;
         fact = find_next(world->facts, node->name, fact)) {
        if (!is_fresh(world, fact))
            continue;
        if (holds(comparison, order_of(fact, number, node->text)))
            return TRI_YES;
        answer = TRI_NO;
    }
    return answer;
}

static enum tri ask_verdict(const struct node *node, const struct expression_world *world)
{
    if (world->verdicts == NULL)
        return TRI_UNKNOWN;
    for (size_t i = 0; i < world->verdict_count; i++)
        if (strcmp(world->verdicts[i], node->name) == 0)
            return TRI_YES;
    return TRI_NO;
}

static enum tri ask_reachable(const struct expression_world *world)
{
    const struct fact *age = facts_find(world->facts, "contact.age_s");

    if (age == NULL)
        return TRI_UNKNOWN;
    return age->number <= REACHABLE_WITHIN_S ? TRI_YES : TRI_NO;
}

/* ---- joining ---- */

static enum tri negate(enum tri answer)
{
    if (answer == TRI_UNKNOWN)
        return TRI_UNKNOWN;
    return answer == TRI_YES ? TRI_NO : TRI_YES;
}

/* One that is `deciding` decides; else one that is unknown. */
static enum tri join(enum tri left, enum tri right, enum tri deciding)
{
    if (left == deciding || right == deciding)
        return deciding;
    return left == TRI_UNKNOWN || right == TRI_UNKNOWN ? TRI_UNKNOWN : negate(deciding);
}

static enum tri ask(const struct node *node, const struct expression_world *world)
{
    switch (node->kind) {
    case NODE_OR:
        return join(ask(node->left, world), ask(node->right, world), TRI_YES);
    case NODE_AND:
        return join(ask(node->left, world), ask(node->right, world), TRI_NO);
    case NODE_NOT:
        return negate(ask(node->left, world));
    case NODE_VERDICT:
        return ask_verdict(node, world);
    case NODE_REACHABLE:
        return ask_reachable(world);
    case NODE_FLAG:
    case NODE_COMPARE:
        break;
    }
    return ask_facts(node, world);
}

enum tri expression_ask(const struct expression *expression, const struct expression_world *world)
{
    return ask(expression->root, world);
}

/* ---- what it asks for ---- */

static bool asks_facts(const struct node *node)
{
    return node->kind == NODE_FLAG || node->kind == NODE_COMPARE;
}

static bool is_known(const char *name, const struct expression_world *world)
{
    for (const struct fact *fact = find_next(world->facts, name, NULL); fact != NULL;
         fact = find_next(world->facts, name, fact))
        if (is_fresh(world, fact))
            return true;
    return false;
}

static bool is_told(const char *name)
{
    return (fact_rows[expression_fact_key(name)].flags & FACT_TOLD) != 0;
}

/* Reading the device does not bring what the server knows by itself. */
static bool is_stale(const char *name, const struct expression_world *world)
{
    return !is_told(name) && !is_known(name, world);
}

static bool contact_is_old(const struct expression_world *world)
{
    const struct fact *age = facts_find(world->facts, "contact.age_s");

    return age == NULL || age->number > REACHABLE_AGE_S;
}

/* What is fresh may decide though the rest is old. */
bool expression_is_stale(const struct expression *expression, const struct expression_world *world)
{
    bool undecided = expression_ask(expression, world) == TRI_UNKNOWN;

    for (size_t i = 0; i < expression->count; i++) {
        const struct node *node = &expression->nodes[i];

        if (node->kind == NODE_REACHABLE && contact_is_old(world))
            return true;
        if (undecided && asks_facts(node) && is_stale(node->name, world))
            return true;
        if (undecided && asks_facts(node) && node->other != NULL && is_stale(node->other, world))
            return true;
    }
    return false;
}

static bool is_light(const char *name)
{
    return (fact_rows[expression_fact_key(name)].flags & (FACT_LIGHT | FACT_TOLD)) != 0;
}

/* More is known than what every Inform tells. */
static bool was_read(const struct facts *facts)
{
    unsigned known = 0;

    for (size_t i = 0; i < facts->count; i++)
        known += (fact_rows[facts->items[i].key].flags & FACT_LIGHT) != 0;
    return known >= READ_LEAST;
}

bool expression_is_light(const struct expression *expression, const struct facts *facts)
{
    if (!was_read(facts))
        return false;
    for (size_t i = 0; i < expression->count; i++) {
        const struct node *node = &expression->nodes[i];

        if (asks_facts(node) && (!is_light(node->name) || (node->other != NULL && !is_light(node->other))))
            return false;
    }
    return true;
}

bool expression_asks_reachable(const struct expression *expression)
{
    for (size_t i = 0; i < expression->count; i++)
        if (expression->nodes[i].kind == NODE_REACHABLE)
            return true;
    return false;
}

bool expression_fact_at(const struct expression *expression, size_t index, const char **ret_name,
                        enum fact_key *ret_key)
{
    for (size_t i = 0; i < expression->count; i++)
        if (asks_facts(&expression->nodes[i]) && index-- == 0) {
            *ret_name = expression->nodes[i].name;
            *ret_key = expression->nodes[i].key;
            return true;
        }
    return false;
}

static void add_named(const struct facts *facts, const char *name, struct fact_list *list)
{
    unsigned shown = 0;

    for (const struct fact *fact = find_next(facts, name, NULL); fact != NULL && shown < SHOWN_MAX;
         fact = find_next(facts, name, fact), shown++) {
        if (fact->text != NULL)
            fact_add_text(list, fact->name, fact->text, fact->at_us);
        else if (fact_rows[fact->key].kind == FACT_FLAG)
            fact_add_flag(list, fact->name, fact->number > 0, fact->at_us);
        else
            fact_add_number(list, fact->name, fact->number, fact->at_us);
    }
}

void expression_write_values(const struct expression *expression, const struct facts *facts,
                             struct json_writer *json)
{
    AUTO_ARENA arena = arena_new(1024);
    struct fact_list list = FACT_LIST_IN(arena);
    struct facts shown;

    for (size_t i = 0; i < expression->count; i++) {
        const struct node *node = &expression->nodes[i];

        if (asks_facts(node) || node->kind == NODE_REACHABLE)
            add_named(facts, node->name, &list);
        if (node->other != NULL)
            add_named(facts, node->other, &list);
    }
    shown = facts_of_list(&list, facts->now_us);
    facts_write(&shown, json);
}
