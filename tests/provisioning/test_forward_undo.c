/* Port forwards: listed, removed, put back. */
#include <string.h>

#include "tests/provisioning/forward_world.h"

static const char add_tcp[] = "{\"protocol\":\"tcp\",\"external_port\":8080,\"internal_port\":80,"
                              "\"internal_client\":\"192.168.1.10\",\"description\":\"camera\"}";
static const char add_both[] =
    "{\"protocol\":\"both\",\"external_port\":5060,\"internal_client\":\"192.168.1.10\"}";

/* ---- list ---- */

static void the_list_says_what_there_is_and_whose(void **state)
{
    struct house house;

    (void)state;
    house_igd(&house, "port_forward.list", "{}");
    house_row(&house, "ExternalPort", "8080", "InternalPort", "80", "InternalClient", "192.168.1.9",
              "PortMappingEnabled", "1", NULL);
    house_row(&house, "ExternalPort", "3074", "InternalPort", "3074", "InternalClient", "192.168.1.7",
              "PortMappingProtocol", "UDP", "PortMappingLeaseDuration", "3000", NULL);
    house_run(&house);
    house_expect_success(&house);
    house_expect_words(house.world.move.save.result, "2 redirecionamentos de porta, 1 desligado.",
                       "2 port forwards, 1 of them off.");
    assert_non_null(
        strstr(house.world.move.save.result,
               "{\"number\":1,\"enabled\":true,\"protocol\":\"tcp\",\"external_port\":8080,"
               "\"external_port_end\":8080,\"internal_client\":\"192.168.1.9\",\"internal_port\":80,"
               "\"description\":null,\"whose\":\"static\",\"status\":null}"));
    assert_non_null(strstr(house.world.move.save.result, "\"whose\":\"dynamic\""));
    assert_int_equal(house.adds + house.sets + house.deletes, 0);
    house_end(&house);
}

static void an_empty_list_is_a_result_and_a_model_without_a_table_is_told(void **state)
{
    struct house house;

    (void)state;
    house_device(&house, "port_forward.list", "{}");
    house.empty_faults = true;
    house_run(&house);
    house_expect_success(&house);
    house_expect_words(house.world.move.save.result, "Nenhuma porta está redirecionada.",
                       "No port is forwarded.");
    house_again(&house, "port_forward.list", "{}");
    for (size_t i = 0; i < house.count; i++)
        if (strstr(house.items[i].name, "PortMapping") != NULL)
            memcpy(house.items[i].name, "Device.X", sizeof("Device.X"));
    house_run(&house);
    house_expect_failure(&house, "not_available");
    house_end(&house);
}

/* ---- remove ---- */

static void begin_removal(struct house *house, const char *args)
{
    house_igd(house, "port_forward.remove", args);
    house_row(house, "ExternalPort", "8080", "InternalPort", "80", "InternalClient", "192.168.1.9", NULL);
    house_row(house, "ExternalPort", "5060", "InternalPort", "5060", "InternalClient", "192.168.1.7", NULL);
    house_row(house, "ExternalPort", "5060", "InternalPort", "5060", "InternalClient", "192.168.1.7",
              "PortMappingProtocol", "UDP", NULL);
}

static void a_forward_is_removed_by_number_or_by_port(void **state)
{
    static const struct {
        const char *args;
        size_t left;
    } cases[] = {
        {"{\"number\":1}",                                 2},
        {"{\"external_port\":8080,\"protocol\":\"tcp\"}",  2},
        {"{\"external_port\":5060,\"protocol\":\"udp\"}",  2},
        {"{\"external_port\":5060,\"protocol\":\"both\"}", 1},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct house house;

        begin_removal(&house, cases[i].args);
        house_run(&house);
        house_expect_success(&house);
        assert_int_equal(house_rows(&house), cases[i].left);
        assert_non_null(strstr(house.world.move.save.evidence, "\"gone\":\"now\""));
        assert_non_null(strstr(house.world.move.save.undo, "\"forward\":\"add\""));
        house_end(&house);
    }
}

