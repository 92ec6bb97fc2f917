#include "tests/cpesim/diagnostic.h"

#include <string.h>

#include "acs/base/clock.h"
#include "acs/base/text.h"
#include "tests/cpesim/diagnostic_kind.h"
#include "tests/cpesim/fleet.h"

#define STATE "DiagnosticsState"

/* One that was ordered. */
struct diagnostic {
    struct list link;
    struct home *home;
    enum diagnostic_kind kind;
    bool begun;
    struct alarm alarm;  /* its end */
    struct meter *meter; /* of a speed test */
};

/* Where it is, and how many times --diag-seconds it takes. A speed test takes what it takes. */
static const struct kind {
    const char *object_181;
    const char *object_098;
    test_fn *run;
    unsigned length;
} kinds[DIAGNOSTIC_KIND_COUNT] = {
    [DIAGNOSTIC_PING] = {"IP.Diagnostics.IPPing.",               "IPPingDiagnostics.",                          test_ping,   1},
    [DIAGNOSTIC_TRACE] = {"IP.Diagnostics.TraceRoute.",           "TraceRouteDiagnostics.",                      test_trace,  2},
    [DIAGNOSTIC_LOOKUP] = {"DNS.Diagnostics.NSLookupDiagnostics.", "NSLookupDiagnostics.",                        test_lookup, 1},
    [DIAGNOSTIC_SCAN] = {"WiFi.NeighboringWiFiDiagnostic.",      "LANDevice.1.WiFi.NeighboringWiFiDiagnostic.",
                         test_scan,                                                                                          3},
    [DIAGNOSTIC_DOWNLOAD] = {"IP.Diagnostics.DownloadDiagnostics.",  "DownloadDiagnostics.",                        NULL,        0},
    [DIAGNOSTIC_UPLOAD] = {"IP.Diagnostics.UploadDiagnostics.",    "UploadDiagnostics.",                          NULL,        0},
};

static const char *object_of(const struct home *home, enum diagnostic_kind kind)
{
    return strcmp(home->tree.model->root, "Device.") == 0 ? kinds[kind].object_181 : kinds[kind].object_098;
}

static struct test test_of(struct home *home, enum diagnostic_kind kind, struct arena *arena)
{
    return (struct test){home, object_of(home, kind), arena};
}

static void diagnostic_free(struct diagnostic *diagnostic)
{
    list_remove(&diagnostic->link);
    alarm_clear(diagnostic->home->fleet->alarms, &diagnostic->alarm);
    meter_free(diagnostic->meter);
    heap_free(diagnostic);
}

/* ---- the end ---- */

static void tell(struct diagnostic *diagnostic, const char *state)
{
    struct home *home = diagnostic->home;
    AUTO_ARENA arena = arena_new(256);
    struct test test = test_of(home, diagnostic->kind, arena);

    if (home->odd == ODD_DIAG_LIES) /* what others have measured is gone, too */
        tree_forget_below(&home->tree, object_of(home, diagnostic->kind));
    if (home->odd == ODD_DIAG_ERROR)
        state = "Error_Internal";
    if (strcmp(state, "Complete") == 0 && home->tree.model->quirks & QUIRK_COMPLETED)
        state = "Completed";
    test_put(&test, STATE, state);
    diagnostic_free(diagnostic);
    if (home->tree.model->quirks & QUIRK_SILENT_TESTS || home->odd == ODD_DIAG_SILENT)
        return;
    events_add(&home->events, EVENT_DIAGNOSTICS_COMPLETE, "");
    home_has_news(home);
}

static void on_end(void *ctx)
{
    struct diagnostic *diagnostic = ctx;
    AUTO_ARENA arena = arena_new(4096);
    struct test test = test_of(diagnostic->home, diagnostic->kind, arena);

    tell(diagnostic,
         diagnostic->home->odd == ODD_DIAG_LIES ? "Complete" : kinds[diagnostic->kind].run(&test));
}

static void on_measured(const struct meter_result *result, void *ctx)
{
    struct diagnostic *diagnostic = ctx;
    AUTO_ARENA arena = arena_new(1024);
    struct test test = test_of(diagnostic->home, diagnostic->kind, arena);

    tell(diagnostic, test_speed_end(&test, diagnostic->kind == DIAGNOSTIC_UPLOAD, result));
}

