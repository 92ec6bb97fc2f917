#include "tests/cpesim/status.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "acs/base/clock.h"
#include "tests/cpesim/rpc.h"
#include "tests/cpesim/wan.h"

static void put_counts(const struct tally *tally, struct json_writer *w)
{
    const char *group = NULL;

    for (int id = 0; id < TALLY_COUNT; id++) {
        if (group == NULL || strcmp(group, tally_group((enum tally_id)id)) != 0) {
            if (group != NULL)
                json_close_object(w);
            group = tally_group((enum tally_id)id);
            json_key(w, group);
            json_open_object(w);
        }
        json_field_int(w, tally_name((enum tally_id)id), (int64_t)tally->counts[id]);
    }
    json_close_object(w);
}

static void put_rpcs(const uint64_t counts[RPC_COUNT], struct json_writer *w)
{
    json_key(w, "rpcs");
    json_open_object(w);
    for (int id = 0; id < RPC_COUNT; id++)
        json_field_int(w, rpc_name((enum rpc_id)id), (int64_t)counts[id]);
    json_close_object(w);
}

static void put_violations(const struct tally *tally, struct json_writer *w)
{
    uint64_t kept = tally->violation_count < TALLY_VIOLATIONS_KEPT ? tally->violation_count
                                                                   : (uint64_t)TALLY_VIOLATIONS_KEPT;

    json_field_int(w, "acs_violations", (int64_t)tally->violation_count);
    json_key(w, "violations");
    json_open_array(w);
    for (uint64_t i = tally->violation_count - kept; i < tally->violation_count; i++) {
        const struct tally_violation *row = &tally->violations[i % TALLY_VIOLATIONS_KEPT];

        json_open_object(w);
        json_field_time(w, "time", row->at_us);
        json_field_string(w, "serial", row->serial);
        json_field_string(w, "clause", row->clause);
        json_field_string(w, "what", row->text);
        json_close_object(w);
    }
    json_close_array(w);
}

static unsigned count_on(const struct fleet *fleet)
{
    unsigned on = 0;

    for (uint32_t i = 0; i < fleet->count; i++)
        on += fleet->homes[i].on;
    return on;
}

static unsigned count_known(const struct fleet *fleet)
{
    unsigned known = 0;

    for (uint32_t i = 0; i < fleet->count; i++)
        known += fleet->homes[i].known;
    return known;
}

static unsigned count_ended(const struct fleet *fleet, enum home_end end)
{
    unsigned ended = 0;

    for (uint32_t i = 0; i < fleet->count; i++)
        ended += fleet->homes[i].end == end;
    return ended;
}

static void put_firmware(const struct tally *tally, struct json_writer *w)
{
    json_key(w, "firmware");
    json_open_object(w);
    for (const struct tally_firmware *at = tally->firmware; at != NULL; at = at->next) {
        json_key(w, at->version);
        json_open_object(w);
        json_field_int(w, "downloads", (int64_t)at->downloads);
        json_field_int(w, "installs", (int64_t)at->installs);
        json_field_int(w, "bricked", (int64_t)at->bricked);
        json_field_int(w, "lost", (int64_t)at->lost);
        json_close_object(w);
    }
    json_close_object(w);
}

void status_of_fleet(const struct fleet *fleet, struct text *out)
{
    struct json_writer w = JSON_WRITER(out);

    json_open_object(&w);
    json_field_time(&w, "time", clock_now_us());
    json_field_int(&w, "homes", fleet->count);
    json_field_int(&w, "on", count_on(fleet));
    json_field_int(&w, "bricked", count_ended(fleet, HOME_BRICKED));
    json_field_int(&w, "lost", count_ended(fleet, HOME_LOST));
    json_field_int(&w, "known_to_acs", count_known(fleet));
    json_field_int(&w, "in_session", fleet->in_session);
    put_counts(&fleet->tally, &w);
    put_rpcs(fleet->tally.rpcs, &w);
    put_firmware(&fleet->tally, &w);
    put_violations(&fleet->tally, &w);
    json_close_object(&w);
    text_putc(out, '\n');
}

