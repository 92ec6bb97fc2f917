/* Attributes of parameters, and the transfers that wait in a device. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "tests/provisioning/action_world.h"

static const char two[] = "{\"attributes\":[{\"name\":\"Device.A.B\",\"notification\":2},"
                          "{\"name\":\"Device.A.C\",\"notification\":1,\"access_list\":[\"Subscriber\"]}]}";
static const char light[] = "{\"attributes\":[{\"name\":\"Device.A.B\",\"notification\":3}]}";

/* notifications of Device.A.B and Device.A.C; below 0: that one is left out */
static void attributes(struct world *world, int b, int c)
{
    static const char *subscriber = "Subscriber";
    struct cwmp_message *answer = world_message(world, CWMP_GET_PARAMETER_ATTRIBUTES_RESPONSE);
    struct cwmp_parameter_attributes *list = &answer->body.get_parameter_attributes_response.parameters;

    list->items = ARENA_ARRAY(world->arena, struct cwmp_parameter_attribute, 2);
    if (b >= 0)
        list->items[list->count++] =
            (struct cwmp_parameter_attribute){.name = "Device.A.B", .notification = (uint32_t)b};
    if (c >= 0)
        list->items[list->count++] = (struct cwmp_parameter_attribute){
            .name = "Device.A.C", .notification = (uint32_t)c, .access_list = {&subscriber, 1}
        };
    world_answer(world, answer);
}

static void yes(struct world *world)
{
    world_answer(world, world_message(world, CWMP_SET_PARAMETER_ATTRIBUTES_RESPONSE));
}

static void all_five_members_are_sent_and_what_was_taken_is_read(void **state)
{
    struct world world;
    const struct cwmp_attribute_change *sent;

    (void)state;
    world_begin(&world, "attributes.set", two);
    world_next(&world);
    assert_int_equal(world.move.request.method, CWMP_SET_PARAMETER_ATTRIBUTES);
    sent = world.move.request.body.set_parameter_attributes.parameters.items;
    assert_true(sent[0].notification_change && !sent[0].access_list_change);
    assert_int_equal(sent[0].access_list.count, 0);
    assert_true(sent[1].access_list_change);
    assert_string_equal(sent[1].access_list.items[0], "Subscriber");
    yes(&world);
    world_next(&world);
    assert_int_equal(world.move.request.method, CWMP_GET_PARAMETER_ATTRIBUTES);
    attributes(&world, 2, 1);
    assert_int_equal(world.record.state, ACTION_SUCCEEDED);
    world_end(&world);
}

static void one_that_is_refused_costs_only_itself(void **state)
{
    struct world world;

    (void)state;
    world_begin(&world, "attributes.set", two);
    world_next(&world);
    world_fault(&world, 9009);
    world_next(&world);
    assert_int_equal(world.move.request.body.set_parameter_attributes.parameters.count, 1);
    assert_string_equal(world.move.request.body.set_parameter_attributes.parameters.items[0].name,
                        "Device.A.B");
    world_fault(&world, 9009);
    world_next(&world);
    assert_string_equal(world.move.request.body.set_parameter_attributes.parameters.items[0].name,
                        "Device.A.C");
    yes(&world);
    world_next(&world);
    assert_int_equal(world.move.request.body.get_parameter_attributes.names.count, 1);
    attributes(&world, -1, 1);
    assert_int_equal(world.record.state, ACTION_FAILED);
    assert_non_null(strstr(world.move.save.failure, "partly_refused"));
    assert_non_null(strstr(world.move.save.result, "\"refused\":[\"Device.A.B\"]"));
    world_end(&world);
}

static void all_refused_is_the_fault(void **state)
{
    struct world world;

    (void)state;
    world_begin(&world, "attributes.set", two);
    for (int i = 0; i < 3; i++) {
        world_next(&world);
        world_fault(&world, 9009);
    }
    assert_int_equal(world.record.state, ACTION_FAILED);
    assert_non_null(strstr(world.move.save.failure, "9009"));
    world_end(&world);
}