/* ---- the beginning ---- */

static void measure(struct diagnostic *diagnostic)
{
    AUTO_ARENA arena = arena_new(1024);
    struct test test = test_of(diagnostic->home, diagnostic->kind, arena);
    const struct speed_user user = {on_measured, diagnostic};
    const char *state =
        diagnostic->home->odd == ODD_DIAG_LIES
            ? "Complete"
            : test_speed_begin(&test, diagnostic->kind == DIAGNOSTIC_UPLOAD, &user, &diagnostic->meter);

    if (state != NULL)
        tell(diagnostic, state);
}

static void on_measure(void *ctx)
{
    measure(ctx);
}

static void begin(struct diagnostic *diagnostic)
{
    struct home *home = diagnostic->home;
    const struct kind *kind = &kinds[diagnostic->kind];
    int64_t us = settings_us(home->tree.settings, home->tree.settings->diag_ms) * kind->length;

    diagnostic->begun = true;
    alarm_set(home->fleet->alarms, &diagnostic->alarm, clock_mono_us() + us,
              kind->run != NULL ? on_end : on_measure, diagnostic);
}

void diagnostics_begin(struct home *home)
{
    LIST_EACH (item, &home->diagnostics) {
        struct diagnostic *diagnostic = container_of(item, struct diagnostic, link);

        if (!diagnostic->begun && home->odd != ODD_DIAG_NEVER)
            begin(diagnostic);
    }
}

/* ---- orders ---- */

static void stop(struct home *home, enum diagnostic_kind kind)
{
    LIST_EACH (item, &home->diagnostics) {
        struct diagnostic *diagnostic = container_of(item, struct diagnostic, link);

        if (diagnostic->kind == kind)
            diagnostic_free(diagnostic);
    }
}

static void order(struct home *home, enum diagnostic_kind kind)
{
    struct diagnostic *diagnostic = HEAP_NEW(struct diagnostic);

    diagnostic->home = home;
    diagnostic->kind = kind;
    list_append(&home->diagnostics, &diagnostic->link);
}

/* What these values mean for the test that has this object. */
enum meaning { NOTHING, ARGUMENT, ORDER };

static enum meaning meaning_of(const struct home *home, const char *object,
                               const struct cwmp_parameter_values *values)
{
    size_t root_len = strlen(home->tree.model->root), object_len = strlen(object);
    enum meaning meaning = NOTHING;

    for (size_t i = 0; i < values->count; i++) {
        const char *path = values->items[i].name + root_len;

        if (strncmp(path, object, object_len) != 0)
            continue;
        if (strcmp(path + object_len, STATE) == 0 && strcmp(values->items[i].value, "Requested") == 0)
            return ORDER;
        meaning = ARGUMENT; /* "Canceled" too leads to None */
    }
    return meaning;
}

static void take(struct home *home, enum diagnostic_kind kind, enum meaning meaning)
{
    AUTO_ARENA arena = arena_new(256);
    struct test test = test_of(home, kind, arena);

    stop(home, kind);
    if (meaning == ORDER)
        order(home, kind);
    else
        test_put(&test, STATE, "None");
}

void diagnostics_written(struct home *home, const struct cwmp_parameter_values *values)
{
    for (int kind = 0; kind < DIAGNOSTIC_KIND_COUNT; kind++) {
        enum meaning meaning = meaning_of(home, object_of(home, (enum diagnostic_kind)kind), values);

        if (meaning != NOTHING)
            take(home, (enum diagnostic_kind)kind, meaning);
    }
}

/* ---- restarts ---- */

void diagnostics_stop(struct home *home)
{
    LIST_EACH (item, &home->diagnostics)
        diagnostic_free(container_of(item, struct diagnostic, link));
}

void diagnostics_forget(struct home *home)
{
    for (int kind = 0; kind < DIAGNOSTIC_KIND_COUNT; kind++)
        tree_forget_below(&home->tree, object_of(home, (enum diagnostic_kind)kind));
}
