/* Playbooks as their authors write them: what is taken, and what is said of each mistake, and where. */
#include <string.h>

#include "acs/base/json.h"
#include "acs/base/text.h"
#include "provisioning/playbook/playbook.h"
#include "tests/base/check.h"

/* A head, and steps from line 4 on. */
#define HEAD "id: x\ntitle: {pt-BR: \"T\", en: \"T\"}\nstart: a\nsteps:\n"
#define END  "  fim: {end: {outcome: solved}}\n"
#define ASK  "ask: {pt-BR: \"P\", en: \"Q\"}"

static const struct playbook *read_text(struct arena *arena, const char *text, struct fault_list *faults)
{
    *faults = (struct fault_list){.arena = arena};
    return playbook_read(text, strlen(text), faults);
}

static void print_faults(const struct fault_list *faults)
{
    for (unsigned i = 0; i < faults->count; i++)
        print_error("%u:%u %s %s\n", faults->items[i].place.line, faults->items[i].place.column,
                    fault_code(faults->items[i].fault), faults->items[i].subject);
}

/* The form of the design's page, with the steps that it leaves out. */
static void test_the_documented_form_is_taken(void **state)
{
    static const char text[] =
        "id: sem-internet-fibra\n"
        "title: {pt-BR: \"Sem internet (fibra)\", en: \"No internet (fibre)\"}\n"
        "start: contato\n"
        "steps:\n"
        "  contato: {check: device.reachable, yes: optico, no: energia}\n"
        "  energia: {ask: {pt-BR: \"As luzes do aparelho estão acesas?\"}, answers: {sim: los, nao: tomada, "
        "nao_sabe: tomada}}\n"
        "  los:     {ask: {pt-BR: \"Alguma luz vermelha piscando, com nome LOS?\"}, answers: {sim: "
        "fim_fibra, nao: reinicio}}\n"
        "  optico:  {check: \"wan.optical.rx_dbm >= -27\", yes: pppoe, no: cabo}\n"
        "  cabo:    {ask: {pt-BR: \"O cabo fino de fibra está dobrado ou esmagado?\"}, answers: {sim: "
        "soltar, nao: fim_fibra}}\n"
        "  soltar:  {say: {pt-BR: \"Solte o cabo com cuidado, sem puxar.\"}, then: {check: "
        "\"wan.optical.rx_dbm >= -27\", recheck: 15s, yes: fim_ok, no: fim_fibra}}\n"
        "  fim_fibra: {end: {outcome: escalate, to: campo, reason: optical, sla: 24h}}\n"
        "  tomada: {goto: fim_fibra}\n"
        "  reinicio: {do: reboot, done: pppoe, failed: fim_fibra}\n"
        "  pppoe: {check: wan.ppp.status = Connected, yes: fim_ok, no: fim_fibra}\n"
        "  fim_ok: {end: {outcome: solved}}\n";
    AUTO_ARENA arena = arena_new(4096);
    struct fault_list faults;
    const struct playbook *playbook = read_text(arena, text, &faults);
    const struct playbook_step *step;

    (void)state;
    if (playbook == NULL)
        print_faults(&faults);
    assert_non_null(playbook);
    if (playbook == NULL)
        return;                        /* for those who read the code and do not know that */
    assert_int_equal(faults.count, 4); /* the English of three questions and of what is said */
    for (unsigned i = 0; i < faults.count; i++)
        assert_int_equal(faults.items[i].fault, FAULT_NO_TRANSLATION);
    assert_int_equal(playbook->step_count, 12); /* with the one that stands in "soltar" */
    step = &playbook->steps[playbook_step_find(playbook, "soltar.then")];
    assert_int_equal(step->recheck_s, 15);
    assert_string_equal(playbook->steps[step->ways[WAY_YES].step].name, "fim_ok");
    assert_int_equal(step->ways[WAY_UNKNOWN].step, step->ways[WAY_NO].step);
    step = &playbook->steps[playbook_step_find(playbook, "fim_fibra")];
    assert_int_equal(step->end.within_s, 86400);
    assert_string_equal(step->end.to, "campo");
    step = &playbook->steps[playbook_step_find(playbook, "energia")];
    assert_string_equal(playbook_say(&step->ways[2].label, PLAYBOOK_EN), "Does not know");
    assert_string_equal(playbook_say(&step->text, PLAYBOOK_EN), "As luzes do aparelho estão acesas?");
    assert_true(playbook->steps[playbook_step_find(playbook, "reinicio")].confirm);
    assert_int_equal(playbook_distance(playbook, playbook->start), 3);
}