/* A request that is refused is halved until the one is alone; what is left goes in one, then. */
static void few_requests_find_the_one_that_is_refused(void **state)
{
    static const char eight[] =
        "{\"attributes\":[{\"name\":\"Device.A.1\",\"notification\":1},{\"name\":\"Device.A.2\","
        "\"notification\":1},"
        "{\"name\":\"Device.A.3\",\"notification\":1},{\"name\":\"Device.A.4\",\"notification\":1},"
        "{\"name\":\"Device.A.5\",\"notification\":1},{\"name\":\"Device.A.6\",\"notification\":1},"
        "{\"name\":\"Device.A.7\",\"notification\":1},{\"name\":\"Device.A.8\",\"notification\":1}]}";
    static const struct {
        const char *first;
        size_t count;
        bool taken;
    } rounds[] = {
        {"Device.A.1", 8, false},
        {"Device.A.1", 4, true },
        {"Device.A.5", 4, false},
        {"Device.A.5", 2, true },
        {"Device.A.7", 2, false},
        {"Device.A.7", 1, false},
        {"Device.A.8", 1, true },
    };
    struct world world;

    (void)state;
    world_begin(&world, "attributes.restore", eight);
    for (size_t i = 0; i < sizeof(rounds) / sizeof(*rounds); i++) {
        const struct cwmp_attribute_changes *sent;

        world_next(&world);
        sent = &world.move.request.body.set_parameter_attributes.parameters;
        assert_int_equal(world.move.request.method, CWMP_SET_PARAMETER_ATTRIBUTES);
        assert_int_equal(sent->count, rounds[i].count);
        assert_string_equal(sent->items[0].name, rounds[i].first);
        if (rounds[i].taken)
            yes(&world);
        else
            world_fault(&world, 9009);
    }
    world_next(&world);
    assert_int_equal(world.move.request.body.get_parameter_attributes.names.count, 7);
    world_end(&world);
}

static void what_is_not_read_together_is_read_apart(void **state)
{
    struct world world;

    (void)state;
    world_begin(&world, "attributes.set", two);
    world_next(&world);
    yes(&world);
    world_next(&world);
    world_fault(&world, 9004);
    world_next(&world);
    assert_string_equal(world.move.request.body.get_parameter_attributes.names.items[0], "Device.A.B");
    attributes(&world, 2, -1);
    world_next(&world);
    assert_string_equal(world.move.request.body.get_parameter_attributes.names.items[0], "Device.A.C");
    world_fault(&world, 9005);
    assert_int_equal(world.record.state, ACTION_FAILED);
    assert_non_null(strstr(world.move.save.failure, "not_applied"));
    assert_non_null(strstr(world.move.save.result, "\"differ\":[\"Device.A.C\"]"));
    assert_int_equal(world.move.attributes->count, 1);
    world_end(&world);
}

/* Only that is set again after a reset, and only once by whom it was asked for. */
static void what_the_device_has_is_kept(void **state)
{
    struct world world;

    (void)state;
    for (int restores = 0; restores < 2; restores++) {
        world_begin(&world, restores ? "attributes.restore" : "attributes.set", two);
        world_next(&world);
        yes(&world);
        assert_null(world.move.attributes);
        world_next(&world);
        attributes(&world, 2, 0);
        assert_int_equal(world.record.state, ACTION_FAILED);
        if (restores) {
            assert_null(world.move.attributes);
        } else {
            assert_int_equal(world.move.attributes->count, 1);
            assert_string_equal(world.move.attributes->items[0].name, "Device.A.B");
        }
        world_end(&world);
    }
}

