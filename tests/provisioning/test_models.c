/*
 * Every model of the facts: what they list of it is found by the map, at that very path.
 *
 * The facts lie beside the project (ACS_SHARED); without them there is nothing to walk, and the test says so.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "acs/base/json.h"
#include "acs/base/text.h"
#include "provisioning/forward/forward.h"
#include "provisioning/map/home.h"
#include "tests/base/check.h"

static const char *shared_folder(void)
{
    const char *folder = getenv("ACS_SHARED"); /* NOLINT(concurrency-mt-unsafe): one thread */

    return folder == NULL ? SHARED_DEFAULT : folder;
}

enum { SKIPPED = 77 };

static FILE *open_facts(void)
{
    char name[512];

    assert_true(snprintf(name, sizeof(name), "%s/devices/datamodel/flashman-fields.json", shared_folder()) <
                (int)sizeof(name));
    return fopen(name, "re");
}

static bool has_facts(void)
{
    FILE *file = open_facts();

    if (file != NULL)
        fclose(file);
    return file != NULL;
}

static void read_file(struct text *to)
{
    FILE *file = open_facts();
    char piece[4096];
    size_t got;

    assert_non_null(file);
    while ((got = fread(piece, 1, sizeof(piece), file)) > 0)
        text_add(to, piece, got);
    fclose(file);
}

