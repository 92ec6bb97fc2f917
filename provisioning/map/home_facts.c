/* What follows from a home's values: facts, and what must be read to have the light ones anew. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "acs/base/text.h"
#include "provisioning/map/home_parts.h"

const struct home_list_row home_lists[HOME_LISTS] = {
    {LIST_CLIENTS,    "wifi.clients."   },
    {LIST_HOSTS,      "lan.hosts."      },
    {LIST_PORTS,      "lan.ports."      },
    {LIST_FORWARDS,   "port_forwards."  },
    {LIST_NEIGHBOURS, "wifi.neighbours."},
};

/* The list whose rows this key is of; HOME_LISTS: none. */
static size_t list_number(enum fact_key key)
{
    size_t number = 0;

    while (number < HOME_LISTS && !text_starts_with(fact_rows[key].name, home_lists[number].prefix))
        number++;
    return number;
}

static unsigned list_of(enum fact_key key)
{
    size_t number = list_number(key);

    return number < HOME_LISTS ? home_lists[number].list : 0;
}

void home_date_lists(struct home *home)
{
    for (size_t i = 0; i < home->binding_count; i++) {
        size_t number = list_number(home->bindings[i].row->key);

        if (home->bindings[i].value->at_us > home->newest_us[number])
            home->newest_us[number] = home->bindings[i].value->at_us;
    }
}

/* ---- one fact ---- */

/* What devices write where there is nothing. */
static bool is_nothing(const char *value)
{
    return strspn(value, "0.:, ") == strlen(value) && strpbrk(value, ".:") != NULL;
}

static bool add_binding(const struct home_binding *binding, struct fact_list *list)
{
    const char *name = fact_name(binding->row->key, binding->place, list->arena);
    const char *value = text_or_empty(binding->value->value);
    double number;
    bool flag;

    switch (fact_rows[binding->row->key].kind) {
    case FACT_NUMBER:
        return encoding_number(binding->row->encoding, value, &number) &&
               fact_add_number(list, name, number, binding->value->at_us);
    case FACT_FLAG:
        return encoding_flag(binding->row->encoding, value, &flag) &&
               fact_add_flag(list, name, flag, binding->value->at_us);
    case FACT_TEXT:
        return *value != '\0' && !is_nothing(value) &&
               fact_add_text(list, name, value, binding->value->at_us);
    case FACT_SECRET:
    case FACT_CLUE:
        break;
    }
    return false;
}

static bool same(const struct home_binding *a, const struct home_binding *b)
{
    return a->row->key == b->row->key && strcmp(a->place, b->place) == 0;
}

/* A client of an access point that is shown once more among those of the mesh. */
static bool is_shown_twice(const struct home *home, const char *place)
{
    struct home_bindings clients = home_find_all(home, KEY_CLIENT_MAC);
    const char *mac = home_text(home, KEY_CLIENT_MAC, place);

    for (size_t i = 0; mac != NULL && i < clients.count; i++) {
        const struct home_binding *other = &clients.items[i];

        if (home_compare_paths(other->place, place) < 0 &&
            text_equal_nocase(text_or_empty(other->value->value), mac))
            return true;
    }
    return false;
}

/* Rows are read with their list: one that was last seen long before others is there no more. */
static bool is_gone(const struct home *home, const struct home_binding *binding)
{
    enum { TOGETHER_S = 600 };

    return binding->value->at_us <
           home->newest_us[list_number(binding->row->key)] - INT64_C(1000000) * TOGETHER_S;
}

static bool is_to_be_shown(const struct home *home, const struct home_binding *binding)
{
    if (binding->row->scope != SCOPE_LIST)
        return true;
    return !is_gone(home, binding) &&
           (list_of(binding->row->key) != LIST_CLIENTS || !is_shown_twice(home, binding->place));
}

/* Of each key and place the best binding that holds a fact. */
static void add_all(const struct home *home, bool partial, struct fact_list *list)
{
    bool done = false;

    for (size_t i = 0; i < home->binding_count; i++) {
        const struct home_binding *binding = &home->bindings[i];

        if (i == 0 || !same(&home->bindings[i - 1], binding))
            done = false;
        if (!done && binding->value->value != NULL && !(partial && binding->row->scope != SCOPE_NONE))
            done = is_to_be_shown(home, binding) && add_binding(binding, list);
    }
}

/* ---- what follows from several values ---- */

static void add_memory(const struct home *home, struct fact_list *list)
{
    struct home_bindings total = home_find(home, KEY_DEVICE_MEMORY_TOTAL, "");
    double all = home_number(home, KEY_DEVICE_MEMORY_TOTAL, "", 0);
    double free = home_number(home, KEY_DEVICE_MEMORY_FREE, "", -1);

    if (all > 0 && free >= 0 && free <= all && home_find(home, KEY_DEVICE_MEMORY, "").count == 0)
        fact_add_number(list, "device.memory_percent", round(1000 * (all - free) / all) / 10,
                        total.items[0].value->at_us);
}

