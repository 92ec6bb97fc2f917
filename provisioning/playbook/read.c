/* The document: its head, its steps, and the ways between them. */
#include "provisioning/playbook/read.h"

#include "provisioning/verdict/verdict.h"

enum { VERSION_MAX = 1000000, VERDICTS_MAX = 30, OUTCOME_WORD_MAX = 40 };

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

static void fault(struct read *read, struct yaml_place place, enum playbook_fault fault, const char *subject)
{
    fault_add(read->faults, place, fault, subject);
}

/* ---- ways ---- */

bool playbook_name_is_good(const char *name)
{
    size_t len = strlen(name);

    return len > 0 && len <= PLAYBOOK_NAME_MAX && name[0] >= 'a' && name[0] <= 'z' &&
           strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_-") == len;
}

const char *read_way_target(struct read *read, const struct playbook_step *step, const char *key,
                            const struct yaml *node)
{
    const char *name;

    if (node->kind == YAML_MAP) {
        name = arena_printf(read->arena, "%s.%s", step->name, key);
        read_step(read, name, node->place, node);
        return name;
    }
    if (node->kind == YAML_SCALAR && node->text[0] != '\0')
        return node->text;
    fault(read, node->place, FAULT_MISSING_WAY, key);
    return NULL;
}

static void add_way(struct read *read, struct playbook_step *step, struct playbook_way way,
                    const struct yaml *node)
{
    way.place = node->place;
    way.to = read_way_target(read, step, way.key, node);
    step->ways[step->way_count++] = way;
}

/* The ways of these names, in this order; the last may be left out and is then the one before it. */
static void read_ways(struct read *read, const struct yaml *node, struct playbook_step *step,
                      const char *const *keys, size_t count)
{
    step->ways = ARENA_ARRAY(read->arena, struct playbook_way, count);
    for (size_t i = 0; i < count; i++) {
        const struct yaml *to = yaml_get(node, keys[i]);
        struct playbook_way way = {.key = keys[i]};

        if (to != NULL) {
            add_way(read, step, way, to);
        } else if (i == WAY_UNKNOWN) {
            step->ways[i] = step->ways[WAY_NO];
            step->ways[i].key = keys[i];
            step->way_count++;
        } else {
            fault(read, node->place, FAULT_MISSING_WAY, keys[i]);
            step->way_count++;
        }
    }
}

/* ---- the kinds ---- */

static void read_check(struct read *read, const struct yaml *node, struct playbook_step *step)
{
    static const char *const known[] = {"check", "title", "max_age", "recheck", "yes", "no", "unknown"};
    static const char *const ways[] = {"yes", "no", "unknown"};
    const struct yaml *check = yaml_get(node, "check");
    struct expression_fault wrong;

    read_members(read, node, known, COUNT(known));
    step->source = read_text(read, node, "check", true);
    step->max_age_s = read_seconds(read, node, "max_age");
    step->recheck_s = read_seconds(read, node, "recheck");
    if (step->recheck_s > PLAYBOOK_WAIT_MAX_S)
        fault(read, yaml_get(node, "recheck")->place, FAULT_LONG_WAIT, yaml_get(node, "recheck")->text);
    read_ways(read, node, step, ways, COUNT(ways));
    if (step->source == NULL ||
        expression_read(step->source, read->arena, &step->condition, &wrong) == ERR_OK)
        return;
    if (!check->block)
        wrong.at += check->quoted;
    fault(
        read,
        (struct yaml_place){check->place.line, check->place.column + (check->block ? 0 : (unsigned)wrong.at)},
        wrong.fault, wrong.subject);
}

/* Answers that need no words of their author. */
static bool label_of(const char *key, struct playbook_text *ret)
{
    static const struct {
        const char *key;
        struct playbook_text label;
    } rows[] = {
        {"sim",      {{"Sim", "Yes"}}                   },
        {"nao",      {{"Não", "No"}}                   },
        {"nao_sabe", {{"Não sabe", "Does not know"}}   },
        {"feito",    {{"Feito", "Done"}}                },
        {"nao_quer", {{"Não quer", "Does not want to"}}},
        {"nao_pode", {{"Não pode agora", "Cannot now"}}},
    };

    for (size_t i = 0; i < COUNT(rows); i++)
        if (strcmp(rows[i].key, key) == 0) {
            *ret = rows[i].label;
            return true;
        }
    return false;
}

/* key: step, or key: {to: step, label: {…}}. */
static void read_answer(struct read *read, struct playbook_step *step, const struct yaml *key,
                        const struct yaml *node)
{
    static const char *const known[] = {"to", "label"};
    struct playbook_way way = {.key = key->text};
    const struct yaml *to = yaml_get(node, "to");

    if (!playbook_name_is_good(key->text))
        fault(read, key->place, FAULT_BAD_NAME, key->text);
    if (to != NULL || yaml_get(node, "label") != NULL) {
        read_members(read, node, known, COUNT(known));
        way.label = read_words(read, yaml_get(node, "label"), node->place, key->text);
        if (to == NULL)
            fault(read, node->place, FAULT_MISSING_WAY, "to");
        node = to;
    } else if (!label_of(key->text, &way.label)) {
        fault(read, key->place, FAULT_ANSWER_LABEL, key->text);
    }
    if (node != NULL)
        add_way(read, step, way, node);
}