/* A field of the facts, and our key. */
static const struct {
    const char *field;
    enum fact_key key;
    const char *place;
} fields[] = {
    {"common.uptime",                       KEY_DEVICE_UPTIME,       ""  },
    {"common.version",                      KEY_DEVICE_SOFTWARE,     ""  },
    {"common.hw_version",                   KEY_DEVICE_HARDWARE,     ""  },
    {"common.model",                        KEY_DEVICE_MODEL,        ""  },
    {"common.mac",                          KEY_DEVICE_MAC,          ""  },
    {"common.acs_url",                      KEY_DEVICE_ACS_URL,      ""  },
    {"common.interval",                     KEY_DEVICE_INTERVAL,     ""  },
    {"common.web_admin_password",           KEY_ADMIN_PASSWORD,      ""  },
    {"common.web_admin_username",           KEY_ADMIN_USERNAME,      ""  },
    {"common.web_admin_user",               KEY_ADMIN_USERNAME,      ""  },
    {"common.stun_enable",                  KEY_DEVICE_STUN,         ""  },
    {"wifi2.ssid",                          KEY_WIFI_SSID,           "2g"},
    {"wifi2.bssid",                         KEY_WIFI_BSSID,          "2g"},
    {"wifi2.password",                      KEY_WIFI_PASSPHRASE,     "2g"},
    {"wifi2.channel",                       KEY_WIFI_CHANNEL,        "2g"},
    {"wifi2.auto",                          KEY_WIFI_AUTO,           "2g"},
    {"wifi2.mode",                          KEY_WIFI_STANDARD,       "2g"},
    {"wifi2.band",                          KEY_WIFI_WIDTH,          "2g"},
    {"wifi2.enable",                        KEY_WIFI_ENABLED,        "2g"},
    {"wifi2.beacon_type",                   KEY_WIFI_SECURITY,       "2g"},
    {"wifi5.ssid",                          KEY_WIFI_SSID,           "5g"},
    {"wifi5.bssid",                         KEY_WIFI_BSSID,          "5g"},
    {"wifi5.password",                      KEY_WIFI_PASSPHRASE,     "5g"},
    {"wifi5.channel",                       KEY_WIFI_CHANNEL,        "5g"},
    {"wifi5.auto",                          KEY_WIFI_AUTO,           "5g"},
    {"wifi5.mode",                          KEY_WIFI_STANDARD,       "5g"},
    {"wifi5.band",                          KEY_WIFI_WIDTH,          "5g"},
    {"wifi5.enable",                        KEY_WIFI_ENABLED,        "5g"},
    {"wifi5.beacon_type",                   KEY_WIFI_SECURITY,       "5g"},
    {"wan.pppoe_enable",                    KEY_PPP_ENABLED,         ""  },
    {"wan.pppoe_status",                    KEY_PPP_STATUS,          ""  },
    {"wan.pppoe_user",                      KEY_PPP_USERNAME,        ""  },
    {"wan.pppoe_pass",                      KEY_PPP_PASSWORD,        ""  },
    {"wan.dhcp_status",                     KEY_IP_STATUS,           ""  },
    {"wan.wan_ip",                          KEY_WAN_IP,              ""  },
    {"wan.wan_ip_ppp",                      KEY_WAN_IP,              ""  },
    {"wan.uptime",                          KEY_WAN_UPTIME,          ""  },
    {"wan.uptime_ppp",                      KEY_WAN_UPTIME,          ""  },
    {"wan.dns_servers",                     KEY_WAN_DNS,             ""  },
    {"wan.dns_servers_ppp",                 KEY_WAN_DNS,             ""  },
    {"wan.default_gateway",                 KEY_WAN_GATEWAY,         ""  },
    {"wan.default_gateway_ppp",             KEY_WAN_GATEWAY,         ""  },
    {"wan.mtu",                             KEY_WAN_MTU,             ""  },
    {"wan.mtu_ppp",                         KEY_WAN_MTU,             ""  },
    {"wan.vlan",                            KEY_WAN_VLAN,            ""  },
    {"wan.vlan_ppp",                        KEY_WAN_VLAN,            ""  },
    {"wan.rate",                            KEY_WAN_RATE,            ""  },
    {"wan.duplex",                          KEY_WAN_DUPLEX,          ""  },
    {"wan.recv_bytes",                      KEY_WAN_RECEIVED,        ""  },
    {"wan.sent_bytes",                      KEY_WAN_SENT,            ""  },
    {"wan.pon_rxpower",                     KEY_OPTICAL_RX,          ""  },
    {"wan.pon_txpower",                     KEY_OPTICAL_TX,          ""  },
    {"wan.pon_rxpower_epon",                KEY_OPTICAL_RX,          ""  },
    {"lan.subnet_mask",                     KEY_LAN_MASK,            ""  },
    {"lan.lease_min_ip",                    KEY_LAN_DHCP_FROM,       ""  },
    {"lan.lease_max_ip",                    KEY_LAN_DHCP_TO,         ""  },
    {"lan.ip_routers",                      KEY_LAN_ROUTER,          ""  },
    {"lan.dns_servers",                     KEY_LAN_DNS,             ""  },
    {"devices.host_mac",                    KEY_HOST_MAC,            NULL},
    {"devices.host_ip",                     KEY_HOST_IP,             NULL},
    {"devices.host_name",                   KEY_HOST_NAME,           NULL},
    {"devices.host_active",                 KEY_HOST_ACTIVE,         NULL},
    {"devices.host_layer2",                 KEY_HOST_INTERFACE,      NULL},
    {"devices.assoc_mac",                   KEY_CLIENT_MAC,          NULL},
    {"devices.host_rssi",                   KEY_CLIENT_RSSI,         NULL},
    {"devices.host_snr",                    KEY_CLIENT_SNR,          NULL},
    {"devices.host_rate",                   KEY_CLIENT_DOWN,         NULL},
    {"diagnostics.statistics.cpu_usage",    KEY_DEVICE_CPU,          ""  },
    {"diagnostics.statistics.memory_free",  KEY_DEVICE_MEMORY_FREE,  ""  },
    {"diagnostics.statistics.memory_total", KEY_DEVICE_MEMORY_TOTAL, ""  },
};

/* ---- a model's tree, made of the paths that the facts list of it ---- */

struct tree {
    struct home_value values[400];
    size_t count;
};

/* "*" stands for any instance. */
static const char *concrete(const char *path, struct arena *arena)
{
    struct text out = TEXT_IN(arena);

    for (; *path != '\0'; path++)
        text_putc(&out, *path == '*' ? '1' : *path);
    return text_string(&out);
}

static void plant(struct tree *tree, const char *name)
{
    for (size_t i = 0; i < tree->count; i++)
        if (strcmp(tree->values[i].name, name) == 0)
            return;
    assert_true(tree->count < COUNT_OF(tree->values));
    tree->values[tree->count++] = (struct home_value){.name = name, .value = "", .type = CWMP_STRING};
}

