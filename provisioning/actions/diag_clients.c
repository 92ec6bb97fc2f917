/* Who is on the Wi-Fi now, and how well each is heard. */
#include <math.h>
#include <string.h>

#include "acs/base/text.h"
#include "provisioning/actions/actions.h"
#include "provisioning/diag/readout.h"

/* Names come from the list of hosts, by MAC address; bands from the networks. */
static bool wants(enum fact_key key)
{
    const char *name = fact_rows[key].name;

    return text_starts_with(name, "wifi.clients.") || text_starts_with(name, "wifi.clue.") ||
           key == KEY_HOST_MAC || key == KEY_HOST_NAME || key == KEY_HOST_IP || key == KEY_WIFI_SSID ||
           key == KEY_WIFI_CHANNEL;
}

/* ---- one ---- */

enum strength { STRENGTH_UNKNOWN, STRENGTH_WEAK, STRENGTH_FAIR, STRENGTH_GOOD };

static double weak_below(const struct readout_view *view)
{
    return view->facts->service != NULL ? view->facts->service->thresholds.values[THRESHOLD_RSSI]
                                        : threshold_rows[THRESHOLD_RSSI].otherwise;
}

/* Weak is what the verdict calls so; good is what leaves ten decibels to it. */
static enum strength strength_of(const struct readout_view *view, const struct fact *rssi)
{
    enum { GOOD_DB = 10 };

    if (rssi == NULL)
        return STRENGTH_UNKNOWN;
    if (rssi->number < weak_below(view))
        return STRENGTH_WEAK;
    return rssi->number < weak_below(view) + GOOD_DB ? STRENGTH_FAIR : STRENGTH_GOOD;
}

static void put_client(const struct readout_view *view, const char *row, struct json_writer *json)
{
    static const char *const names[] = {[STRENGTH_UNKNOWN] = "unknown",
                                        [STRENGTH_WEAK] = "weak",
                                        [STRENGTH_FAIR] = "fair",
                                        [STRENGTH_GOOD] = "good"};

    json_open_object(json);
    readout_put_row_text(view, json, "name", KEY_CLIENT_NAME, row);
    readout_put_row_text(view, json, "mac", KEY_CLIENT_MAC, row);
    readout_put_row_text(view, json, "ip", KEY_CLIENT_IP, row);
    readout_put_row_text(view, json, "band", KEY_CLIENT_BAND, row);
    readout_put_row_text(view, json, "standard", KEY_CLIENT_MODE, row);
    readout_put_row_text(view, json, "node", KEY_CLIENT_NODE, row);
    readout_put_row(view, json, "rssi_dbm", KEY_CLIENT_RSSI, row);
    readout_put_row(view, json, "snr_db", KEY_CLIENT_SNR, row);
    readout_put_row(view, json, "down_mbps", KEY_CLIENT_DOWN, row);
    readout_put_row(view, json, "up_mbps", KEY_CLIENT_UP, row);
    readout_put_row(view, json, "retransmissions_percent", KEY_CLIENT_RETRANS, row);
    json_field_string(json, "strength", names[strength_of(view, readout_row(view, KEY_CLIENT_RSSI, row))]);
    json_close_object(json);
}

static bool is_here(const struct readout_view *view, const char *row)
{
    const struct fact *active = readout_row(view, KEY_CLIENT_ACTIVE, row);

    return active == NULL || active->number > 0;
}

/* ---- all ---- */

struct tally {
    size_t count, weak, heard; /* heard: those of which the strength is known */
    struct text names;         /* of the weak ones */
    size_t named;
};

static void count_client(const struct readout_view *view, const char *row, struct tally *tally)
{
    enum { NAMES_MOST = 5 };
    const struct fact *rssi = readout_row(view, KEY_CLIENT_RSSI, row);
    enum strength strength = strength_of(view, rssi);

    tally->count++;
    tally->heard += strength != STRENGTH_UNKNOWN;
    tally->weak += strength == STRENGTH_WEAK;
    if (strength != STRENGTH_WEAK || tally->named == NAMES_MOST)
        return;
    text_printf(&tally->names, "%s%s (−%.0f dBm)", tally->named > 0 ? ", " : "",
                readout_call(readout_row_text(view, KEY_CLIENT_NAME, row),
                             readout_row_text(view, KEY_CLIENT_MAC, row), view->arena),
                fabs(rssi->number));
    tally->named++;
}

static void say(const struct readout_view *view, struct tally *tally, struct readout_end *end)
{
    struct arena *arena = view->arena;
    bool one = tally->count == 1;
    const char *pt = arena_printf(arena, "%zu aparelho%s no Wi-Fi", tally->count, one ? "" : "s");
    const char *en = arena_printf(arena, "%zu device%s on the Wi-Fi", tally->count, one ? "" : "s");

    if (tally->count == 0) {
        end->sentence_pt = "Nenhum aparelho está no Wi-Fi agora.";
        end->sentence_en = "No device is on the Wi-Fi now.";
    } else if (tally->weak > 0) {
        const char *names = text_string(&tally->names);
        const char *more = tally->weak > tally->named ? " …" : "";

        end->sentence_pt =
            arena_printf(arena, "%s; %zu com sinal fraco: %s%s.", pt, tally->weak, names, more);
        end->sentence_en = arena_printf(arena, "%s; %zu heard weakly: %s%s.", en, tally->weak, names, more);
    } else if (tally->heard > 0) {
        end->sentence_pt = arena_printf(arena, "%s, nenhum com sinal fraco.", pt);
        end->sentence_en = arena_printf(arena, "%s, none heard weakly.", en);
    } else {
        end->sentence_pt = arena_printf(arena, "%s; este modelo não diz a força do sinal.", pt);
        end->sentence_en = arena_printf(arena, "%s; this model does not tell how strong they are.", en);
    }
}

static bool conclude(const struct readout_view *view, struct readout_end *end)
{
    struct tally tally = {.names = TEXT_IN(view->arena)};
    const char *const *rows;
    size_t count = readout_rows(view, KEY_CLIENT_MAC, &rows);

    json_key(end->json, "clients");
    json_open_array(end->json);
    for (size_t i = 0; i < count; i++)
        if (is_here(view, rows[i])) {
            count_client(view, rows[i], &tally);
            put_client(view, rows[i], end->json);
        }
    json_close_array(end->json);
    json_field_int(end->json, "count", (int64_t)tally.count);
    json_field_int(end->json, "weak", (int64_t)tally.weak);
    diag_field_real(end->json, "weak_below_dbm", weak_below(view), 1);
    say(view, &tally, end);
    return true;
}

static const struct readout clients = {
    .wants = wants,
    .conclude = conclude,
    .nothing = "this model does not tell who is on its Wi-Fi",
};

READOUT_KIND(diag_clients, "diag.clients", clients, "Ver quem está no Wi-Fi", "See who is on the Wi-Fi");