static const struct {
    const char *text;
    unsigned line, column;
    const char *code, *subject;
} mistakes[] = {
  /* the document */
    {"a: [",                                                                                              2, 1,  "syntax",          "while parsing a flow node: did not find expected node content"},
    {"- a\n",                                                                                             1, 1,  "not_map",         "id"                                                           },
    {"id: x\n",                                                                                           1, 1,  "no_text",         "title"                                                        },
    {HEAD "  a: {goto: fim}\n" END "extra: 1\n",                                                          7, 1,  "unknown_member",  "extra"                                                        },
    {"id: Sem Internet\ntitle: {pt-BR: T, en: T}\nstart: a\nsteps:\n  a: {end: {outcome: solved}}\n",     1, 5,
     "bad_name",                                                                                                                    "Sem Internet"                                                 },
    {"id: x\nversion: dois\ntitle: {pt-BR: T, en: T}\nstart: a\nsteps:\n  a: {end: {outcome: solved}}\n", 2,
     10,                                                                                                         "bad_version",     "dois"                                                         },
    {"id: x\ntitle: T\nstart: a\nsteps:\n  a: {end: {outcome: solved}}\n",                                2, 8,  "not_map",         "pt-BR"                                                        },
    {"id: x\ntitle: {en: T}\nstart: a\nsteps:\n  a: {end: {outcome: solved}}\n",                          2, 8,  "no_text",         "pt-BR"                                                        },
    {"id: x\ntitle: {pt-BR: T}\nstart: a\nsteps:\n  a: {end: {outcome: solved}}\n",                       2, 8,  "no_translation",
     "en"                                                                                                                                                                                          },
    {"id: x\ntitle: {pt-BR: \"{wan.light}\", en: T}\nstart: a\nsteps:\n  a: {end: {outcome: solved}}\n",  2,
     16,                                                                                                         "bad_placeholder", "wan.light"                                                    },
    {"id: x\ntitle: {pt-BR: \"{wan.ppp.password}\", en: T}\nstart: a\nsteps:\n  a: {end: {outcome: "
     "solved}}\n",                                                                                   2, 16, "secret_fact",     "wan.ppp.password"                                             },
    {"id: x\nverdicts: [ok, sad]\ntitle: {pt-BR: T, en: T}\nstart: a\nsteps:\n  a: {end: {outcome: "
     "solved}}\n",                                                                                   2, 16, "unknown_verdict", "sad"                                                          },
    {"id: x\nverdicts: ok\ntitle: {pt-BR: T, en: T}\nstart: a\nsteps:\n  a: {end: {outcome: solved}}\n",  2,
     11,                                                                                                         "not_list",        "verdicts"                                                     },
    {"id: x\ntitle: {pt-BR: T, en: T}\nstart: b\nsteps:\n  a: {end: {outcome: solved}}\n",                3, 8,
     "unknown_step",                                                                                                                "b"                                                            },
    {"id: x\ntitle: {pt-BR: T, en: T}\nstart: a\nsteps: {}\n",                                            4, 8,  "no_steps",        ""                                                             },
    {"id: x\ntitle: {pt-BR: T, en: T}\nstart: a\n",                                                       1, 1,  "missing",         "steps"                                                        },
 /* steps */
    {HEAD "  a: {yes: fim}\n" END,                                                                        5, 3,  "no_kind",         "a"                                                            },
    {HEAD "  a: fim\n" END,                                                                               5, 6,  "no_kind",         "a"                                                            },
    {HEAD "  a: {goto: fim, say: {pt-BR: x, en: x}}\n" END,                                               5, 18, "two_kinds",       "say"                                                          },
    {HEAD "  a: {goto: b}\n" END,                                                                         5, 13, "unknown_step",    "b"                                                            },
    {HEAD "  a: {goto: fim}\n  b: {goto: fim}\n" END,                                                     6, 3,  "unreachable",     "b"                                                            },
    {HEAD "  a: {goto: fim, x: 1}\n" END,                                                                 5, 18, "unknown_member",  "x"                                                            },
    {HEAD "  A: {goto: fim}\n" END,                                                                       5, 3,  "bad_name",        "A"                                                            },
    {HEAD "  a: {goto: \"\"}\n" END,                                                                      5, 13, "missing_way",     "goto"                                                         },
 /* check */
    {HEAD "  a: {check: verdict.ok, no: fim}\n" END,                                                      5, 6,  "missing_way",     "yes"                                                          },
    {HEAD "  a: {check: verdict.ok, yes: fim}\n" END,                                                     5, 6,  "missing_way",     "no"                                                           },
    {HEAD "  a: {check: verdict.oh, yes: fim, no: fim}\n" END,                                            5, 14, "unknown_verdict", "oh"                                                           },
    {HEAD "  a: {check: \"not wan.optical.rx >= 1\", yes: fim, no: fim}\n" END,                           5, 19, "unknown_fact",
     "wan.optical.rx"                                                                                                                                                                              },
    {HEAD "  a: {check: not wan.optical.rx >= 1, yes: fim, no: fim}\n" END,                               5, 18, "unknown_fact",
     "wan.optical.rx"                                                                                                                                                                              },
    {HEAD "  a: {check: verdict.ok, max_age: soon, yes: fim, no: fim}\n" END,                             5, 35, "bad_duration",    "soon"                                                         },
    {HEAD "  a: {check: verdict.ok, recheck: 11m, yes: fim, no: fim}\n" END,                              5, 35, "long_wait",       "11m"                                                          },
    {HEAD "  a: {check: [x], yes: fim, no: fim}\n" END,                                                   5, 14, "not_text",        "check"                                                        },
 /* ask */
    {HEAD "  a: {" ASK "}\n" END,                                                                         5, 6,  "missing",         "answers"                                                      },
    {HEAD "  a: {" ASK ", answers: {}}\n" END,                                                            5, 44, "answers",         "0"                                                            },
    {HEAD "  a: {" ASK ", answers: {a: fim, b: fim}}\n" END,                                              5, 45, "answer_label",    "a"                                                            },
    {HEAD "  a: {" ASK ", answers: {um: {label: {pt-BR: x, en: x}}}}\n" END,                              5, 49, "missing_way",     "to"                                                           },
    {HEAD "  a: {" ASK ", answers: {um: {to: fim}}}\n" END,                                               5, 49, "no_text",         "um"                                                           },
    {HEAD "  a: {ask: {pt-BR: P}, answers: {sim: fim}}\n" END,                                            5, 12, "no_translation",  "en"                                                           },
    {HEAD "  a: {ask: {pt-BR: P, fr: R, en: Q}, answers: {sim: fim}}\n" END,                              5, 23, "unknown_member",  "fr"                                                           },
 /* say */
    {HEAD "  a: {say: {pt-BR: P, en: Q}}\n" END,                                                          5, 6,  "missing_way",     "then"                                                         },
    {HEAD "  a: {say: {pt-BR: P, en: Q}, pause: sim, then: fim}\n" END,                                   5, 38, "bad_flag",        "sim"                                                          },
    {HEAD "  a: {say: {pt-BR: P, en: Q}, then: {check: verdict.ok, yes: fim, no: no_where}}\n" END,       5, 71,
     "unknown_step",                                                                                                                "no_where"                                                     },
 /* do */
    {HEAD "  a: {do: dance, done: fim, failed: fim}\n" END,                                               5, 11, "unknown_action",  "dance"                                                        },
    {HEAD "  a: {do: attributes.restore, done: fim, failed: fim}\n" END,                                  5, 11, "unknown_action",
     "attributes.restore"                                                                                                                                                                          },
    {HEAD "  a: {do: reboot, done: fim}\n" END,                                                           5, 6,  "missing_way",     "failed"                                                       },
    {HEAD "  a: {do: refresh, params: {deep: 1}, done: fim, failed: fim}\n" END,                          5, 28, "bad_params",      NULL                                                           },
    {HEAD "  a: {do: params.get, done: fim, failed: fim}\n" END,                                          5, 6,  "bad_params",      NULL                                                           },
    {HEAD "  a: {do: refresh, params: {path: {fact: wan.light}}, done: fim, failed: fim}\n" END,          5, 42,
     "unknown_fact",                                                                                                                "wan.light"                                                    },
    {HEAD "  a: {do: refresh, params: {path: {agent: {pt-BR: x}}}, done: fim, failed: fim}\n" END,        5, 43,
     "no_translation",                                                                                                              "en"                                                           },
    {HEAD "  a: {do: refresh, params: {path: {agent: {pt-BR: x, en: y}, type: date}}, done: fim, failed: "
          "fim}\n" END,
     5,                                                                                                      68, "bad_form",        "date"                                                         },
 /* end */
    {HEAD "  a: {end: {outcome: happy}}\n",                                                               5, 22, "unknown_outcome", "happy"                                                        },
    {HEAD "  a: {end: {outcome: escalate}}\n",                                                            5, 12, "missing",         "to"                                                           },
    {HEAD "  a: {end: solved}\n",                                                                         5, 12, "not_map",         "outcome"                                                      },
    {HEAD "  a: {end: {outcome: solved, sla: never}}\n",                                                  5, 35, "bad_duration",    "never"                                                        },
    {HEAD "  a: {end: {outcome: solved, to: Campo}}\n",                                                   5, 34, "bad_name",        "Campo"                                                        },
 /* the graph */
    {HEAD "  a: {goto: b}\n  b: {" ASK ", answers: {sim: a}}\n",                                          5, 3,  "no_end",          "a"                                                            },
    {HEAD "  a: {check: verdict.ok, yes: fim, no: b}\n  b: {say: {pt-BR: x, en: x}, then: a}\n" END,      5, 3,
     "endless",                                                                                                                     "a"                                                            },
    {HEAD "  a: {check: verdict.ok, yes: fim, no: b}\n  b: {do: refresh, done: a, failed: fim}\n" END,    5, 3,
     "endless",                                                                                                                     "a"                                                            },
};