static const char *path_in_facts(const struct json *model, const char *field, struct arena *arena)
{
    const char *path = json_string(json_get(json_get(model, "fields"), field), "");

    return *path != '\0' ? concrete(path, arena) : NULL;
}

/* What every Device:2 must say of its radios, with the instances of the facts. */
static void plant_radio(struct tree *tree, const struct json *model, const char *field, const char *band,
                        struct arena *arena)
{
    const char *ssid = path_in_facts(model, arena_printf(arena, "%s.ssid", field), arena);
    const char *channel = path_in_facts(model, arena_printf(arena, "%s.channel", field), arena);
    const char *number;

    if (ssid == NULL || channel == NULL || strstr(channel, ".WiFi.Radio.") == NULL)
        return;
    number = strstr(channel, ".Radio.") + strlen(".Radio.");
    tree->values[tree->count++] = (struct home_value){
        .name = arena_printf(arena, "%.*sLowerLayers", (int)(strrchr(ssid, '.') + 1 - ssid), ssid),
        .value = arena_printf(arena, "Device.WiFi.Radio.%.*s.", (int)strspn(number, "0123456789"), number),
    };
    tree->values[tree->count++] = (struct home_value){
        .name = arena_printf(arena, "%.*sOperatingFrequencyBand", (int)(strrchr(channel, '.') + 1 - channel),
                             channel),
        .value = band,
    };
}

static void grow(struct tree *tree, const struct json *model, struct arena *arena)
{
    tree->count = 0;
    for (size_t i = 0; i < COUNT_OF(fields); i++) {
        const char *path = path_in_facts(model, fields[i].field, arena);

        if (path != NULL)
            plant(tree, path);
    }
    plant_radio(tree, model, "wifi2", "2.4GHz", arena);
    plant_radio(tree, model, "wifi5", "5GHz", arena);
}

/* The rule of the facts themselves: a channel above 14 is one of 5 GHz. */
static void tell_channels(struct tree *tree, const struct json *model, struct arena *arena)
{
    const char *two = path_in_facts(model, "wifi2.channel", arena);
    const char *five = path_in_facts(model, "wifi5.channel", arena);

    for (size_t i = 0; i < tree->count; i++) {
        if (two != NULL && strcmp(tree->values[i].name, two) == 0)
            tree->values[i].value = "6";
        if (five != NULL && strcmp(tree->values[i].name, five) == 0)
            tree->values[i].value = "36";
    }
}

/* ---- is it found ---- */

/* Where the facts contradict themselves: a parameter of another network than the one they call that band's.
 */
static const struct {
    const char *model, *fields;
} slips[] = {
    {"datacom-dm955-5GT", "wifi5.bssid wifi5.band wifi5.beacon_type"                   },
    {"intelbras-ax1800",  "wifi2.bssid wifi2.beacon_type wifi5.bssid wifi5.beacon_type"},
    {"intelbras-gx3000",  "wifi5.mode"                                                 },
    {"intelbras-ih3000",  "wifi5.mode"                                                 },
    {"tplink-ex510",      "wifi5.password wifi5.auto"                                  },
    {"tplink-xc220g3v",   "wifi5.enable"                                               },
};

static bool is_slip(const char *model, const char *field)
{
    for (size_t i = 0; i < COUNT_OF(slips); i++)
        if (strcmp(slips[i].model, model) == 0 && strstr(slips[i].fields, field) != NULL)
            return true;
    return false;
}

/* Two revisions with one product class, of which only the values tell which networks they have. */
static bool needs_values(const char *model)
{
    return strcmp(model, "raisecom-ht803g-rev-t") == 0;
}

/* Facts that say something else than the map on purpose. */
static bool is_apart(const struct json *model, const char *field, const char *path)
{
    bool dual = json_bool(json_get(json_get(model, "wifi"), "dualBand"), true);
    bool is_radio_of_none = !dual && text_starts_with(field, "wifi5.");
    bool is_channel = text_ends_with(field, ".auto") && text_ends_with(path, ".Channel"); /* 0: it chooses */
    bool is_option = strstr(path, "ReqDHCPOption") != NULL;
    bool is_host =
        strstr(path, ".Hosts.Host.") != NULL && text_starts_with(field, "devices.host_r"); /* of a host */

    return is_radio_of_none || is_channel || is_option || is_host;
}

