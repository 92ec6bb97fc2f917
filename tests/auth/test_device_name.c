#include "acs/auth/device_name.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void a_name_is_put_together_from_encoded_parts(void **state)
{
    AUTO_ARENA arena = arena_new(256);
    const struct cwmp_device_id plain = {
        .oui = "00256D", .product_class = "HG8245H", .serial_number = "48575443"};
    const struct cwmp_device_id odd = {
        .oui = "00256D", .product_class = "A B/\xc3\xa9", .serial_number = "1-2%"};
    const struct cwmp_device_id none = {.oui = "00256D", .product_class = "", .serial_number = "1"};

    (void)state;
    assert_string_equal(device_name_write(&plain, arena), "00256D-HG8245H-48575443");
    assert_string_equal(device_name_write(&odd, arena), "00256D-A%20B%2F%C3%A9-1-2%25");
    assert_string_equal(device_name_write(&none, arena), "00256D-1");
}

static void both_forms_fit_their_device_and_no_other(void **state)
{
    AUTO_ARENA arena = arena_new(256);
    const struct cwmp_device_id id = {.oui = "00256D", .product_class = "P C", .serial_number = "SN1"};

    (void)state;
    assert_true(device_name_fits("00256D-P%20C-SN1", &id, arena));
    assert_true(device_name_fits("00256d-p%20c-sn1", &id, arena));
    assert_true(device_name_fits("00256D-SN1", &id, arena));
    assert_false(device_name_fits("00256D-SN2", &id, arena));
    assert_false(device_name_fits("00256D-P%20C-SN10", &id, arena));
    assert_false(device_name_fits("SN1", &id, arena));
    assert_false(device_name_fits("", &id, arena));
}

static void the_common_name_is_found_in_every_form(void **state)
{
    static const struct {
        const char *subject, *name;
    } cases[] = {
        {"CN=00256D-SN1,O=Maker",            "00256D-SN1"     },
        {"O=Maker, CN=00256D-SN1",           "00256D-SN1"     },
        {"/C=BR/O=Maker/CN=00256D-P%2C-SN1", "00256D-P%2C-SN1"},
        {"/O=CN, inc/CN=00256D-SN1",         "00256D-SN1"     },
        {"00256D-SN1",                       "00256D-SN1"     },
        {"O=Maker",                          NULL             },
        {"OCN=x",                            NULL             },
        {"",                                 NULL             },
    };
    AUTO_ARENA arena = arena_new(256);

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        const char *name = device_name_from_subject(cases[i].subject, arena);

        if (cases[i].name == NULL)
            assert_null(name);
        else
            assert_string_equal(name, cases[i].name);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_name_is_put_together_from_encoded_parts),
        cmocka_unit_test(both_forms_fit_their_device_and_no_other),
        cmocka_unit_test(the_common_name_is_found_in_every_form),
    };

    return cmocka_run_group_tests_name("device_name", tests, NULL, NULL);
}
