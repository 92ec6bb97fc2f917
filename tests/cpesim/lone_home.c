#include "tests/cpesim/lone_home.h"

#include <string.h>

#include "acs/base/clock.h"

void lone_home_open(struct lone_home *lone, const char *model)
{
    memset(lone, 0, sizeof(*lone));
    lone->arena = arena_new(64 * 1024);
    lone->fleet.settings = (struct settings){
        .acs_url = "http://acs.example/",
        .cr_base = "http://127.0.0.1:1/cr/",
        .cr_username = "",
        .cr_password = "",
        .acs_password = "",
        .interval = 30,
        .retry_seconds = 5,
        .seed = 1,
        .diag_ms = 1000,
        .wifi_ms = 4000,
        .time_scale = 1,
    };
    lone->options = (struct fleet_options){
        .settings = lone->fleet.settings, .restart = {1500, 3000}
    };
    lone->fleet.options = &lone->options;
    lone->fleet.models = models_load(lone->arena);
    lone->fleet.loop = loop_new();
    lone->fleet.alarms = alarms_new(lone->fleet.loop);
    assert_int_equal(journal_open(NULL, &lone->fleet.journal), ERR_OK);
    home_init(&lone->home, &lone->fleet, 42);
    lone->home.tree.booted_us = clock_mono_us();
    for (size_t i = 0; i < MODEL_COUNT; i++)
        if (strcmp(lone->fleet.models[i].name, model) == 0)
            lone->home.tree.model = &lone->fleet.models[i];
    assert_non_null(lone->home.tree.model);
}

void lone_home_close(struct lone_home *lone)
{
    home_free(&lone->home);
    journal_close(lone->fleet.journal);
    tally_free(&lone->fleet.tally);
    alarms_free(lone->fleet.alarms);
    loop_free(lone->fleet.loop);
    arena_free(lone->arena);
}