static bool is_found(const struct home *home, size_t field, const char *path)
{
    struct home_bindings found = fields[field].place != NULL
                                     ? home_find(home, fields[field].key, fields[field].place)
                                     : home_find_all(home, fields[field].key);

    for (size_t i = 0; i < found.count; i++)
        if (strcmp(found.items[i].value->name, path) == 0)
            return true;
    return false;
}

/* The facts tell revisions by their own names; here they are told by their software. */
static const char *software_of(const char *model)
{
    return strstr(model, "v9") != NULL ? "V9.0" : strcmp(model, "tplink-ec220g5-v3") == 0 ? "3.1" : "1.0";
}

static size_t check_model(const struct model_map *map, const char *name, const struct json *model, bool told)
{
    AUTO_ARENA arena = arena_new(65536);
    const struct json *id = json_get(model, "id");
    struct model_identity identity = {.manufacturer = json_string(json_get(id, "vendor"), ""),
                                      .product_class = json_string(json_get(id, "model"), ""),
                                      .software_version = software_of(name)};
    struct map_view of = model_map_find(map, &identity, arena);
    struct tree tree;
    struct home *home;
    size_t missing = 0;

    grow(&tree, model, arena);
    if (told)
        tell_channels(&tree, model, arena);
    home = home_new(&of, tree.values, tree.count, arena);
    for (size_t i = 0; i < COUNT_OF(fields); i++) {
        const char *path = path_in_facts(model, fields[i].field, arena);

        if (path != NULL && !is_slip(name, fields[i].field) && !is_apart(model, fields[i].field, path) &&
            !is_found(home, i, path)) {
            print_error("%s: %s is not found at %s\n", name, fields[i].field, path);
            missing++;
        }
    }
    return missing;
}

/* ---- port forwards: the table, the fields of a row, and the word for both protocols ---- */

static const struct {
    const char *field;
    enum fact_key key;
} forward_fields[] = {
    {"port_mapping_fields.external_port_start", KEY_FORWARD_PORT     },
    {"port_mapping_fields.external_port_end",   KEY_FORWARD_PORT_END },
    {"port_mapping_fields.internal_port_start", KEY_FORWARD_INNER    },
    {"port_mapping_fields.internal_port_end",   KEY_FORWARD_INNER_END},
    {"port_mapping_fields.client",              KEY_FORWARD_CLIENT   },
    {"port_mapping_values.enable",              KEY_FORWARD_ENABLED  },
    {"port_mapping_values.protocol",            KEY_FORWARD_PROTOCOL },
    {"port_mapping_values.description",         KEY_FORWARD_NAME     },
    {"port_mapping_values.lease",               KEY_FORWARD_LEASE    },
};

static const char *forward_table_in_facts(const struct json *model, bool ppp, struct arena *arena)
{
    const char *path = path_in_facts(model, ppp ? "port_mapping_ppp" : "port_mapping_dhcp", arena);

    return path != NULL ? arena_printf(arena, "%s.", path) : NULL;
}

static const char *forward_word(const struct json *model, size_t field, size_t place)
{
    return json_string(json_at(json_get(json_get(model, "fields"), forward_fields[field].field), place),
                       NULL);
}

static void plant_forward(struct tree *tree, const struct json *model, const char *table, struct arena *arena)
{
    for (size_t i = 0; i < COUNT_OF(forward_fields); i++)
        if (forward_word(model, i, 0) != NULL)
            plant(tree, arena_printf(arena, "%s1.%s", table, forward_word(model, i, 0)));
}

static size_t check_forward(const struct home *home, const char *name, const struct json *model,
                            const char *table, struct arena *arena)
{
    const char *row = arena_printf(arena, "%s1.", table);
    size_t missing = 0;

    for (size_t i = 0; i < COUNT_OF(forward_fields); i++) {
        const char *leaf = forward_word(model, i, 0);
        const struct home_binding *found = home_find_at(home, forward_fields[i].key, row, true);

        if (leaf == NULL || (found != NULL && strcmp(found->row->leaf, leaf) == 0))
            continue;
        print_error("%s: %s is not found at %s%s\n", name, forward_fields[i].field, row, leaf);
        missing++;
    }
    return missing;
}