static void a_lost_answer_is_asked_for_again_and_then_given_up(void **state)
{
    struct world world;

    (void)state;
    world_begin(&world, "attributes.restore", two);
    for (int i = 0; i < 3; i++) {
        world_next(&world);
        assert_int_equal(world.move.request.method, CWMP_SET_PARAMETER_ATTRIBUTES);
        world_inform(&world, 1, 1000, "2 PERIODIC", NULL);
    }
    assert_int_equal(world.record.state, ACTION_FAILED);
    world_end(&world);
}

static void a_yes_without_effect_is_a_failure(void **state)
{
    struct world world;

    (void)state;
    world_begin(&world, "attributes.set", two);
    world_next(&world);
    yes(&world);
    world_next(&world);
    attributes(&world, 0, 1);
    assert_int_equal(world.record.state, ACTION_FAILED);
    assert_non_null(strstr(world.move.save.failure, "not_applied"));
    world_end(&world);
}

static void lightweight_ones_need_cwmp_1_4_and_a_protocol(void **state)
{
    struct world world;

    (void)state;
    world_begin(&world, "attributes.set", light);
    world_next(&world);
    assert_int_equal(world.record.state, ACTION_FAILED);
    world_end(&world);

    for (int named = 0; named < 2; named++) {
        world_begin(&world, "attributes.set", light);
        world.facts.version = CWMP_1_4;
        world_next(&world);
        assert_int_equal(world.move.request.method, CWMP_GET_PARAMETER_VALUES);
        world_values(&world, "Device.ManagementServer.LightweightNotificationProtocolsSupported",
                     named ? "UDP" : "", CWMP_STRING);
        if (named) {
            world_next(&world);
            assert_int_equal(world.move.request.method, CWMP_SET_PARAMETER_ATTRIBUTES);
        } else {
            assert_int_equal(world.record.state, ACTION_FAILED);
        }
        world_end(&world);
    }
}

static void attributes_are_read(void **state)
{
    struct world world;

    (void)state;
    world_begin(&world, "attributes.get", "{\"names\":[\"Device.A.\"]}");
    world_next(&world);
    assert_int_equal(world.move.request.method, CWMP_GET_PARAMETER_ATTRIBUTES);
    attributes(&world, 2, 1);
    assert_int_equal(world.record.state, ACTION_SUCCEEDED);
    assert_non_null(strstr(world.move.save.result, "\"notification\":2"));
    assert_non_null(strstr(world.move.save.result, "Subscriber"));
    world_end(&world);
}

static void arguments_are_checked_with_the_field_named(void **state)
{
    static const struct {
        const char *kind, *args, *names;
    } cases[] = {
        {"attributes.set",  "{}",                                                                   "attributes"                },
        {"attributes.set",  "{\"attributes\":[{\"name\":\"Device.A\"}]}",                           "attributes[0].notification"},
        {"attributes.set",  "{\"attributes\":[{\"name\":\"Device.A\",\"notification\":7}]}",
         "attributes[0].notification"                                                                                           },
        {"attributes.set",  "{\"attributes\":[{\"name\":\"a b\",\"notification\":1}]}",             "attributes[0].name"        },
        {"attributes.set",  "{\"attributes\":[{\"name\":\"Device.A\",\"access_list\":[\"All\"]}]}",
         "attributes[0].access_list"                                                                                            },
        {"attributes.set",
         "{\"attributes\":[{\"name\":\"Device.A\",\"notification\":1},{\"name\":\"Device.A\","
         "\"notification\":2}]}",                                                                   "attributes[1].name"        },
        {"attributes.get",  "{\"names\":[]}",                                                       "names"                     },
        {"transfers.list",  "{\"x\":1}",                                                            "x"                         },
        {"transfer.cancel", "{}",                                                                   "command_key"               },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        AUTO_JSON json = NULL;

        assert_int_equal(json_read(cases[i].args, strlen(cases[i].args), &json), ERR_OK);
        assert_int_equal(action_kind_find(cases[i].kind)->check(json), ERR_INVALID);
        assert_non_null(strstr(err_message(), cases[i].names));
    }
}

