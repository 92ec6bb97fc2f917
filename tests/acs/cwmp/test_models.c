#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "acs/base/text.h"
#include "acs/cwmp/model_files.h"

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

static int batch_of(struct models *models, const struct model_identity *identity)
{
    const struct model *model = models_take(models, identity);
    int batch = model != NULL ? model->quirks.batch : 0;

    model_release(model);
    return batch;
}

static void a_model_is_looked_up_once_and_again_when_the_rows_change(void **state)
{
    const struct model_identity acme = {"Acme", "GW", "1.0"};
    const struct model_data *in_force = NULL;
    struct models *models = models_new(&in_force);
    struct model_files *file = NULL;

    (void)state;
    assert_int_equal(batch_of(models, &acme), 0);
    write_file("Acme GW * batch=7\n");
    assert_int_equal(model_files_open(path, "", &file), ERR_OK);
    in_force = model_files_data(file);
    assert_int_equal(batch_of(models, &acme), 7);
    assert_int_equal(batch_of(models, &acme), 7);
    write_file("Acme GW * batch=8\n");
    assert_int_equal(model_files_reload(file), ERR_OK);
    assert_int_equal(batch_of(models, &acme), 7);
    in_force = model_files_data(file);
    assert_int_equal(batch_of(models, &acme), 8);
    models_free(models);
    model_files_close(file);
}

static void a_bad_file_is_named_and_changes_nothing(void **state)
{
    const struct model_identity acme = {"Acme", "GW", "1.0"};
    struct model_files *file = NULL;

    (void)state;
    write_file("Acme GW * batch=7\n");
    assert_int_equal(model_files_open(path, "", &file), ERR_OK);
    write_file("Acme GW * batch=7\nAcme GW * quick\n");
    assert_int_equal(model_files_reload(file), ERR_INVALID);
    assert_non_null(strstr(err_message(), path));
    assert_non_null(strstr(err_message(), "line 2, column 11"));
    assert_int_equal(quirk_set_find(model_files_data(file)->quirks, &acme).batch, 7);
    model_files_close(file);
    assert_int_equal(model_files_open("/does/not/exist", "", &file), ERR_NOT_FOUND);
    write_file("\xff\n");
    assert_int_equal(model_files_open(path, "", &file), ERR_INVALID);
    assert_int_equal(model_files_open("", "", &file), ERR_OK);
    model_files_close(file);
}

static void a_bad_map_is_named_too(void **state)
{
    struct model_files *file = NULL;

    (void)state;
    write_file("wifi.{band}.ssid LANDevice.{i}.WLANConfiguration.{i}/SSID\nwan.nothing WAN.X\n");
    assert_int_equal(model_files_open("", path, &file), ERR_INVALID);
    assert_non_null(strstr(err_message(), path));
    assert_non_null(strstr(err_message(), "line 2, column 1: there is no key 'wan.nothing'"));
    write_file("wifi.{band}.ssid LANDevice.{i}.WLANConfiguration.{i}/SSID\n");
    assert_int_equal(model_files_open("", path, &file), ERR_OK);
    model_files_close(file);
}

/* A session may look at its model for as long as it lasts. */
static void what_is_held_stays(void **state)
{
    const struct model_identity acme = {"Acme", "GW", "1.0"};
    const struct model_data *in_force = NULL;
    struct models *models = models_new(&in_force);
    struct model_files *file = NULL;
    const struct model *held;

    (void)state;
    write_file("Acme GW * batch=7\n");
    assert_int_equal(model_files_open(path, "", &file), ERR_OK);
    in_force = model_files_data(file);
    held = models_take(models, &acme);
    assert_int_equal(model_files_reload(file), ERR_OK);
    in_force = model_files_data(file);
    assert_int_equal(batch_of(models, &acme), 7);
    assert_int_equal(held->quirks.batch, 7);
    model_release(held);
    models_free(models);
    model_files_close(file);
}

/* Devices choose their names: neither long ones nor many of them do harm. */
static void what_devices_call_themselves_has_a_bound(void **state)
{
    AUTO_ARENA arena = arena_new(1024);
    const struct model_data *in_force = NULL;
    struct models *models = models_new(&in_force);
    struct model_data data;
    char longest[1024];

    (void)state;
    assert_int_equal(quirk_set_new("Acme * * batch=7\n", arena, &data.quirks), ERR_OK);
    assert_int_equal(model_map_new(NULL, arena, &data.map), ERR_OK);
    in_force = &data;
    memset(longest, 'x', sizeof(longest) - 1);
    longest[sizeof(longest) - 1] = '\0';
    assert_int_equal(batch_of(models, &(struct model_identity){longest, longest, longest}), 0);
    for (int i = 0; i < 10000; i++)
        assert_int_equal(
            batch_of(models, &(struct model_identity){"Acme", arena_printf(arena, "%d", i), NULL}), 7);
    models_free(models);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_model_is_looked_up_once_and_again_when_the_rows_change),
        cmocka_unit_test(a_bad_file_is_named_and_changes_nothing),
        cmocka_unit_test(a_bad_map_is_named_too),
        cmocka_unit_test(what_is_held_stays),
        cmocka_unit_test(what_devices_call_themselves_has_a_bound),
    };

    return cmocka_run_group_tests_name("models", tests, make_file, remove_file);
}
