/* Tests that a device makes, and read-outs: what they have found in one sentence, then row by row. */
#include <string.h>

#include "acs/base/text.h"
#include "acs/ctl/commands.h"
#include "acs/ctl/follow.h"
#include "acs/ctl/options.h"
#include "acs/ctl/output.h"
#include "acs/ctl/rest.h"

enum { WAIT_S = 180 };

/* ---- what is printed ---- */

static bool is_table(const struct ctl *ctl)
{
    return ctl->format == OUTPUT_TABLE;
}

static void print_sentence(struct ctl *ctl, const struct json *result)
{
    const struct json *sentence =
        json_get(json_get(result, "sentence"), rest_speaks_portuguese() ? "pt" : "en");

    if (is_table(ctl))
        fprintf(ctl->out, "%s\n", output_text(ctl->arena, sentence));
}

/* What a read-out has no rounds for is one. */
static void print_round(struct output_list *list, const struct json *round, const char *member)
{
    const struct json *rows = member != NULL ? json_get(round, member) : NULL;

    if (member == NULL)
        output_row(list, round);
    for (size_t i = 0; i < json_count(rows); i++)
        output_row(list, json_at(rows, i));
}

/* In a table the rows below `member` of each round; in the others the whole result. */
static void print_rows(struct ctl *ctl, const struct json *action, const struct output_column *columns,
                       size_t count, const char *member)
{
    const struct json *result = json_get(action, "result"), *rounds = json_get(result, "rounds");
    struct output_list list = {.ctl = ctl,
                               .arena = ctl->arena,
                               .columns = columns,
                               .column_count = count,
                               .name_member = columns[0].member};

    if (!is_table(ctl)) {
        output_object(ctl, action, "id");
        return;
    }
    print_sentence(ctl, result);
    output_open(&list);
    for (size_t i = 0; i < json_count(rounds); i++)
        print_round(&list, json_at(rounds, i), member);
    if (rounds == NULL)
        print_round(&list, result, member);
    output_close(&list);
}

#define PRINTS(name, rows_of, ...)                                                     \
    static void print_##name(struct ctl *ctl, const struct json *action)               \
    {                                                                                  \
        static const struct output_column columns[] = {__VA_ARGS__};                   \
                                                                                       \
        print_rows(ctl, action, columns, sizeof(columns) / sizeof(*columns), rows_of); \
    }

PRINTS(ping, NULL, {"SENT", "sent", OUTPUT_AS_IS}, {"RECEIVED", "received", OUTPUT_AS_IS},
       {"MIN MS", "min_ms", OUTPUT_AS_IS}, {"AVG MS", "avg_ms", OUTPUT_AS_IS},
       {"MAX MS", "max_ms", OUTPUT_AS_IS})
PRINTS(traceroute, "hops", {"ADDRESS", "address", OUTPUT_AS_IS}, {"HOST", "host", OUTPUT_AS_IS},
       {"MS", "ms", OUTPUT_AS_IS})
PRINTS(dns, "tries", {"SERVER", "server", OUTPUT_AS_IS}, {"STATUS", "status", OUTPUT_AS_IS},
       {"ADDRESSES", "addresses", OUTPUT_AS_IS}, {"MS", "ms", OUTPUT_AS_IS})
PRINTS(speed, NULL, {"BYTES", "bytes", OUTPUT_AS_IS}, {"SECONDS", "seconds", OUTPUT_AS_IS},
       {"MB/S", "mbps", OUTPUT_AS_IS})
PRINTS(wifi_scan, "neighbours", {"SSID", "ssid", OUTPUT_AS_IS}, {"BSSID", "bssid", OUTPUT_AS_IS},
       {"BAND", "band", OUTPUT_AS_IS}, {"CHANNEL", "channel", OUTPUT_AS_IS},
       {"DBM", "rssi_dbm", OUTPUT_AS_IS})
PRINTS(clients, "clients", {"NAME", "name", OUTPUT_AS_IS}, {"MAC", "mac", OUTPUT_AS_IS},
       {"IP", "ip", OUTPUT_AS_IS}, {"BAND", "band", OUTPUT_AS_IS}, {"DBM", "rssi_dbm", OUTPUT_AS_IS},
       {"DOWN MB/S", "down_mbps", OUTPUT_AS_IS}, {"UP MB/S", "up_mbps", OUTPUT_AS_IS},
       {"STRENGTH", "strength", OUTPUT_AS_IS})
