/* What a device that is not trusted may be told: nothing secret but its own credentials. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "provisioning/secret_gate.h"

static const struct action_credentials own = {.username = "00256D-GW-SN1",
                                              .password = {"fresh"},
                                              .call_username = "call",
                                              .call_password = {"fresh too"}};

static bool opens_for(const struct cwmp_message *request, bool trusted,
                      const struct action_credentials *credentials)
{
    const struct action_facts facts = {.trusted = trusted, .credentials = credentials};

    return secret_gate_opens(request, &facts);
}

static bool opens_for_value(const char *name, const char *text, bool trusted,
                            const struct action_credentials *credentials)
{
    struct cwmp_parameter_value items[] = {
        {"Device.DeviceInfo.ProvisioningCode", "x",  CWMP_STRING},
        {name,                                 text, CWMP_STRING},
    };
    const struct cwmp_message request = {
        .method = CWMP_SET_PARAMETER_VALUES, .body.set_parameter_values.parameters = {items, 2}
    };

    return opens_for(&request, trusted, credentials);
}

static void a_stranger_is_told_no_secret_but_its_own(void **state)
{
    static const struct {
        const char *name, *text;
        bool for_strangers;
    } cases[] = {
        {"Device.Time.NTPServer1",                            "ntp",       true },
        {"Device.ManagementServer.Password",                  "fresh",     true },
        {"Device.ManagementServer.ConnectionRequestPassword", "fresh too", true },
        {"Device.ManagementServer.Password",                  "another's", false},
        {"Device.ManagementServer.Password",                  "fresh too", false},
        {"Device.WiFi.AccessPoint.1.Security.KeyPassphrase",  "fresh",     false},
        {"Device.PPP.Interface.1.Password",                   "pppoe",     false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        if (opens_for_value(cases[i].name, cases[i].text, false, &own) != cases[i].for_strangers)
            fail_msg("%s = %s", cases[i].name, cases[i].text);
        assert_true(opens_for_value(cases[i].name, cases[i].text, true, &own));
    }
    assert_false(opens_for_value("Device.ManagementServer.Password", "fresh", false, NULL));
}

static void a_stranger_gets_no_configuration_and_no_password_of_a_file_server(void **state)
{
    static const struct {
        const char *file_type, *password;
        bool for_strangers;
    } cases[] = {
        {"1 Firmware Upgrade Image",    "",  true },
        {"1 Firmware Upgrade Image",    "p", false},
        {"3 Vendor Configuration File", "",  false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        const struct cwmp_message request = {
            .method = CWMP_DOWNLOAD,
            .body.download = {.file_type = cases[i].file_type, .password = cases[i].password}
        };

        assert_int_equal(opens_for(&request, false, &own), cases[i].for_strangers);
        assert_true(opens_for(&request, true, &own));
    }
}

/* What a link of ours asks for opens nothing else; the action's id is its user name and its CommandKey. */
static void a_stranger_may_get_the_login_of_a_link(void **state)
{
    static const struct {
        const char *key, *user;
        bool for_strangers;
    } cases[] = {
        {"act_1", "act_1",    true },
        {"act_1", "operator", false},
        {"",      "",         false},
        {NULL,    NULL,       false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct cwmp_message request = {
            .method = CWMP_DOWNLOAD,
            .body.download = {.command_key = cases[i].key,
                              .file_type = "1",
                              .url = "u",
                              .username = cases[i].user,
                              .password = "p"}
        };

        assert_int_equal(opens_for(&request, false, &own), cases[i].for_strangers);
        request = (struct cwmp_message){
            .method = CWMP_UPLOAD,
            .body.upload = {.command_key = cases[i].key,
                            .file_type = "1",
                            .url = "u",
                            .username = cases[i].user,
                            .password = "p"}
        };
        assert_int_equal(opens_for(&request, false, &own), cases[i].for_strangers);
    }
}

/* The same holds for a firmware in a window of time, and for software modules. */
static void a_stranger_gets_no_password_with_a_schedule_or_a_module(void **state)
{
    for (int secret = 0; secret < 2; secret++) {
        const char *password = secret ? "p" : "";
        struct cwmp_operation operations[] = {
            {.kind = CWMP_UNINSTALL, .uuid = "u"         },
            { .kind = CWMP_INSTALL,   .url = "http://h/x", .password = password},
        };
        const struct cwmp_message change = {
            .method = CWMP_CHANGE_DU_STATE, .body.change_du_state.operations = {operations, 2}
        };
        struct cwmp_message schedule = {
            .method = CWMP_SCHEDULE_DOWNLOAD,
            .body.schedule_download = {
                                       .command_key = "k", .file_type = "1 Firmware Upgrade Image", .password = password}
        };

        assert_int_equal(opens_for(&change, false, &own), !secret);
        assert_true(opens_for(&change, true, &own));
        assert_int_equal(opens_for(&schedule, false, &own), !secret);
        schedule.body.schedule_download.file_type = "3 Vendor Configuration File";
        assert_false(opens_for(&schedule, false, &own));
    }
    (void)state;
}

/* A method that is added later is kept from strangers until somebody has thought about it. */
static void a_stranger_is_asked_only_what_is_known_to_be_harmless(void **state)
{
    static const enum cwmp_method kept[] = {CWMP_SET_VOUCHERS};
    static const enum cwmp_method open[] = {CWMP_GET_PARAMETER_VALUES, CWMP_REBOOT, CWMP_FACTORY_RESET};

    (void)state;
    for (size_t i = 0; i < sizeof(kept) / sizeof(*kept); i++)
        assert_false(opens_for(&(struct cwmp_message){.method = kept[i]}, false, &own));
    for (size_t i = 0; i < sizeof(open) / sizeof(*open); i++)
        assert_true(opens_for(&(struct cwmp_message){.method = open[i]}, false, &own));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_stranger_is_told_no_secret_but_its_own),
        cmocka_unit_test(a_stranger_gets_no_configuration_and_no_password_of_a_file_server),
        cmocka_unit_test(a_stranger_may_get_the_login_of_a_link),
        cmocka_unit_test(a_stranger_gets_no_password_with_a_schedule_or_a_module),
        cmocka_unit_test(a_stranger_is_asked_only_what_is_known_to_be_harmless),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