/* ---- transfers ---- */

static void transfers_are_listed_by_the_method_that_the_device_has(void **state)
{
    static const struct ability old = {.methods = " GetParameterValues GetQueuedTransfers "};
    struct world world;

    (void)state;
    world_begin(&world, "transfers.list", "{}");
    world_next(&world);
    assert_int_equal(world.move.request.method, CWMP_GET_ALL_QUEUED_TRANSFERS);
    world_answer(&world, world_message(&world, CWMP_GET_ALL_QUEUED_TRANSFERS_RESPONSE));
    assert_int_equal(world.record.state, ACTION_SUCCEEDED);
    assert_non_null(strstr(world.move.save.result, "TransferList"));
    world_end(&world);

    world_begin(&world, "transfers.list", "{}");
    world.facts.version = CWMP_1_0;
    world_next(&world);
    assert_int_equal(world.move.request.method, CWMP_GET_QUEUED_TRANSFERS);
    world_end(&world);

    world_begin(&world, "transfers.list", "{}");
    world.facts.ability = &old;
    world_next(&world);
    assert_int_equal(world.move.request.method, CWMP_GET_QUEUED_TRANSFERS);
    world_end(&world);
}

static void a_cancelled_transfer_is_looked_for(void **state)
{
    struct cwmp_known_transfer waiting = {.command_key = "fw1", .file_type = "", .target_file_name = ""};
    struct cwmp_message *list;
    struct world world;

    (void)state;
    for (size_t left = 0; left < 2; left++) {
        world_begin(&world, "transfer.cancel", "{\"command_key\":\"fw1\"}");
        world_next(&world);
        assert_string_equal(world.move.request.body.cancel_transfer.command_key, "fw1");
        world_answer(&world, world_message(&world, CWMP_CANCEL_TRANSFER_RESPONSE));
        world_next(&world);
        list = world_message(&world, CWMP_GET_ALL_QUEUED_TRANSFERS_RESPONSE);
        list->body.get_all_queued_transfers_response.transfers =
            (struct cwmp_known_transfers){&waiting, left};
        world_answer(&world, list);
        assert_int_equal(world.record.state, left == 0 ? ACTION_SUCCEEDED : ACTION_FAILED);
        world_end(&world);
    }
}

static void a_transfer_that_may_not_be_cancelled_fails(void **state)
{
    struct world world;

    (void)state;
    world_begin(&world, "transfer.cancel", "{\"command_key\":\"fw1\"}");
    world_next(&world);
    world_fault(&world, 9021);
    assert_int_equal(world.record.state, ACTION_FAILED);
    assert_non_null(strstr(world.move.save.failure, "9021"));
    world_end(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_five_members_are_sent_and_what_was_taken_is_read),
        cmocka_unit_test(one_that_is_refused_costs_only_itself),
        cmocka_unit_test(all_refused_is_the_fault),
        cmocka_unit_test(few_requests_find_the_one_that_is_refused),
        cmocka_unit_test(what_is_not_read_together_is_read_apart),
        cmocka_unit_test(what_the_device_has_is_kept),
        cmocka_unit_test(a_lost_answer_is_asked_for_again_and_then_given_up),
        cmocka_unit_test(a_yes_without_effect_is_a_failure),
        cmocka_unit_test(lightweight_ones_need_cwmp_1_4_and_a_protocol),
        cmocka_unit_test(attributes_are_read),
        cmocka_unit_test(arguments_are_checked_with_the_field_named),
        cmocka_unit_test(transfers_are_listed_by_the_method_that_the_device_has),
        cmocka_unit_test(a_cancelled_transfer_is_looked_for),
        cmocka_unit_test(a_transfer_that_may_not_be_cancelled_fails),
    };

    return cmocka_run_group_tests_name("attributes", tests, NULL, NULL);
}