/* Two makers have a model of this name, and only one of them a word. */
static bool is_of_two_makers(const char *model)
{
    return strcmp(model, "multilaser-f660") == 0;
}

static size_t check_both(const struct map_view *of, const char *name, const struct json *model)
{
    enum { PROTOCOL = 6, WORD = 1 };
    const char *word = forward_word(model, PROTOCOL, WORD);

    if (word == NULL || forward_protocol(word) != FORWARD_BOTH || is_of_two_makers(name) ||
        (of->both != NULL && strcmp(of->both, word) == 0))
        return 0;
    print_error("%s: both is '%s', not '%s'\n", name, word, text_or_empty(of->both));
    return 1;
}

static size_t check_forwards(const struct model_map *map, const char *name, const struct json *model)
{
    AUTO_ARENA arena = arena_new(65536);
    const struct json *id = json_get(model, "id");
    struct model_identity identity = {.manufacturer = json_string(json_get(id, "vendor"), ""),
                                      .product_class = json_string(json_get(id, "model"), ""),
                                      .software_version = software_of(name)};
    struct map_view of = model_map_find(map, &identity, arena);
    const char *tables[] = {forward_table_in_facts(model, false, arena),
                            forward_table_in_facts(model, true, arena)};
    struct tree tree;
    struct home *home;
    size_t missing;

    if (tables[0] == NULL || tables[1] == NULL)
        return 0;
    grow(&tree, model, arena);
    plant_forward(&tree, model, tables[0], arena);
    plant_forward(&tree, model, tables[1], arena);
    home = home_new(&of, tree.values, tree.count, arena);
    missing = check_forward(home, name, model, tables[0], arena) +
              check_forward(home, name, model, tables[1], arena) + check_both(&of, name, model);
    if (strcmp(text_or_empty(home_forward_table(home)), tables[home_uses_ppp(home)]) == 0)
        return missing;
    print_error("%s: new forwards go to %s, not to %s\n", name, text_or_empty(home_forward_table(home)),
                tables[home_uses_ppp(home)]);
    return missing + 1;
}

static void read_facts(struct arena *arena, struct json **ret)
{
    struct text text = TEXT_IN(arena);

    read_file(&text);
    assert_int_equal(json_read(text.data, text.len, ret), ERR_OK);
    assert_true(json_count(*ret) >= 92);
}

static void test_every_model_takes_its_port_forwards(void **state)
{
    AUTO_ARENA arena = arena_new(65536);
    const struct model_map *map;
    AUTO_JSON models = NULL;
    size_t missing = 0;

    (void)state;
    read_facts(arena, &models);
    assert_int_equal(model_map_new(NULL, arena, &map), ERR_OK);
    for (size_t i = 0; i < json_count(models); i++) {
        const char *name;
        const struct json *model = json_member(models, i, &name);

        missing += check_forwards(map, name, model);
    }
    assert_int_equal(missing, 0);
}

static void check_all(bool told)
{
    AUTO_ARENA arena = arena_new(65536);
    const struct model_map *map;
    AUTO_JSON models = NULL;
    size_t missing = 0;

    read_facts(arena, &models);
    assert_int_equal(model_map_new(NULL, arena, &map), ERR_OK);
    for (size_t i = 0; i < json_count(models); i++) {
        const char *name;
        const struct json *model = json_member(models, i, &name);

        if (told || !needs_values(name))
            missing += check_model(map, name, model, told);
    }
    assert_int_equal(missing, 0);
}

static void test_every_model_is_understood_by_its_name(void **state)
{
    (void)state;
    check_all(false);
}

static void test_every_model_is_understood_by_its_values(void **state)
{
    (void)state;
    check_all(true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_model_is_understood_by_its_name),
        cmocka_unit_test(test_every_model_is_understood_by_its_values),
        cmocka_unit_test(test_every_model_takes_its_port_forwards),
    };

    if (!has_facts()) {
        print_message("the facts of the models are not in %s: nothing is checked\n", shared_folder());
        return SKIPPED;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
