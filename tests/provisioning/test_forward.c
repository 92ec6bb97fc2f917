/* Port forwards: added once, proved, and taken out again when anything fails. */
#include <string.h>

#include "acs/base/json.h"
#include "provisioning/actions/actions.h"
#include "tests/provisioning/forward_world.h"

static const char add_tcp[] = "{\"protocol\":\"tcp\",\"external_port\":8080,\"internal_port\":80,"
                              "\"internal_client\":\"192.168.1.10\",\"description\":\"camera\"}";
static const char add_both[] =
    "{\"protocol\":\"both\",\"external_port\":5060,\"internal_client\":\"192.168.1.10\"}";
static const char add_181[] = "{\"protocol\":\"udp\",\"external_port\":27000,\"external_port_end\":27010,"
                              "\"internal_client\":\"10.20.30.40\"}";

/* ---- add ---- */

static void a_forward_is_made_filled_and_read_again(void **state)
{
    struct house house;

    (void)state;
    house_igd(&house, "port_forward.add", add_tcp);
    house_run(&house);
    house_expect_success(&house);
    assert_int_equal(house.adds, 1);
    assert_int_equal(house.sets, 1);
    house_expect_field(&house, 1, "ExternalPort", "8080");
    house_expect_field(&house, 1, "ExternalPortEndRange", "8080");
    house_expect_field(&house, 1, "InternalPort", "80");
    house_expect_field(&house, 1, "InternalClient", "192.168.1.10");
    house_expect_field(&house, 1, "PortMappingProtocol", "TCP");
    house_expect_field(&house, 1, "PortMappingDescription", "camera");
    house_expect_field(&house, 1, "PortMappingEnabled", "1");
    house_expect_words(house.world.move.save.result,
                       "A porta 8080 (TCP) agora vai para 192.168.1.10, porta 80.",
                       "Port 8080 (TCP) now goes to 192.168.1.10, port 80.");
    assert_non_null(strstr(house.world.move.save.undo, "\"forward\":\"remove\""));
    house_end(&house);
}

static void tr_181_names_the_interface_of_the_internet_and_is_in_force(void **state)
{
    struct house house;

    (void)state;
    house_device(&house, "port_forward.add", add_181);
    house_run(&house);
    house_expect_success(&house);
    house_expect_field(&house, 1, "Interface", "Device.IP.Interface.2");
    house_expect_field(&house, 1, "AllInterfaces", "0");
    house_expect_field(&house, 1, "ExternalPortEndRange", "27010");
    house_expect_field(&house, 1, "Status", "Enabled");
    assert_non_null(strstr(house.world.move.save.result, "\"status\":\"Enabled\""));
    house_end(&house);
}

static void one_that_is_off_and_has_no_interface_is_for_all_of_them(void **state)
{
    struct house house;

    (void)state;
    house_device(
        &house, "port_forward.add",
        "{\"protocol\":\"tcp\",\"external_port\":80,\"internal_client\":\"10.20.30.40\",\"enable\":false}");
    for (size_t i = 0; i < house.count; i++)
        if (strstr(house.items[i].name, ".Interface.2.") != NULL)
            memcpy(strstr(house.items[i].name, "Interface.2."), "Other", sizeof("Other"));
    house_run(&house);
    house_expect_success(&house);
    house_expect_field(&house, 1, "Interface", "");
    house_expect_field(&house, 1, "AllInterfaces", "1");
    house_expect_field(&house, 1, "Enable", "0");
    assert_non_null(strstr(house.world.move.save.result, "(desligado)."));
    house_end(&house);
}

static void a_device_of_which_nothing_is_known_is_read_first(void **state)
{
    struct house house;

    (void)state;
    house_igd(&house, "port_forward.add", add_tcp);
    house.unknown = true;
    house_run(&house);
    house_expect_success(&house);
    assert_int_equal(house_rows(&house), 1);
    house_end(&house);
}

static void a_table_that_faults_while_it_is_empty_takes_the_first_row(void **state)
{
    struct house house;

    (void)state;
    house_device(&house, "port_forward.add", add_181);
    house.empty_faults = true;
    house_run(&house);
    house_expect_success(&house);
    assert_int_equal(house.adds, 1);
    house_end(&house);
}