static void test_mistakes_are_named_with_their_place(void **state)
{
    AUTO_ARENA arena = arena_new(65536);
    unsigned missed = 0;

    (void)state;
    for (size_t i = 0; i < COUNT_OF(mistakes); i++) {
        struct fault_list faults;
        const struct playbook *playbook = read_text(arena, mistakes[i].text, &faults);
        bool found = false;

        for (unsigned k = 0; k < faults.count; k++)
            found =
                found ||
                (faults.items[k].place.line == mistakes[i].line &&
                 faults.items[k].place.column == mistakes[i].column &&
                 strcmp(fault_code(faults.items[k].fault), mistakes[i].code) == 0 &&
                 (mistakes[i].subject == NULL || strcmp(faults.items[k].subject, mistakes[i].subject) == 0));
        if (!found) {
            print_error("row %zu: %s wanted %u:%u %s\n", i, mistakes[i].text, mistakes[i].line,
                        mistakes[i].column, mistakes[i].code);
            print_faults(&faults);
        }
        missed += !found;
        assert_int_equal(playbook == NULL, faults.errors > 0);
    }
    assert_int_equal(missed, 0);
}

/* A wait, a person, or a do that an agent starts keep a loop from turning by itself. */
static void test_loops_with_somebody_in_them_are_taken(void **state)
{
    static const char *const rows[] = {
        HEAD "  a: {" ASK ", answers: {sim: fim, nao: a}}\n" END,
        HEAD "  a: {check: verdict.ok, recheck: 15s, yes: fim, no: a}\n" END,
        HEAD "  a: {check: verdict.ok, yes: fim, no: b}\n  b: {do: reboot, done: a, failed: fim}\n" END,
        HEAD "  a: {check: verdict.ok, yes: fim, no: b}\n  b: {say: {pt-BR: x, en: x}, pause: true, then: "
             "a}\n" END,
    };
    AUTO_ARENA arena = arena_new(4096);

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct fault_list faults;

        assert_non_null(read_text(arena, rows[i], &faults));
        assert_int_equal(faults.count, 0);
    }
}

