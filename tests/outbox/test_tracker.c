/* What is written into tickets, and when one is tried again. */
#include "acs/outbox/tracker.h"

#include <string.h>

#include "acs/outbox/tracker_words.h"
#include "tests/support/check.h"

static struct tracker_order escalated(void)
{
    return (struct tracker_order){.type = "case.escalated",
                                  .case_name = "cas_1",
                                  .device = "dev_2",
                                  .protocol = "2026-1130-000001",
                                  .agent = "Ana",
                                  .serial = "SN1",
                                  .queue = "N2",
                                  .summary = "Óptico baixo\r\nSubject: x",
                                  .handoff = "/handoffs/KEY"};
}

static const struct tracker_site site = {"https://farol.example", true};

static void test_a_subject_is_one_line(void **state)
{
    struct tracker_order order = escalated();
    AUTO_ARENA arena = arena_new(256);
    char *longest = arena_alloc(arena, 1001);

    (void)state;
    assert_string_equal(tracker_subject(&order, arena), "2026-1130-000001: Óptico baixo");
    order.summary = NULL;
    assert_string_equal(tracker_subject(&order, arena), "2026-1130-000001");
    memset(longest, 'x', 1000);
    longest[1000] = '\0';
    order.summary = longest;
    assert_true(strlen(tracker_subject(&order, arena)) < 150);
}

static void test_a_ticket_says_all_that_is_known(void **state)
{
    struct tracker_order order = escalated();
    AUTO_ARENA arena = arena_new(256);

    (void)state;
    order.summary = "Resumo";
    order.customer = "Maria · •••.•••.247-••";
    assert_string_equal(tracker_text(&order, &site, arena),
                        "Resumo\n\nProtocolo: 2026-1130-000001\nAtendente: Ana\n"
                        "Cliente: Maria · •••.•••.247-••\nAparelho: SN1\nFila: N2\n"
                        "Atendimento: https://farol.example/aparelho/dev_2?atendimento=cas_1\n"
                        "Pacote para o N2: https://farol.example/handoffs/KEY\n");
}

static void test_of_a_home_without_a_device_the_case_itself_is_linked(void **state)
{
    struct tracker_order order = escalated();
    AUTO_ARENA arena = arena_new(256);

    (void)state;
    order.device = order.serial = order.customer = NULL;
    assert_string_equal(tracker_link(&order, &site, arena), "https://farol.example/atendimento/cas_1");
    assert_null(strstr(tracker_text(&order, &site, arena), "Aparelho"));
    assert_null(strstr(tracker_text(&order, &site, arena), "Cliente"));
}

static void test_notes_by_what_happened(void **state)
{
    struct tracker_order order = escalated();
    AUTO_ARENA arena = arena_new(256);

    (void)state;
    order.handoff = NULL;
    order.by = "Bruno";
    order.text = "Trocar o conector";
    order.type = "case.returned";
    assert_string_equal(tracker_note_text(&order, &site, arena),
                        "Devolvido ao N1 (Bruno)\n\nTrocar o conector\n\n"
                        "Atendimento: https://farol.example/aparelho/dev_2?atendimento=cas_1\n");
    order.type = "case.closed";
    order.outcome = "solved";
    assert_non_null(strstr(tracker_note_text(&order, &site, arena), "Resultado: solved\n"));
    order.type = "case.visit";
    order.visit_for = "2026-12-01T14:00:00Z";
    assert_non_null(strstr(tracker_note_text(&order, &site, arena), "Visita em: 2026-12-01T14:00:00Z\n"));
    order.type = "case.escalated";
    order.summary = "De novo";
    assert_non_null(strstr(tracker_note_text(&order, &site, arena), "De novo\n\n"));
}

static void test_sentences_in_both_languages(void **state)
{
    AUTO_ARENA arena = arena_new(256);

    (void)state;
    assert_string_equal(tracker_say(TRACKER_WORD_MADE, true, "7", "RT", arena), "Chamado 7 aberto em RT.");
    assert_string_equal(tracker_say(TRACKER_WORD_MADE, false, "7", "%s", arena), "Ticket 7 opened in %s.");
    assert_string_equal(tracker_say(TRACKER_WORD_NO_TICKET, false, NULL, NULL, arena),
                        "the ticket was never opened");
    for (enum tracker_word word = 0; word < TRACKER_WORD_COUNT; word++) {
        assert_true(tracker_word(word, true)[0] != '\0');
        assert_true(tracker_word(word, false)[0] != '\0');
    }
}

static void test_urgency(void **state)
{
    (void)state;
    assert_int_equal(tracker_urgency("low"), 0);
    assert_int_equal(tracker_urgency("urgent"), 3);
    assert_int_equal(tracker_urgency("?"), 1);
    assert_int_equal(tracker_urgency(NULL), 1);
}

static void test_when_it_is_tried_again(void **state)
{
    struct tracker_desk desk = {0};

    (void)state;
    assert_int_equal(tracker_delay_s(&desk, ERR_UNAVAILABLE, 0, 0), 5);
    assert_int_equal(tracker_delay_s(&desk, ERR_UNAVAILABLE, 3, 0), 40);
    assert_int_equal(tracker_delay_s(&desk, ERR_UNAVAILABLE, 9, 0), 300);
    assert_int_equal(tracker_delay_s(&desk, ERR_UNAVAILABLE, INT64_MAX, 60), 360);
    assert_int_equal(tracker_delay_s(&desk, ERR_DENIED, 0, 0), 60);
    desk.said.uncertain = true;
    assert_int_equal(tracker_delay_s(&desk, ERR_UNAVAILABLE, 0, 0), 60);
    desk.said.uncertain = false;
    desk.said.retry_after_s = 900;
    assert_int_equal(tracker_delay_s(&desk, ERR_UNAVAILABLE, 0, 0), 900);
    desk.said.retry_after_s = INT64_MAX;
    assert_int_equal(tracker_delay_s(&desk, ERR_UNAVAILABLE, 0, 0), 86400);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_subject_is_one_line),
        cmocka_unit_test(test_a_ticket_says_all_that_is_known),
        cmocka_unit_test(test_of_a_home_without_a_device_the_case_itself_is_linked),
        cmocka_unit_test(test_notes_by_what_happened),
        cmocka_unit_test(test_sentences_in_both_languages),
        cmocka_unit_test(test_urgency),
        cmocka_unit_test(test_when_it_is_tried_again),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