static void read_ask(struct read *read, const struct yaml *node, struct playbook_step *step)
{
    static const char *const known[] = {"ask", "answers"};
    const struct yaml *answers = yaml_get(node, "answers");
    size_t count = answers != NULL && answers->kind == YAML_MAP ? answers->count : 0;

    read_members(read, node, known, COUNT(known));
    step->text = read_words(read, yaml_get(node, "ask"), node->place, "ask");
    if (answers == NULL)
        fault(read, node->place, FAULT_MISSING, "answers");
    else if (count == 0 || count > PLAYBOOK_ANSWERS_MAX)
        fault(read, answers->place, FAULT_ANSWERS, arena_printf(read->arena, "%zu", count));
    step->ways = ARENA_ARRAY(read->arena, struct playbook_way, PLAYBOOK_ANSWERS_MAX);
    for (size_t i = 0; i < count && i < PLAYBOOK_ANSWERS_MAX; i++)
        read_answer(read, step, &answers->keys[i], &answers->items[i]);
}

static void read_say(struct read *read, const struct yaml *node, struct playbook_step *step)
{
    static const char *const known[] = {"say", "then", "pause"};
    static const char *const ways[] = {"then"};

    read_members(read, node, known, COUNT(known));
    step->text = read_words(read, yaml_get(node, "say"), node->place, "say");
    step->pause = read_flag(read, node, "pause", false);
    read_ways(read, node, step, ways, COUNT(ways));
}

static void read_goto(struct read *read, const struct yaml *node, struct playbook_step *step)
{
    static const char *const known[] = {"goto"};
    static const char *const ways[] = {"goto"};

    read_members(read, node, known, COUNT(known));
    read_ways(read, node, step, ways, COUNT(ways));
}

static bool outcome_is_known(const char *outcome)
{
    static const char *const known[] = {"solved", "partly", "not_solved", "callback", "escalate"};

    for (size_t i = 0; i < COUNT(known); i++)
        if (strcmp(known[i], outcome) == 0)
            return true;
    return false;
}

static const char *read_word(struct read *read, const struct yaml *map, const char *key)
{
    const char *word = read_text(read, map, key, false);

    if (word != NULL && !playbook_name_is_good(word))
        fault(read, yaml_get(map, key)->place, FAULT_BAD_NAME, word);
    return word;
}

static void read_end(struct read *read, const struct yaml *node, struct playbook_step *step)
{
    static const char *const outer[] = {"end"};
    static const char *const known[] = {"outcome", "to", "reason", "sla", "say"};
    const struct yaml *end = yaml_get(node, "end");

    read_members(read, node, outer, COUNT(outer));
    if (end->kind != YAML_MAP) {
        fault(read, end->place, FAULT_NOT_MAP, "outcome");
        return;
    }
    read_members(read, end, known, COUNT(known));
    step->end.outcome = read_text(read, end, "outcome", true);
    if (step->end.outcome != NULL && !outcome_is_known(step->end.outcome))
        fault(read, yaml_get(end, "outcome")->place, FAULT_UNKNOWN_OUTCOME, step->end.outcome);
    step->end.to = read_word(read, end, "to");
    if (step->end.to == NULL && step->end.outcome != NULL && strcmp(step->end.outcome, "escalate") == 0)
        fault(read, end->place, FAULT_MISSING, "to");
    step->end.reason = read_word(read, end, "reason");
    step->end.within_s = read_seconds(read, end, "sla");
    if (yaml_get(end, "say") != NULL)
        step->text = read_words(read, yaml_get(end, "say"), end->place, "say");
}

/* ---- steps ---- */

static const struct {
    const char *key;
    enum step_kind kind;
    void (*read)(struct read *read, const struct yaml *node, struct playbook_step *step);
} kinds[] = {
    {"check", STEP_CHECK, read_check},
    {"ask",   STEP_ASK,   read_ask  },
    {"do",    STEP_DO,    read_do   },
    {"say",   STEP_SAY,   read_say  },
    {"goto",  STEP_GOTO,  read_goto },
    {"end",   STEP_END,   read_end  },
};

static struct playbook_step *add_step(struct read *read, const char *name, struct yaml_place place)
{
    struct playbook *playbook = read->playbook;
    struct playbook_step *step;

    if (playbook->step_count == PLAYBOOK_STEPS_MAX) {
        fault(read, place, FAULT_MANY_STEPS, arena_printf(read->arena, "%d", PLAYBOOK_STEPS_MAX));
        return NULL;
    }
    step = &playbook->steps[playbook->step_count++]; /* there is room for all, so that none moves */
    step->name = name;
    step->place = place;
    return step;
}

