/*
 * What a rule of verdict.def may do: look at facts, compare, cite, and fill in the words. For
 * provisioning/verdict/ only.
 *
 * A rule answers whether it holds; what it has cited and said counts only then.
 */
#pragma once

#include "provisioning/verdict/verdict.h"

enum { JUDGE_SLOTS_MAX = 8 };

struct judge_slot {
    const char *name;
    struct verdict_words words;
};

struct judge {
    const struct verdict_question *question;
    struct arena *arena;
    struct verdict *verdict;
    struct verdict_cause *cause; /* of the rule that is asked */
    unsigned shape;              /* which row of words.def */
    double trust;                /* in the oldest evidence */
    double doubt;                /* what doubts have left of it, 0..1 */
    struct judge_slot slots[JUDGE_SLOTS_MAX];
    size_t slot_count;
};

typedef bool verdict_rule(struct judge *judge);

#define VERDICT(id, code, severity, confidence, last, rule, playbook) verdict_rule rule;
#include "provisioning/verdict/verdict.def"
#undef VERDICT

/* NULL: it is not there, or stale; then it is noted as missing. */
const struct fact *judge_need(struct judge *judge, const char *name);
/* The same without a note: the rule does without it. */
const struct fact *judge_look(const struct judge *judge, const char *name);
/* Usable by its age. */
bool judge_trusts(const struct judge *judge, const struct fact *fact);
void judge_note_missing(struct judge *judge, const char *name);
/* The fact of the same row of a list: "name" beside "wifi.clients.3.rssi_dbm". */
const char *judge_beside(const struct judge *judge, const struct fact *fact, const char *column);

bool judge_flag_is(const struct fact *fact, bool flag); /* NULL: false */
/* One of the words, in any case; without ERROR_ in front, as TR-098 has it. fact NULL: false. The list ends
 * with NULL. */
bool judge_word_in(const struct fact *fact, const char *const *words);

double judge_limit(const struct judge *judge, enum threshold threshold);
/* Evidence: what was seen, and what it was compared with (THRESHOLD_COUNT: nothing). fact NULL: nothing. */
void judge_cite(struct judge *judge, const struct fact *fact, enum threshold threshold);
/* A number that was made of the facts cited before. */
void judge_cite_made(struct judge *judge, const char *name, double number, const char *unit,
                     enum threshold threshold);
void judge_doubt(struct judge *judge, double part);

/* Words for {name}. */
void judge_say(struct judge *judge, const char *name, const char *pt, const char *en);
void judge_say_number(struct judge *judge, const char *name, double number); /* "−27,6" and "−27.6" */
void judge_say_time(struct judge *judge, const char *name, int64_t seconds); /* "3 dias" and "3 days" */
