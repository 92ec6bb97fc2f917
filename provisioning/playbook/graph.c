/* The graph of a playbook's steps: what an agent could be left alone with is refused. */
#include <string.h>

#include "acs/base/text.h"
#include "provisioning/playbook/read.h"
#include "provisioning/playbook/result.h"

enum mark { NOT_SEEN, ON_THE_WAY, SEEN };

/* ---- joining ---- */

int playbook_step_find(const struct playbook *playbook, const char *name)
{
    for (size_t i = 0; i < playbook->step_count; i++)
        if (strcmp(playbook->steps[i].name, name) == 0)
            return (int)i;
    return -1;
}

static bool join(struct read *read)
{
    struct playbook *playbook = read->playbook;
    unsigned before = read->faults->errors;

    for (size_t i = 0; i < playbook->step_count; i++)
        for (size_t k = 0; k < playbook->steps[i].way_count; k++) {
            struct playbook_way *way = &playbook->steps[i].ways[k];
            int step = way->to == NULL ? -1 : playbook_step_find(playbook, way->to);

            if (step >= 0)
                way->step = (unsigned)step;
            else if (way->to != NULL && !(k == WAY_UNKNOWN && way->to == way[-1].to))
                fault_add(read->faults, way->place, FAULT_UNKNOWN_STEP, way->to);
        }
    return read->faults->errors == before;
}

/* ---- walking ---- */

static void reach(const struct playbook *playbook, unsigned from, bool *reached)
{
    unsigned stack[PLAYBOOK_STEPS_MAX];
    size_t depth = 0;

    stack[depth++] = from;
    reached[from] = true;
    while (depth > 0) {
        const struct playbook_step *step = &playbook->steps[stack[--depth]];

        for (size_t i = 0; i < step->way_count; i++)
            if (!reached[step->ways[i].step]) {
                reached[step->ways[i].step] = true;
                stack[depth++] = step->ways[i].step;
            }
    }
}

static bool leads_to_end(const struct playbook *playbook, unsigned from)
{
    bool reached[PLAYBOOK_STEPS_MAX] = {false};

    reach(playbook, from, reached);
    for (size_t i = 0; i < playbook->step_count; i++)
        if (reached[i] && playbook->steps[i].kind == STEP_END)
            return true;
    return false;
}

/* A run stays here until somebody decides, or until time has passed. */
static bool waits(const struct playbook_step *step)
{
    return step->kind == STEP_ASK || (step->kind == STEP_SAY && step->pause) ||
           (step->kind == STEP_DO && step->confirm) || (step->kind == STEP_CHECK && step->recheck_s > 0);
}

/* The step at which a way that nobody stops comes back to itself; NULL: there is none from here. */
static const struct playbook_step *find_endless(const struct playbook *playbook, unsigned from,
                                                enum mark *marks)
{
    const struct playbook_step *step = &playbook->steps[from];
    const struct playbook_step *found = NULL;

    if (waits(step) || marks[from] == SEEN)
        return NULL;
    if (marks[from] == ON_THE_WAY)
        return step;
    marks[from] = ON_THE_WAY;
    for (size_t i = 0; i < step->way_count && found == NULL; i++)
        found = find_endless(playbook, step->ways[i].step, marks);
    marks[from] = SEEN;
    return found;
}

unsigned playbook_distance(const struct playbook *playbook, unsigned step)
{
    unsigned queue[PLAYBOOK_STEPS_MAX] = {step}, far[PLAYBOOK_STEPS_MAX] = {0};
    bool seen[PLAYBOOK_STEPS_MAX] = {false};
    size_t head = 0, tail = 1;

    seen[step] = true;
    while (head < tail) {
        const struct playbook_step *at = &playbook->steps[queue[head]];
        unsigned here = far[queue[head++]];

        if (at->kind == STEP_END)
            return here;
        for (size_t i = 0; i < at->way_count; i++) {
            unsigned next = at->ways[i].step;

            if (!seen[next]) {
                seen[next] = true;
                far[next] = here + 1;
                queue[tail++] = next;
            }
        }
    }
    return 0;
}

/* ---- results ---- */

static bool makes(const struct playbook *playbook, const char *action)
{
    for (size_t i = 0; i < playbook->step_count; i++)
        if (playbook->steps[i].kind == STEP_DO &&
            strcmp(text_or_empty(playbook->steps[i].action), action) == 0)
            return true;
    return false;
}

/* A result is asked for only where a step makes it: else the check would never know. */
static void check_results(struct read *read)
{
    const struct playbook *playbook = read->playbook;

    for (size_t i = 0; i < playbook->step_count; i++) {
        const struct playbook_step *step = &playbook->steps[i];
        const char *name;
        enum fact_key key;

        for (size_t k = 0; step->condition != NULL && expression_fact_at(step->condition, k, &name, &key);
             k++)
            if (result_action(key) != NULL && !makes(playbook, result_action(key)))
                fault_add(read->faults, step->place, FAULT_NO_RESULT, name);
    }
}

/* ---- judging ---- */

static void check_ends(struct read *read, const bool *reached)
{
    const struct playbook *playbook = read->playbook;

    for (size_t i = 0; i < playbook->step_count; i++) {
        const struct playbook_step *step = &playbook->steps[i];

        if (!reached[i])
            fault_add(read->faults, step->place, FAULT_UNREACHABLE, step->name);
        else if (!leads_to_end(playbook, (unsigned)i))
            fault_add(read->faults, step->place, FAULT_NO_END, step->name);
    }
}

static void check_loops(struct read *read)
{
    const struct playbook *playbook = read->playbook;
    enum mark marks[PLAYBOOK_STEPS_MAX] = {NOT_SEEN};

    for (size_t i = 0; i < playbook->step_count; i++) {
        const struct playbook_step *step = find_endless(playbook, (unsigned)i, marks);

        if (step != NULL)
            fault_add(read->faults, step->place, FAULT_ENDLESS, step->name);
    }
}

void graph_check(struct read *read, struct yaml_place start_place, const char *start)
{
    struct playbook *playbook = read->playbook;
    bool reached[PLAYBOOK_STEPS_MAX] = {false};
    int first = playbook_step_find(playbook, start);

    if (first < 0)
        fault_add(read->faults, start_place, FAULT_UNKNOWN_STEP, start);
    if (!join(read) || read->faults->errors > 0) /* a graph with holes says nothing true about itself */
        return;
    playbook->start = (unsigned)first;
    reach(playbook, playbook->start, reached);
    check_ends(read, reached);
    check_loops(read);
    check_results(read);
}