static void put_events(const struct home *home, struct json_writer *w)
{
    json_key(w, "events");
    json_open_array(w);
    for (size_t i = 0; i < home->events.count; i++) {
        const struct event *event = &home->events.items[i];

        json_open_object(w);
        json_field_string(w, "event", event_name(event->code));
        json_field_string(w, "command_key", event->key);
        json_close_object(w);
    }
    json_close_array(w);
}

static void put_reboots(const struct home *home, struct json_writer *w)
{
    uint32_t kept = home->reboot_count < HOME_HISTORY ? home->reboot_count : (uint32_t)HOME_HISTORY;

    json_key(w, "reboot_keys");
    json_open_array(w);
    for (uint32_t i = home->reboot_count - kept; i < home->reboot_count; i++)
        json_put_string(w, home->reboot_keys[i % HOME_HISTORY]);
    json_close_array(w);
}

static void put_executed(const struct home *home, struct json_writer *w)
{
    uint64_t counts[RPC_COUNT];

    for (size_t i = 0; i < RPC_COUNT; i++)
        counts[i] = home->executed[i];
    put_rpcs(counts, w);
}

static void put_changes(const struct home *home, struct json_writer *w, struct arena *arena)
{
    json_key(w, "values");
    json_open_object(w);
    for (uint32_t i = 0; i < home->tree.override_count; i++) {
        uint32_t row = home->tree.overrides[i].row;

        json_field_string(w, home->tree.model->parameters[row].name, tree_value(&home->tree, row, arena));
    }
    json_close_object(w);
}

/* With which the provider lets it in. */
static void put_pair(const struct home *home, struct json_writer *w, struct arena *arena)
{
    json_key(w, "ppp");
    json_open_object(w);
    json_field_bool(w, "connected", wan_is_up(&home->tree));
    json_field_string(w, "username", wan_right_user(&home->tree, arena));
    json_field_string(w, "password", wan_right_password(&home->tree, arena));
    json_close_object(w);
}

void status_of_home(const struct home *home, struct text *out)
{
    struct json_writer w = JSON_WRITER(out);
    char serial[SERIAL_MAX];

    json_open_object(&w);
    json_field_string(&w, "serial", home_serial(home, serial));
    json_field_string(&w, "model", home->tree.model->name);
    json_field_string(&w, "oui", home->tree.model->oui);
    json_field_string(&w, "product_class", home->tree.model->product_class);
    json_field_bool(&w, "on", home->on);
    json_field_bool(&w, "known_to_acs", home->known);
    json_field_bool(&w, "in_session", home->session != NULL);
    json_field_int(&w, "uptime", home->on ? (clock_mono_us() - home->tree.booted_us) / US_PER_S : 0);
    json_field_int(&w, "retry_count", home->retry_count);
    json_field_int(&w, "restarts", home->restarts);
    json_field_int(&w, "sessions_ok", home->sessions_ok);
    json_field_int(&w, "sessions_failed", home->sessions_failed);
    json_field_string(&w, "odd", odd_name(home->odd));
    json_field_string(&w, "end", home_end_name(home->end));
    put_pair(home, &w, out->arena);
    put_executed(home, &w);
    put_reboots(home, &w);
    put_events(home, &w);
    put_changes(home, &w, out->arena);
    json_close_object(&w);
    text_putc(out, '\n');
}

enum err status_write_file(const struct fleet *fleet, const char *path)
{
    AUTO_ARENA arena = arena_new(4096);
    struct text out = TEXT_IN(arena);
    const char *draft = arena_printf(arena, "%s.new", path);
    FILE *file = fopen(draft, "we");
    bool written;

    if (file == NULL)
        return err_set(ERR_UNAVAILABLE, "cannot write %s: %s", draft, strerror(errno));
    status_of_fleet(fleet, &out);
    written = fwrite(out.data, 1, out.len, file) == out.len;
    written &= fclose(file) == 0;
    if (!written || rename(draft, path) != 0)
        return err_set(ERR_UNAVAILABLE, "cannot write %s: %s", path, strerror(errno));
    return ERR_OK;
}