static void test_steps_are_bounded(void **state)
{
    AUTO_ARENA arena = arena_new(4096);
    struct text text = TEXT_IN(arena);
    struct fault_list faults;

    (void)state;
    text_puts(&text, HEAD);
    for (int i = 0; i < PLAYBOOK_STEPS_MAX; i++)
        text_printf(&text, "  s%d: {goto: s%d}\n", i, i + 1);
    text_puts(&text, END);
    assert_null(read_text(arena, text.data, &faults));
    assert_string_equal(fault_code(faults.items[faults.count - 1].fault), "many_steps");
    assert_int_equal(faults.items[faults.count - 1].place.line, 5 + PLAYBOOK_STEPS_MAX);
}

static void test_more_faults_than_there_is_room_for_are_counted(void **state)
{
    AUTO_ARENA arena = arena_new(4096);
    struct text text = TEXT_IN(arena);
    struct fault_list faults;

    (void)state;
    text_puts(&text, HEAD);
    for (int i = 0; i < 60; i++)
        text_printf(&text, "  s%d: 1\n", i);
    assert_null(read_text(arena, text.data, &faults));
    assert_int_equal(faults.count, FAULTS_MAX);
    assert_true(faults.errors >= 60);
}

static void test_faults_speak_both_languages(void **state)
{
    AUTO_ARENA arena = arena_new(4096);
    struct fault_row row = {
        FAULT_UNKNOWN_STEP, {1, 1},
         "cabo"
    };

    (void)state;
    assert_string_equal(fault_say(&row, true, arena), "não existe o passo “cabo”: crie-o ou corrija o nome");
    assert_string_equal(fault_say(&row, false, arena),
                        "there is no step \"cabo\": add it, or correct the name");
    row.fault = FAULT_LONG_TEXT;
    assert_string_equal(fault_say(&row, false, arena), "the text is too long: at most 600 characters");
}