/* In one set of words: TR-098 says Connected where TR-181 says Up. */
static const char *status_word(const char *status)
{
    static const struct {
        const char *said, *word;
    } words[] = {
        {"Connected",         "connected"   },
        {"Up",                "connected"   },
        {"Connecting",        "connecting"  },
        {"Authenticating",    "connecting"  },
        {"PendingDisconnect", "disconnected"},
        {"Disconnecting",     "disconnected"},
        {"Disconnected",      "disconnected"},
        {"Down",              "disconnected"},
        {"LowerLayerDown",    "disconnected"},
        {"Dormant",           "disconnected"},
        {"NotPresent",        "disconnected"},
        {"Error",             "disconnected"},
        {"Unconfigured",      "unconfigured"},
        {"Disabled",          "disabled"    },
    };

    for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
        if (text_equal_nocase(status, words[i].said))
            return words[i].word;
    return NULL;
}

static void add_connection(const struct home *home, struct fact_list *list)
{
    bool ppp = home_uses_ppp(home);
    struct home_bindings status = home_find(home, ppp ? KEY_PPP_STATUS : KEY_IP_STATUS, "");
    struct home_bindings error = home_find(home, ppp ? KEY_PPP_ERROR : KEY_IP_ERROR, "");

    for (size_t i = 0; i < status.count; i++)
        if (status.items[i].value->value != NULL)
            fact_add_text(list, "wan.status", status_word(status.items[i].value->value),
                          status.items[i].value->at_us);
    for (size_t i = 0; i < error.count; i++) {
        const char *value = text_or_empty(error.items[i].value->value);

        if (*value != '\0')
            fact_add_text(list, "wan.last_error", text_starts_with(value, "ERROR_") ? value + 6 : value,
                          error.items[i].value->at_us);
    }
}

/* The port to the internet (TR-181 Ethernet.Interface.{i}.Upstream) is the line of a home that has no other.
 */
static void add_entry(const struct home *home, struct fact_list *list)
{
    struct home_bindings flags = home_find_all(home, KEY_PORT_UPSTREAM);

    if (home_find(home, KEY_WAN_LINK, "").count > 0 || home_find(home, KEY_OPTICAL_RX, "").count > 0 ||
        home_find(home, KEY_DSL_STATUS, "").count > 0)
        return;
    for (size_t i = 0; i < flags.count; i++) {
        const char *place = flags.items[i].place;
        double mbps = home_number(home, KEY_PORT_RATE, place, 0);

        if (!home_flag(home, KEY_PORT_UPSTREAM, place, false))
            continue;
        fact_add_text(list, "wan.link", home_text(home, KEY_PORT_STATUS, place), flags.items[i].value->at_us);
        if (mbps > 0)
            fact_add_number(list, "wan.link_mbps", mbps, flags.items[i].value->at_us);
        return;
    }
}

double home_link_mbps(const struct home *home)
{
    struct fact_list list = FACT_LIST_IN(home->arena);
    double mbps = home_number(home, KEY_WAN_RATE, "", 0);

    if (mbps > 0)
        return mbps;
    add_entry(home, &list);
    for (size_t i = 0; i < list.count; i++)
        if (list.items[i].key == KEY_WAN_RATE)
            return list.items[i].number;
    return 0;
}

/* ---- Wi-Fi clients: which band, and their names from the list of hosts ---- */

static int band_of_client(const struct home *home, const char *object)
{
    for (size_t i = 0; i < home->object_count; i++) {
        const struct home_object *above = &home->objects[i];
        bool holds = above->scope == SCOPE_NETWORK || above->scope == SCOPE_ACCESS_POINT;

        if (holds && text_starts_with(object, above->path))
            return above->band;
    }
    return BAND_COUNT;
}

static const struct home_binding *host_with(const struct home *home, const char *mac)
{
    struct home_bindings hosts = home_find_all(home, KEY_HOST_MAC);

    for (size_t i = 0; i < hosts.count; i++)
        if (text_equal_nocase(text_or_empty(hosts.items[i].value->value), mac))
            return &hosts.items[i];
    return NULL;
}