static void both_protocols_are_two_rows_where_the_model_has_no_word(void **state)
{
    struct house house;

    (void)state;
    house_igd(&house, "port_forward.add", add_both);
    house_run(&house);
    house_expect_success(&house);
    assert_int_equal(house_rows(&house), 2);
    house_expect_field(&house, 1, "PortMappingProtocol", "TCP");
    house_expect_field(&house, 2, "PortMappingProtocol", "UDP");
    house_expect_field(&house, 2, "InternalPort", "5060");
    house_expect_words(house.world.move.save.result,
                       "A porta 5060 (TCP e UDP) agora vai para 192.168.1.10, porta 5060.",
                       "Port 5060 (TCP and UDP) now goes to 192.168.1.10, port 5060.");
    house_end(&house);
}

static void both_protocols_are_one_row_where_the_map_has_the_word(void **state)
{
    struct house house;

    (void)state;
    house_igd(&house, "port_forward.add", add_both);
    house.view.both = "TCP/UDP";
    house_run(&house);
    house_expect_success(&house);
    assert_int_equal(house_rows(&house), 1);
    house_expect_field(&house, 1, "PortMappingProtocol", "TCP/UDP");
    house_end(&house);
}

/* ---- refused before anything is changed ---- */

static void expect_refusal(const char *args, const char *code, const char *pt)
{
    struct house house;

    house_igd(&house, "port_forward.add", args);
    house_row(&house, "ExternalPort", "9000", "ExternalPortEndRange", "9010", "InternalPort", "22",
              "InternalClient", "192.168.1.9", "PortMappingProtocol", "TCP", NULL);
    house_run(&house);
    house_expect_failure(&house, code);
    assert_non_null(strstr(house.world.move.save.failure, pt));
    assert_int_equal(house.adds + house.sets + house.deletes, 0);
    assert_int_equal(house_rows(&house), 1);
    house_end(&house);
}