PRINTS(hosts, "hosts", {"NAME", "name", OUTPUT_AS_IS}, {"IP", "ip", OUTPUT_AS_IS},
       {"MAC", "mac", OUTPUT_AS_IS}, {"VIA", "via", OUTPUT_AS_IS}, {"ACTIVE", "active", OUTPUT_AS_IS})

/* A line is no list: each number on a line of its own, those of light and DSL below them. */
static void print_members(struct ctl *ctl, const struct json *object, const char *above)
{
    enum { WIDTH = 24 };

    for (size_t i = 0; i < json_count(object); i++) {
        const char *key;
        const struct json *value = json_member(object, i, &key);
        const char *name = arena_printf(ctl->arena, "%s%s", above, key);

        if (strcmp(name, "sentence") == 0)
            continue;
        if (json_kind(value) == JSON_OBJECT)
            print_members(ctl, value, arena_printf(ctl->arena, "%s.", name));
        else
            fprintf(ctl->out, "%-*s  %s\n", WIDTH, name, output_text(ctl->arena, value));
    }
}

static void print_line(struct ctl *ctl, const struct json *action)
{
    if (!is_table(ctl)) {
        output_object(ctl, action, "id");
        return;
    }
    print_sentence(ctl, json_get(action, "result"));
    print_members(ctl, json_get(action, "result"), "");
}

/* ---- what is asked ---- */

/* The argument with this index, if there is one. */
static enum ctl_exit fill_number(struct ctl *ctl, int index, const char *name, struct json_writer *params)
{
    uint32_t number;

    if (ctl->argument_count <= index)
        return CTL_OK;
    if (text_read_u32(ctl->arguments[index], &number) != ERR_OK)
        return ctl_fail(CTL_USAGE, "'%s' is not a number", ctl->arguments[index]);
    json_field_int(params, name, number);
    return CTL_OK;
}

static enum ctl_exit fill_ping(struct ctl *ctl, struct json_writer *params)
{
    enum ctl_exit code;

    json_field_string(params, "host", ctl->arguments[1]);
    code = fill_number(ctl, 2, "count", params);
    return code == CTL_OK ? fill_number(ctl, 3, "rounds", params) : code;
}

static enum ctl_exit fill_host(struct ctl *ctl, struct json_writer *params)
{
    json_field_string(params, "host", ctl->arguments[1]);
    return CTL_OK;
}

static enum ctl_exit fill_dns(struct ctl *ctl, struct json_writer *params)
{
    json_field_string(params, "name", ctl->arguments[1]);
    if (ctl->argument_count <= 2)
        return CTL_OK;
    json_key(params, "servers");
    json_open_array(params);
    for (int i = 2; i < ctl->argument_count; i++)
        json_put_string(params, ctl->arguments[i]);
    json_close_array(params);
    return CTL_OK;
}

static enum ctl_exit fill_speed(struct ctl *ctl, struct json_writer *params)
{
    if (ctl->argument_count > 1)
        json_field_string(params, "url", ctl->arguments[1]);
    return CTL_OK;
}

FOLLOW_ORDER(diag_ping, "diag.ping", WAIT_S, WAIT_S, fill_ping, print_ping)
FOLLOW_ORDER(diag_traceroute, "diag.traceroute", WAIT_S, WAIT_S, fill_host, print_traceroute)
FOLLOW_ORDER(diag_dns, "diag.dns", WAIT_S, WAIT_S, fill_dns, print_dns)
FOLLOW_ORDER(diag_download, "diag.download", WAIT_S, WAIT_S, fill_speed, print_speed)
FOLLOW_ORDER(diag_upload, "diag.upload", WAIT_S, WAIT_S, fill_speed, print_speed)
FOLLOW_ORDER(diag_wifi_scan, "diag.wifi_scan", WAIT_S, WAIT_S, NULL, print_wifi_scan)
FOLLOW_ORDER(diag_line, "diag.line", WAIT_S, WAIT_S, NULL, print_line)
FOLLOW_ORDER(diag_clients, "diag.clients", WAIT_S, WAIT_S, NULL, print_clients)
FOLLOW_ORDER(diag_hosts, "diag.hosts", WAIT_S, WAIT_S, NULL, print_hosts)