static void add_client(const struct home *home, const struct home_binding *client, struct fact_list *list)
{
    int band = band_of_client(home, client->object);
    const char *mac = text_or_empty(client->value->value);
    const struct home_binding *host = *mac != '\0' ? host_with(home, mac) : NULL;
    const char *name = host != NULL ? home_text(home, KEY_HOST_NAME, host->place) : NULL;
    const char *ip = host != NULL ? home_text(home, KEY_HOST_IP, host->place) : NULL;

    if (band != BAND_COUNT)
        fact_add_text(list, fact_name(KEY_CLIENT_BAND, client->place, list->arena), band_names[band],
                      client->value->at_us);
    if (name != NULL && *name != '\0' && home_find(home, KEY_CLIENT_NAME, client->place).count == 0)
        fact_add_text(list, fact_name(KEY_CLIENT_NAME, client->place, list->arena), name,
                      client->value->at_us);
    if (ip != NULL && *ip != '\0' && home_find(home, KEY_CLIENT_IP, client->place).count == 0)
        fact_add_text(list, fact_name(KEY_CLIENT_IP, client->place, list->arena), ip, client->value->at_us);
}

static void add_clients(const struct home *home, struct fact_list *list)
{
    struct home_bindings clients = home_find_all(home, KEY_CLIENT_MAC);

    for (size_t i = 0; i < clients.count; i++)
        if ((i == 0 || !same(&clients.items[i - 1], &clients.items[i])) &&
            !is_shown_twice(home, clients.items[i].place))
            add_client(home, &clients.items[i], list);
}

/* What its own speed test can measure at most: known of the model, not said by the device. */
static void add_ceiling(const struct home *home, struct fact_list *list)
{
    if (home->model->ceiling_mbps > 0)
        fact_add_number(list, "speed.ceiling_mbps", home->model->ceiling_mbps, home->newest_us[HOME_LISTS]);
}

/* ---- all ---- */

/* A list is seen by one of its rows, or by a count, which says that it is empty now. */
static unsigned lists_seen(const struct home *home)
{
    unsigned seen = 0;
    struct home_table table;

    for (size_t i = 0; i < home->binding_count; i++)
        seen |= list_of(home->bindings[i].row->key);
    for (size_t i = 0; i < home->value_count; i++)
        if (home->values[i].value != NULL && home_counts(home, home->values[i].name, &table))
            seen |= list_of(table.key);
    return seen;
}

unsigned home_facts(const struct home *home, bool partial, struct fact_list *list)
{
    add_all(home, partial, list);
    if (partial)
        return 0;
    add_memory(home, list);
    add_connection(home, list);
    add_entry(home, list);
    add_clients(home, list);
    add_ceiling(home, list);
    return lists_seen(home);
}

/* ---- what is read for the light facts ---- */

enum { NAMES_WANTED_MAX = 400 };

static void add_name(struct cwmp_strings *names, const char *name)
{
    for (size_t i = 0; i < names->count; i++)
        if (strcmp(names->items[i], name) == 0)
            return;
    if (names->count < NAMES_WANTED_MAX)
        names->items[names->count++] = name;
}

/* Clues are read with the facts that they explain. */
static bool is_light(enum fact_key key)
{
    return (fact_rows[key].flags & FACT_LIGHT) != 0 ||
           (fact_rows[key].kind == FACT_CLUE && (fact_rows[key].flags & FACT_APART) == 0) ||
           key == KEY_WIFI_CHANNELS || key == KEY_WIFI_STANDARD || key == KEY_PPP_ENABLED ||
           key == KEY_IP_ENABLED;
}

/* Tables that were empty when they were last seen are read too. */
static void add_tables(const struct home *home, home_wants *wants, struct cwmp_strings *names)
{
    struct home_table table;

    for (size_t i = 0; i < home->value_count; i++)
        if (home_counts(home, home->values[i].name, &table) && wants(table.key) &&
            (fact_rows[table.key].flags & FACT_LIGHT) != 0) {
            add_name(names, table.path);
            add_name(names, home->values[i].name);
        }
}

static int compare_names(const void *left, const void *right)
{
    return home_compare_paths(*(const char *const *)left, *(const char *const *)right);
}

void home_names(const struct home *home, home_wants *wants, struct cwmp_strings *ret)
{
    ret->items = ARENA_ARRAY(home->arena, const char *, NAMES_WANTED_MAX);
    ret->count = 0;
    for (size_t i = 0; i < home->binding_count; i++) {
        const struct home_binding *binding = &home->bindings[i];

        if (wants(binding->row->key))
            add_name(ret, binding->row->scope == SCOPE_LIST ? home_table_of(binding->object, home->arena)
                                                            : binding->value->name);
    }
    add_tables(home, wants, ret);
    qsort(ret->items, ret->count, sizeof(*ret->items),
          compare_names); /* what belongs together is read together */
}

void home_light_names(const struct home *home, struct cwmp_strings *ret)
{
    home_names(home, is_light, ret);
}
