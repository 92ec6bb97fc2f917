#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "acs/base/text.h"
#include "acs/cwmp/models.h"
#include "acs/cwmp/quirk_file.h"

static char path[] = "/tmp/farol-quirks-XXXXXX";

static void write_file(const char *text)
{
    FILE *file = fopen(path, "we");

    assert_non_null(file);
    assert_int_equal(fputs(text, file) < 0, 0);
    fclose(file);
}

static int make_file(void **state)
{
    int fd = mkstemp(path);

    (void)state;
    return fd < 0 ? -1 : close(fd);
}

static int remove_file(void **state)
{
    (void)state;
    return unlink(path);
}

static void a_model_is_looked_up_once_and_again_when_the_rows_change(void **state)
{
    const struct model_identity acme = {"Acme", "GW", "1.0"};
    const struct quirk_set *in_force = NULL;
    struct models *models = models_new(&in_force);
    struct quirk_file *file = NULL;

    (void)state;
    assert_int_equal(models_find(models, &acme).batch, 0);
    write_file("Acme GW * batch=7\n");
    assert_int_equal(quirk_file_open(path, &file), ERR_OK);
    in_force = quirk_file_set(file);
    assert_int_equal(models_find(models, &acme).batch, 7);
    assert_int_equal(models_find(models, &acme).batch, 7);
    write_file("Acme GW * batch=8\n");
    assert_int_equal(quirk_file_reload(file), ERR_OK);
    assert_int_equal(models_find(models, &acme).batch, 7);
    in_force = quirk_file_set(file);
    assert_int_equal(models_find(models, &acme).batch, 8);
    models_free(models);
    quirk_file_close(file);
}

static void a_bad_file_is_named_and_changes_nothing(void **state)
{
    const struct model_identity acme = {"Acme", "GW", "1.0"};
    struct quirk_file *file = NULL;

    (void)state;
    write_file("Acme GW * batch=7\n");
    assert_int_equal(quirk_file_open(path, &file), ERR_OK);
    write_file("Acme GW * batch=7\nAcme GW * quick\n");
    assert_int_equal(quirk_file_reload(file), ERR_INVALID);
    assert_non_null(strstr(err_message(), path));
    assert_non_null(strstr(err_message(), "line 2, column 11"));
    assert_int_equal(quirk_set_find(quirk_file_set(file), &acme).batch, 7);
    quirk_file_close(file);
    assert_int_equal(quirk_file_open("/does/not/exist", &file), ERR_NOT_FOUND);
    write_file("\xff\n");
    assert_int_equal(quirk_file_open(path, &file), ERR_INVALID);
    assert_int_equal(quirk_file_open("", &file), ERR_OK);
    quirk_file_close(file);
}

/* Devices choose their names: neither long ones nor many of them do harm. */
static void what_devices_call_themselves_has_a_bound(void **state)
{
    AUTO_ARENA arena = arena_new(1024);
    const struct quirk_set *in_force = NULL;
    struct models *models = models_new(&in_force);
    char longest[1024];

    (void)state;
    assert_int_equal(quirk_set_new("Acme * * batch=7\n", arena, &in_force), ERR_OK);
    memset(longest, 'x', sizeof(longest) - 1);
    longest[sizeof(longest) - 1] = '\0';
    assert_int_equal(models_find(models, &(struct model_identity){longest, longest, longest}).batch, 0);
    for (int i = 0; i < 10000; i++)
        assert_int_equal(
            models_find(models, &(struct model_identity){"Acme", arena_printf(arena, "%d", i), NULL}).batch,
            7);
    models_free(models);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_model_is_looked_up_once_and_again_when_the_rows_change),
        cmocka_unit_test(a_bad_file_is_named_and_changes_nothing),
        cmocka_unit_test(what_devices_call_themselves_has_a_bound),
    };

    return cmocka_run_group_tests_name("models", tests, make_file, remove_file);
}