static void what_cannot_be_is_refused_in_words_before_anything_is_changed(void **state)
{
    static const struct {
        const char *args, *code, *pt;
    } cases[] = {
        {"{\"protocol\":\"tcp\",\"external_port\":80,\"internal_client\":\"192.168.2.10\"}",   "not_in_lan",
         "192.168.2.10 não é um aparelho da rede desta casa: o roteador é 192.168.1.1."                                                                                                         },
        {"{\"protocol\":\"tcp\",\"external_port\":80,\"internal_client\":\"192.168.1.1\"}",    "not_in_lan",
         "não é um aparelho"                                                                                                                                                                     },
        {"{\"protocol\":\"tcp\",\"external_port\":80,\"internal_client\":\"192.168.1.255\"}",  "not_in_lan",
         "não é um aparelho"                                                                                                                                                                     },
        {"{\"protocol\":\"tcp\",\"external_port\":80,\"internal_client\":\"8.8.8.8\"}",        "not_in_lan",
         "não é um aparelho"                                                                                                                                                                     },
        {"{\"protocol\":\"tcp\",\"external_port\":9005,\"internal_client\":\"192.168.1.10\"}", "conflict",
         "A porta 9000-9010 (TCP) já vai para 192.168.1.9, porta 22 (redirecionamento 1)."                                                                                                        },
        {"{\"protocol\":\"both\",\"external_port\":8990,\"external_port_end\":9000,\"internal_client\":\"192."
         "168.1.10\"}",                                                               "conflict",      "já vai para"                                                                     },
        {"{\"protocol\":\"tcp\",\"external_port\":7547,\"internal_client\":\"192.168.1.10\"}",
         "reserved_port",                                                                                       "A porta 7547 não pode ser redirecionada: por ela o provedor chama este roteador."},
        {"{\"protocol\":\"tcp\",\"external_port\":30000,\"external_port_end\":30010,\"internal_client\":"
         "\"192.168.1.10\"}",                                                         "reserved_port", "A porta 30005"                                                                    },
        {"{\"protocol\":\"udp\",\"external_port\":3478,\"internal_client\":\"192.168.1.10\"}",
         "reserved_port",                                                                                       "A porta 3478"                                                                     },
        {"{\"protocol\":\"tcp\",\"external_port\":8443,\"internal_client\":\"192.168.1.10\"}",
         "reserved_port",                                                                                       "A porta 8443 não pode ser redirecionada: nela está o acesso remoto"             },
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        expect_refusal(cases[i].args, cases[i].code, cases[i].pt);
}

static void another_protocol_of_the_same_port_is_no_conflict(void **state)
{
    struct house house;

    (void)state;
    house_igd(&house, "port_forward.add",
              "{\"protocol\":\"udp\",\"external_port\":7547,\"internal_client\":\"192.168.1.10\"}");
    house_row(&house, "ExternalPort", "7547", "InternalPort", "1", "PortMappingProtocol", "TCP", NULL);
    house_run(&house);
    house_expect_success(&house);
    assert_int_equal(house_rows(&house), 2);
    house_end(&house);
}

static void arguments_that_make_no_sense_are_refused(void **state)
{
    static const char *const bad[] = {
        "{}",
        "{\"protocol\":\"icmp\",\"external_port\":80,\"internal_client\":\"192.168.1.2\"}",
        "{\"protocol\":\"tcp\",\"external_port\":0,\"internal_client\":\"192.168.1.2\"}",
        "{\"protocol\":\"tcp\",\"external_port\":65536,\"internal_client\":\"192.168.1.2\"}",
        "{\"protocol\":\"tcp\",\"external_port\":\"80\",\"internal_client\":\"192.168.1.2\"}",
        "{\"protocol\":\"tcp\",\"external_port\":90,\"external_port_end\":80,\"internal_client\":\"192.168.1."
        "2\"}",
        "{\"protocol\":\"tcp\",\"external_port\":80,\"external_port_end\":90,\"internal_port\":65530,"
        "\"internal_client\":\"192.168.1.2\"}",
        "{\"protocol\":\"tcp\",\"external_port\":80,\"internal_client\":\"camera\"}",
        "{\"protocol\":\"tcp\",\"external_port\":80,\"internal_client\":\"192.168.1.2\",\"description\":"
        "\"a\\u0007\"}",
        "{\"protocol\":\"tcp\",\"external_port\":80,\"internal_client\":\"192.168.1.2\",\"enable\":1}",
        "{\"protocol\":\"tcp\",\"external_port\":80,\"internal_client\":\"192.168.1.2\",\"path\":\"x\"}",
    };
    static const char *const bad_removals[] = {
        "{}",
        "{\"number\":0}",
        "{\"number\":\"1\"}",
        "{\"external_port\":80}",
        "{\"number\":1,\"external_port\":80}",
        "{\"external_port\":80,\"protocol\":\"any\"}",
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(bad) + COUNT_OF(bad_removals); i++) {
        const char *text = i < COUNT_OF(bad) ? bad[i] : bad_removals[i - COUNT_OF(bad)];
        const struct action_kind *kind =
            i < COUNT_OF(bad) ? &action_port_forward_add : &action_port_forward_remove;
        AUTO_JSON args = NULL;

        assert_int_equal(json_read(text, strlen(text), &args), ERR_OK);
        if (kind->check(args) != ERR_INVALID)
            fail_msg("%s", text);
    }
}

/* ---- nothing half-done ---- */

static void values_that_are_refused_take_the_row_out_again(void **state)
{
    struct house house;

    (void)state;
    house_igd(&house, "port_forward.add", add_tcp);
    house.refuses = "InternalClient";
    house_run(&house);
    house_expect_failure(&house, "\"cwmp_fault\":9003");
    assert_int_equal(house_rows(&house), 0);
    assert_int_equal(house.adds, 1);
    assert_null(house.world.move.save.undo);
    house_end(&house);
}

static void values_that_are_ignored_are_no_success_and_leave_nothing(void **state)
{
    static const char *const leaves[] = {"ExternalPort", "InternalClient", "PortMappingEnabled",
                                         "PortMappingProtocol"};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(leaves); i++) {
        struct house house;

        house_igd(&house, "port_forward.add",
                  "{\"protocol\":\"udp\",\"external_port\":80,\"internal_client\":\"192.168.1.2\"}");
        house.ignores = leaves[i];
        house_run(&house);
        house_expect_failure(&house, "not_applied");
        assert_int_equal(house_rows(&house), 0);
        house_end(&house);
    }
}

