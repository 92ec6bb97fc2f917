/* Who is in the home network: by Wi-Fi, by cable, and who was there. */
#include <string.h>

#include "acs/base/text.h"
#include "provisioning/actions/actions.h"
#include "provisioning/diag/readout.h"

/* What is on the Wi-Fi is known by the clients, too: there are models that do not tell it of their hosts. */
static bool wants(enum fact_key key)
{
    return text_starts_with(fact_rows[key].name, "lan.hosts.") || key == KEY_CLIENT_MAC ||
           key == KEY_CLIENT_ACTIVE;
}

enum way { WAY_UNTOLD, WAY_WIFI, WAY_CABLE, WAYS };

/* "802.11", "Ethernet"; "Device.WiFi.SSID.1.", "…LANEthernetInterfaceConfig.2"; what makers made of it. */
static enum way way_said(const char *interface)
{
    static const struct {
        const char *word;
        enum way way;
    } words[] = {
        {"802.11", WAY_WIFI },
        {"wifi",   WAY_WIFI },
        {"wi-fi",  WAY_WIFI },
        {"wlan",   WAY_WIFI },
        {"ssid",   WAY_WIFI },
        {"ether",  WAY_CABLE},
        {"eth",    WAY_CABLE},
        {"lan",    WAY_CABLE},
        {"cable",  WAY_CABLE},
    };

    for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
        if (strcasestr(interface, words[i].word) != NULL)
            return words[i].way;
    return WAY_UNTOLD;
}

static bool is_client(const struct readout_view *view, const char *mac)
{
    const char *const *rows;
    size_t count = readout_rows(view, KEY_CLIENT_MAC, &rows);

    for (size_t i = 0; i < count; i++) {
        const struct fact *active = readout_row(view, KEY_CLIENT_ACTIVE, rows[i]);

        if ((active == NULL || active->number > 0) &&
            text_equal_nocase(text_or_empty(readout_row_text(view, KEY_CLIENT_MAC, rows[i])), mac))
            return true;
    }
    return false;
}

static enum way way_of(const struct readout_view *view, const char *row)
{
    const char *interface = readout_row_text(view, KEY_HOST_INTERFACE, row);
    enum way way = interface != NULL ? way_said(interface) : WAY_UNTOLD;

    return is_client(view, text_or_empty(readout_row_text(view, KEY_HOST_MAC, row))) ? WAY_WIFI : way;
}

/* ---- one ---- */

static void put_host(const struct readout_view *view, const char *row, enum way way, bool active,
                     struct json_writer *json)
{
    static const char *const names[WAYS] = {"unknown", "wifi", "ethernet"};

    json_open_object(json);
    readout_put_row_text(view, json, "name", KEY_HOST_NAME, row);
    readout_put_row_text(view, json, "ip", KEY_HOST_IP, row);
    readout_put_row_text(view, json, "mac", KEY_HOST_MAC, row);
    json_field_string(json, "via", names[way]);
    json_field_bool(json, "active", active);
    readout_put_row(view, json, "rssi_dbm", KEY_HOST_RSSI, row);
    readout_put_row(view, json, "mbps", KEY_HOST_RATE, row);
    readout_put_row(view, json, "lease_s", KEY_HOST_LEASE, row);
    json_close_object(json);
}

/* ---- all ---- */

/* Those that the router has not forgotten yet. */
static void say_others(struct arena *arena, size_t others, struct readout_end *end)
{
    if (others == 0)
        return;
    end->sentence_pt =
        arena_printf(arena, "%s %s %zu já %s.", end->sentence_pt, others == 1 ? "Outro" : "Outros", others,
                     others == 1 ? "esteve" : "estiveram");
    end->sentence_en = arena_printf(arena, "%s Another %zu %s there before.", end->sentence_en, others,
                                    others == 1 ? "was" : "were");
}

static void say(const struct readout_view *view, size_t known, const size_t active[WAYS],
                struct readout_end *end)
{
    struct arena *arena = view->arena;
    size_t all = active[WAY_WIFI] + active[WAY_CABLE] + active[WAY_UNTOLD];

    if (all == 0) {
        end->sentence_pt = "Nenhum aparelho está ligado à rede da casa agora.";
        end->sentence_en = "No device is connected to the home network now.";
        return;
    }
    end->sentence_pt = arena_printf(arena, "%zu aparelho%s na rede agora: %zu no Wi-Fi, %zu por cabo%s", all,
                                    all == 1 ? "" : "s", active[WAY_WIFI], active[WAY_CABLE],
                                    active[WAY_UNTOLD] > 0 ? "" : ".");
    end->sentence_en = arena_printf(arena, "%zu device%s in the network now: %zu by Wi-Fi, %zu by cable%s",
                                    all, all == 1 ? "" : "s", active[WAY_WIFI], active[WAY_CABLE],
                                    active[WAY_UNTOLD] > 0 ? "" : ".");
    if (active[WAY_UNTOLD] > 0) {
        end->sentence_pt =
            arena_printf(arena, "%s, %zu de modo não informado.", end->sentence_pt, active[WAY_UNTOLD]);
        end->sentence_en = arena_printf(arena, "%s, %zu not told how.", end->sentence_en, active[WAY_UNTOLD]);
    }
    say_others(arena, known - all, end);
}

static bool conclude(const struct readout_view *view, struct readout_end *end)
{
    size_t active[WAYS] = {0};
    const char *const *rows;
    size_t count = readout_rows(view, KEY_HOST_MAC, &rows);

    json_key(end->json, "hosts");
    json_open_array(end->json);
    for (size_t i = 0; i < count; i++) {
        const struct fact *flag = readout_row(view, KEY_HOST_ACTIVE, rows[i]);
        bool here = flag == NULL || flag->number > 0;
        enum way way = way_of(view, rows[i]);

        active[way] += here;
        put_host(view, rows[i], way, here, end->json);
    }
    json_close_array(end->json);
    json_field_int(end->json, "count", (int64_t)count);
    json_field_int(end->json, "active", (int64_t)(active[WAY_WIFI] + active[WAY_CABLE] + active[WAY_UNTOLD]));
    json_field_int(end->json, "wifi", (int64_t)active[WAY_WIFI]);
    json_field_int(end->json, "ethernet", (int64_t)active[WAY_CABLE]);
    say(view, count, active, end);
    return true;
}

static const struct readout hosts = {
    .wants = wants,
    .conclude = conclude,
    .nothing = "this model does not tell who is in the home network",
};

READOUT_KIND(diag_hosts, "diag.hosts", hosts, "Ver a rede da casa", "See who is in the home network");