/* The row of the one member that says what the step does; -1: there is none, or two, which is a fault. */
static int find_kind(struct read *read, const char *name, struct yaml_place place, const struct yaml *node)
{
    int found = -1;

    for (size_t i = 0; i < node->count; i++)
        for (size_t k = 0; k < COUNT(kinds); k++) {
            if (strcmp(node->keys[i].text, kinds[k].key) != 0)
                continue;
            if (found >= 0) {
                fault(read, node->keys[i].place, FAULT_TWO_KINDS, kinds[k].key);
                return -1;
            }
            found = (int)k;
        }
    if (found < 0)
        fault(read, place, FAULT_NO_KIND, name);
    return found;
}

void read_step(struct read *read, const char *name, struct yaml_place place, const struct yaml *node)
{
    struct playbook_step *step;
    int kind;

    if (node->kind != YAML_MAP) {
        fault(read, node->place, FAULT_NO_KIND, name);
        return;
    }
    step = add_step(read, name, place);
    kind = step == NULL ? -1 : find_kind(read, name, place, node);
    if (kind < 0)
        return;
    step->kind = kinds[kind].kind;
    kinds[kind].read(read, node, step);
}

static void read_steps(struct read *read, const struct yaml *root)
{
    const struct yaml *steps = yaml_get(root, "steps");

    if (steps == NULL || steps->kind != YAML_MAP) {
        fault(read, steps == NULL ? root->place : steps->place, steps == NULL ? FAULT_MISSING : FAULT_NOT_MAP,
              "steps");
        return;
    }
    if (steps->count == 0)
        fault(read, steps->place, FAULT_NO_STEPS, "");
    for (size_t i = 0; i < steps->count; i++) {
        if (!playbook_name_is_good(steps->keys[i].text))
            fault(read, steps->keys[i].place, FAULT_BAD_NAME, steps->keys[i].text);
        read_step(read, steps->keys[i].text, steps->keys[i].place, &steps->items[i]);
    }
}

/* ---- the head ---- */

static uint32_t read_version(struct read *read, const struct yaml *root)
{
    const char *text = read_text(read, root, "version", false);
    uint32_t version;

    if (text == NULL)
        return 0;
    if (text_read_u32(text, &version) == ERR_OK && version > 0 && version <= VERSION_MAX)
        return version;
    fault(read, yaml_get(root, "version")->place, FAULT_BAD_VERSION, text);
    return 0;
}

static void read_verdicts(struct read *read, const struct yaml *root)
{
    const struct yaml *serves = yaml_get(root, "verdicts");

    if (serves == NULL)
        return;
    if (serves->kind != YAML_LIST || serves->count > VERDICTS_MAX) {
        fault(read, serves->place, FAULT_NOT_LIST, "verdicts");
        return;
    }
    read->playbook->verdicts = ARENA_ARRAY(read->arena, const char *, serves->count);
    for (size_t i = 0; i < serves->count; i++) {
        const struct yaml *item = &serves->items[i];

        if (item->kind != YAML_SCALAR || verdict_code_find(item->text) == VERDICT_COUNT)
            fault(read, item->place, FAULT_UNKNOWN_VERDICT, text_or_empty(item->text));
        else
            read->playbook->verdicts[read->playbook->verdict_count++] = item->text;
    }
}

static void read_document(struct read *read, const struct yaml *root)
{
    static const char *const known[] = {"id", "version", "title", "symptom", "verdicts", "start", "steps"};
    struct playbook *playbook = read->playbook;
    const char *start;

    if (root->kind != YAML_MAP) {
        fault(read, root->place, FAULT_NOT_MAP, "id");
        return;
    }
    read_members(read, root, known, COUNT(known));
    playbook->id = read_text(read, root, "id", true);
    if (playbook->id != NULL && !playbook_name_is_good(playbook->id))
        fault(read, yaml_get(root, "id")->place, FAULT_BAD_NAME, playbook->id);
    playbook->version = read_version(read, root);
    playbook->title = read_words(read, yaml_get(root, "title"), root->place, "title");
    if (yaml_get(root, "symptom") != NULL)
        playbook->symptom = read_words(read, yaml_get(root, "symptom"), root->place, "symptom");
    read_verdicts(read, root);
    start = read_text(read, root, "start", true);
    read_steps(read, root);
    if (start != NULL)
        graph_check(read, yaml_get(root, "start")->place, start);
}

const struct playbook *playbook_read(const char *yaml, size_t len, struct fault_list *faults)
{
    struct read read = {.arena = faults->arena, .faults = faults};
    const struct yaml *root;
    struct yaml_fault wrong = {
        {0, 0},
        ""
    };

    read.playbook = ARENA_NEW(faults->arena, struct playbook);
    read.playbook->steps = ARENA_ARRAY(faults->arena, struct playbook_step, PLAYBOOK_STEPS_MAX);
    if (yaml_read(yaml, len, faults->arena, &root, &wrong) != ERR_OK)
        fault_add(faults, wrong.place, FAULT_SYNTAX, wrong.what);
    else
        read_document(&read, root);
    fault_sort(faults);
    return faults->errors == 0 ? read.playbook : NULL;
}