/* Words that mean the same are the same in the protocol, and nowhere else. */
static void a_description_is_compared_as_it_is(void **state)
{
    struct house house;

    (void)state;
    house_igd(&house, "port_forward.add",
              "{\"protocol\":\"tcp\",\"external_port\":80,\"internal_client\":\"192.168.1.2\","
              "\"description\":\"tcp server\"}");
    house.fields[8].value = "tcp";
    house.ignores = "PortMappingDescription";
    house_run(&house);
    house_expect_failure(&house, "not_applied");
    assert_int_equal(house_rows(&house), 0);
    house_end(&house);
}

static void a_protocol_may_be_shown_in_the_words_of_the_device(void **state)
{
    struct house house;

    (void)state;
    house_igd(&house, "port_forward.add", add_both);
    house.view.both = "TCP/UDP";
    house.fields[6].value = "TCP AND UDP";
    house.ignores = "PortMappingProtocol";
    house_run(&house);
    house_expect_success(&house);
    house_end(&house);
}

static void a_row_that_is_not_in_force_is_no_success(void **state)
{
    struct house house;

    (void)state;
    house_device(&house, "port_forward.add", add_181);
    house.misconfigured = true;
    house_run(&house);
    house_expect_failure(&house, "not_applied");
    house_expect_failure(&house, "is not in force (Error_Misconfigured)");
    assert_int_equal(house_rows(&house), 0);
    house_end(&house);
}

static void of_two_rows_neither_is_left_when_one_fails(void **state)
{
    struct house house;

    (void)state;
    house_igd(&house, "port_forward.add", add_both);
    house.second_add_fails = 2;
    house_run(&house);
    house_expect_failure(&house, "\"cwmp_fault\":9004");
    assert_int_equal(house_rows(&house), 0);
    assert_int_equal(house.deletes, 1);
    house_end(&house);
}

static void a_row_that_cannot_be_taken_out_again_is_named(void **state)
{
    struct house house;

    (void)state;
    house_igd(&house, "port_forward.add", add_tcp);
    house.refuses = "InternalClient";
    house.refuses_deletes = true;
    house_run(&house);
    house_expect_failure(&house, "\"left\":1");
    house_expect_failure(&house, "\"cwmp_fault\":9003");
    house_expect_failure(&house, "could not be taken out again and is left");
    house_end(&house);
}

static void a_range_is_refused_by_a_row_that_has_no_end(void **state)
{
    struct house house;

    (void)state;
    house_igd(&house, "port_forward.add",
              "{\"protocol\":\"tcp\",\"external_port\":80,\"external_port_end\":90,\"internal_client\":"
              "\"192.168.1.2\"}");
    house.fields[4] = (struct house_field){"X_Other", "0", CWMP_UNSIGNED_INT};
    house_run(&house);
    house_expect_failure(&house, "not_available");
    assert_int_equal(house.sets, 0);
    assert_int_equal(house_rows(&house), 0);
    house_end(&house);
}

/* ---- lost answers ---- */

static void a_row_whose_answer_is_lost_is_found_and_not_made_twice(void **state)
{
    struct house house;

    (void)state;
    house_igd(&house, "port_forward.add", add_tcp);
    assert_true(house_go(&house, CWMP_ADD_OBJECT));
    house_lose_answer(&house, true);
    house_run(&house);
    house_expect_success(&house);
    assert_int_equal(house.adds, 1);
    assert_int_equal(house_rows(&house), 1);
    house_end(&house);
}

static void the_second_row_has_a_key_of_its_own(void **state)
{
    struct house house;

    (void)state;
    house_igd(&house, "port_forward.add", add_both);
    assert_true(house_go(&house, CWMP_ADD_OBJECT));
    house_serve(&house);
    assert_true(house_go(&house, CWMP_ADD_OBJECT));
    house_lose_answer(&house, true);
    house_run(&house);
    house_expect_success(&house);
    assert_int_equal(house.adds, 2);
    assert_int_equal(house_rows(&house), 2);
    house_end(&house);
}

static void rows_of_somebody_else_that_came_meanwhile_are_not_taken(void **state)
{
    struct house house;

    (void)state;
    house_igd(&house, "port_forward.add", add_tcp);
    assert_true(house_go(&house, CWMP_ADD_OBJECT));
    house_row(&house, "ExternalPort", "3074", NULL);
    house_lose_answer(&house, true);
    house_run(&house);
    house_expect_failure(&house, "unresolved");
    assert_int_equal(house.adds, 1);
    assert_int_equal(house.sets + house.deletes, 0);
    house_end(&house);
}