static void test_a_playbook_is_shown(void **state)
{
    AUTO_ARENA arena = arena_new(4096);
    struct text out = TEXT_IN(arena);
    struct json_writer json = JSON_WRITER(&out);
    struct fault_list faults;

    (void)state;
    json_open_object(&json);
    playbook_write(read_text(arena, HEAD "  a: {do: reboot, done: fim, failed: fim}\n" END, &faults), &json);
    json_close_object(&json);
    assert_string_equal(
        out.data,
        "{\"id\":\"x\",\"title\":{\"pt-BR\":\"T\",\"en\":\"T\"},\"verdicts\":[],\"start\":\"a\",\"steps\":["
        "{\"name\":\"a\",\"kind\":\"do\",\"line\":5,\"do\":\"reboot\",\"ways\":[{\"key\":\"done\",\"to\":"
        "\"fim\"},"
        "{\"key\":\"failed\",\"to\":\"fim\"}]},"
        "{\"name\":\"fim\",\"kind\":\"end\",\"line\":6,\"outcome\":\"solved\",\"ways\":[]}]}");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_documented_form_is_taken),
        cmocka_unit_test(test_mistakes_are_named_with_their_place),
        cmocka_unit_test(test_loops_with_somebody_in_them_are_taken),
        cmocka_unit_test(test_steps_are_bounded),
        cmocka_unit_test(test_more_faults_than_there_is_room_for_are_counted),
        cmocka_unit_test(test_faults_speak_both_languages),
        cmocka_unit_test(test_a_playbook_is_shown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