static void what_is_not_there_is_not_removed(void **state)
{
    static const char *const cases[] = {"{\"number\":9}", "{\"external_port\":8080,\"protocol\":\"udp\"}"};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct house house;

        begin_removal(&house, cases[i]);
        house_run(&house);
        house_expect_failure(&house, "not_found");
        assert_int_equal(house.deletes, 0);
        house_end(&house);
    }
}

static void what_was_removed_before_a_refusal_is_told(void **state)
{
    struct house house;

    (void)state;
    begin_removal(&house, "{\"external_port\":5060,\"protocol\":\"both\"}");
    assert_true(house_go(&house, CWMP_DELETE_OBJECT));
    house_serve(&house);
    house.refuses_deletes = true;
    house_run(&house);
    house_expect_failure(&house, "\"cwmp_fault\":9002");
    house_expect_failure(&house, "\"removed\":[2]");
    assert_int_equal(house_rows(&house), 2);
    house_end(&house);
}

static void a_row_that_stays_is_no_success(void **state)
{
    struct house house;

    (void)state;
    begin_removal(&house, "{\"number\":1}");
    house.keeps_rows = true;
    house_run(&house);
    house_expect_failure(&house, "not_applied");
    assert_null(house.world.move.save.undo);
    house_end(&house);
}

static void a_removal_whose_answer_is_lost_is_proved_by_the_list(void **state)
{
    struct house house;

    (void)state;
    begin_removal(&house, "{\"number\":1}");
    assert_true(house_go(&house, CWMP_DELETE_OBJECT));
    house_lose_answer(&house, true);
    house_run(&house);
    house_expect_success(&house);
    assert_int_equal(house.deletes, 1);
    house_end(&house);
}

/* ---- undo ---- */

static void an_added_forward_is_taken_out_again_only_if_it_is_still_so(void **state)
{
    struct house house;
    const char *undo;

    (void)state;
    house_igd(&house, "port_forward.add", add_both);
    house_run(&house);
    undo = house.world.move.save.undo;
    house_again(&house, "undo", undo);
    house_run(&house);
    house_expect_success(&house);
    assert_int_equal(house_rows(&house), 0);

    house_again(&house, "port_forward.add", add_tcp);
    house_run(&house);
    undo = house.world.move.save.undo;
    house_set(&house, house.last_row, "InternalClient", "192.168.1.77");
    house_again(&house, "undo", undo);
    house_run(&house);
    house_expect_failure(&house, "changed_since");
    assert_int_equal(house_rows(&house), 1);
    house_end(&house);
}

static void a_removed_forward_is_added_again_with_what_it_had(void **state)
{
    struct house house;
    const char *undo;

    (void)state;
    begin_removal(&house, "{\"external_port\":5060,\"protocol\":\"both\"}");
    house_set(&house, 2, "PortMappingDescription", "sip");
    house_run(&house);
    undo = house.world.move.save.undo;
    house_again(&house, "undo", undo);
    house_run(&house);
    house_expect_success(&house);
    assert_int_equal(house_rows(&house), 3);
    house_expect_field(&house, 4, "PortMappingDescription", "sip");
    house_expect_field(&house, 4, "PortMappingEnabled", "0");
    house_expect_field(&house, 5, "PortMappingProtocol", "UDP");
    house_end(&house);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_list_says_what_there_is_and_whose),
        cmocka_unit_test(an_empty_list_is_a_result_and_a_model_without_a_table_is_told),
        cmocka_unit_test(a_forward_is_removed_by_number_or_by_port),
        cmocka_unit_test(what_is_not_there_is_not_removed),
        cmocka_unit_test(what_was_removed_before_a_refusal_is_told),
        cmocka_unit_test(a_row_that_stays_is_no_success),
        cmocka_unit_test(a_removal_whose_answer_is_lost_is_proved_by_the_list),
        cmocka_unit_test(an_added_forward_is_taken_out_again_only_if_it_is_still_so),
        cmocka_unit_test(a_removed_forward_is_added_again_with_what_it_had),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