static void a_row_that_was_not_made_is_asked_for_once_more(void **state)
{
    struct house house;

    (void)state;
    house_igd(&house, "port_forward.add", add_tcp);
    assert_true(house_go(&house, CWMP_ADD_OBJECT));
    house_lose_answer(&house, false);
    house_run(&house);
    house_expect_success(&house);
    assert_int_equal(house.adds, 1);
    house_end(&house);
}

static void values_whose_answer_is_lost_are_told_by_the_key(void **state)
{
    struct house house;

    (void)state;
    house_igd(&house, "port_forward.add", add_tcp);
    assert_true(house_go(&house, CWMP_SET_PARAMETER_VALUES));
    house_lose_answer(&house, true);
    house_run(&house);
    house_expect_success(&house);
    assert_int_equal(house.sets, 1);
    house_end(&house);
}

static void values_that_are_lost_each_time_take_the_row_out_again(void **state)
{
    struct house house;

    (void)state;
    house_igd(&house, "port_forward.add", add_tcp);
    for (int i = 0; i < 2; i++) {
        assert_true(house_go(&house, CWMP_SET_PARAMETER_VALUES));
        house_lose_answer(&house, false);
    }
    house_run(&house);
    house_expect_failure(&house, "no_answer");
    assert_int_equal(house_rows(&house), 0);
    house_end(&house);
}

static void what_comes_with_a_restart_is_waited_for(void **state)
{
    struct house house;

    (void)state;
    house_igd(&house, "port_forward.add", add_tcp);
    house.set_status = 1;
    house.ignores = "ExternalPort";
    house_run(&house);
    assert_int_equal(house.world.record.state, ACTION_VERIFYING);
    world_inform(&house.world, 30, 500, "2 PERIODIC", NULL);
    house_run(&house);
    assert_int_equal(house.world.record.state, ACTION_VERIFYING);
    house.ignores = NULL;
    house_set(&house, 1, "ExternalPort", "8080");
    world_inform(&house.world, 60, 5, "1 BOOT", NULL);
    house_run(&house);
    house_expect_success(&house);
    house_end(&house);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_forward_is_made_filled_and_read_again),
        cmocka_unit_test(tr_181_names_the_interface_of_the_internet_and_is_in_force),
        cmocka_unit_test(one_that_is_off_and_has_no_interface_is_for_all_of_them),
        cmocka_unit_test(a_device_of_which_nothing_is_known_is_read_first),
        cmocka_unit_test(a_table_that_faults_while_it_is_empty_takes_the_first_row),
        cmocka_unit_test(both_protocols_are_two_rows_where_the_model_has_no_word),
        cmocka_unit_test(both_protocols_are_one_row_where_the_map_has_the_word),
        cmocka_unit_test(what_cannot_be_is_refused_in_words_before_anything_is_changed),
        cmocka_unit_test(another_protocol_of_the_same_port_is_no_conflict),
        cmocka_unit_test(arguments_that_make_no_sense_are_refused),
        cmocka_unit_test(values_that_are_refused_take_the_row_out_again),
        cmocka_unit_test(values_that_are_ignored_are_no_success_and_leave_nothing),
        cmocka_unit_test(a_description_is_compared_as_it_is),
        cmocka_unit_test(a_protocol_may_be_shown_in_the_words_of_the_device),
        cmocka_unit_test(a_row_that_is_not_in_force_is_no_success),
        cmocka_unit_test(of_two_rows_neither_is_left_when_one_fails),
        cmocka_unit_test(a_row_that_cannot_be_taken_out_again_is_named),
        cmocka_unit_test(a_range_is_refused_by_a_row_that_has_no_end),
        cmocka_unit_test(a_row_whose_answer_is_lost_is_found_and_not_made_twice),
        cmocka_unit_test(the_second_row_has_a_key_of_its_own),
        cmocka_unit_test(rows_of_somebody_else_that_came_meanwhile_are_not_taken),
        cmocka_unit_test(a_row_that_was_not_made_is_asked_for_once_more),
        cmocka_unit_test(values_whose_answer_is_lost_are_told_by_the_key),
        cmocka_unit_test(values_that_are_lost_each_time_take_the_row_out_again),
        cmocka_unit_test(what_comes_with_a_restart_is_waited_for),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
