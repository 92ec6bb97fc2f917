/* Where a home keeps its port forwards: below the connection that carries the internet, or where its model
 * says. */
#include <string.h>

#include "provisioning/map/home.h"
#include "tests/base/check.h"

#define IGD    "InternetGatewayDevice."
#define WANCON IGD "WANDevice.1.WANConnectionDevice."

struct place {
    struct arena *arena;
    const struct model_map *map;
    struct map_view view;
    struct home_value values[40];
    size_t count;
};

static void begin(struct place *place, const char *rows, const char *product_class)
{
    const struct model_identity identity = {"Acme", product_class, "1.0"};

    *place = (struct place){.arena = arena_new(4096)};
    assert_int_equal(model_map_new(rows, place->arena, &place->map), ERR_OK);
    place->view = model_map_find(place->map, &identity, place->arena);
}

static void put(struct place *place, const char *name, const char *value)
{
    place->values[place->count++] =
        (struct home_value){.name = name, .value = value, .type = CWMP_STRING, .at_us = 1};
}

static const struct home *home_of(const struct place *place)
{
    return home_new(&place->view, place->values, place->count, place->arena);
}

static void expect(const struct place *place, const char *table)
{
    const char *found = home_forward_table(home_of(place));

    if (table == NULL)
        assert_null(found);
    else
        assert_string_equal(found, table);
}

/* Of management and of the internet, the one over IP. */
static void put_two_connections(struct place *place)
{
    put(place, WANCON "1.WANIPConnection.1.Name", "1_TR069_R_VID_10");
    put(place, WANCON "1.WANIPConnection.1.ConnectionStatus", "Connected");
    put(place, WANCON "1.WANIPConnection.1.PortMappingNumberOfEntries", "0");
    put(place, WANCON "2.WANIPConnection.3.Name", "2_INTERNET_R_VID_100");
    put(place, WANCON "2.WANIPConnection.3.ConnectionStatus", "Connected");
    put(place, WANCON "2.WANIPConnection.3.PortMappingNumberOfEntries", "0");
}

static void they_go_to_the_connection_that_carries_the_internet(void **state)
{
    struct place place;

    (void)state;
    begin(&place, NULL, "GW");
    put_two_connections(&place);
    expect(&place, WANCON "2.WANIPConnection.3.PortMapping.");
    put(&place, WANCON "2.WANPPPConnection.1.Username", "maria");
    put(&place, WANCON "2.WANPPPConnection.1.ConnectionStatus", "Connected");
    put(&place, WANCON "2.WANPPPConnection.1.Name", "2_INTERNET_R_VID_100");
    expect(&place, WANCON "2.WANPPPConnection.1.PortMapping.");
    arena_free(place.arena);
}

static void all_tables_are_listed_by_their_counts_and_rows(void **state)
{
    struct cwmp_strings tables;
    struct place place;

    (void)state;
    begin(&place, NULL, "GW");
    put_two_connections(&place);
    put(&place, WANCON "3.WANPPPConnection.1.PortMapping.7.InternalClient", "192.168.1.2");
    home_forward_tables(home_of(&place), &tables);
    assert_int_equal(tables.count, 3);
    assert_string_equal(tables.items[0], WANCON "3.WANPPPConnection.1.PortMapping.");
    arena_free(place.arena);
}

static void device_2_has_one_table_and_names_the_interface(void **state)
{
    struct place place;

    (void)state;
    begin(&place, NULL, "GW");
    put(&place, "Device.IP.Interface.1.IPv4Address.1.IPAddress", "192.168.1.1");
    put(&place, "Device.IP.Interface.4.IPv4Address.1.IPAddress", "203.0.113.4");
    put(&place, "Device.IP.Interface.4.Status", "Up");
    expect(&place, "Device.NAT.PortMapping.");
    assert_string_equal(home_ip_interface(home_of(&place)), "Device.IP.Interface.4");
    arena_free(place.arena);
}

static void a_home_that_shows_nothing_has_no_table(void **state)
{
    struct place place;

    (void)state;
    begin(&place, NULL, "GW");
    put(&place, IGD "DeviceInfo.SoftwareVersion", "1.0");
    expect(&place, NULL);
    assert_null(home_ip_interface(home_of(&place)));
    arena_free(place.arena);
}

static void what_the_model_says_of_itself_counts_most(void **state)
{
    static const char rows[] = "model \"Acme\" \"SPECIAL\" *\n"
                               "port_forwards.{n}.client X_ACME.Forward.{i}/Host\n"
                               "both \"TCP+UDP\"\n"
                               "model \"Acme\" \"PLAIN\" *\n"
                               "both none\n";
    struct place place;

    (void)state;
    begin(&place, rows, "SPECIAL");
    put_two_connections(&place);
    expect(&place, IGD "X_ACME.Forward.");
    assert_string_equal(place.view.both, "TCP+UDP");
    arena_free(place.arena);
    begin(&place, rows, "PLAIN");
    put_two_connections(&place);
    expect(&place, WANCON "2.WANIPConnection.3.PortMapping.");
    assert_null(place.view.both);
    arena_free(place.arena);
}

/* They explain no fact that is light. */
static void they_are_not_read_with_the_light_facts(void **state)
{
    struct cwmp_strings names;
    struct place place;

    (void)state;
    begin(&place, NULL, "GW");
    put(&place, "Device.NAT.PortMapping.1.Interface", "Device.IP.Interface.1");
    put(&place, "Device.NAT.PortMapping.1.InternalClient", "192.168.1.2");
    put(&place, "Device.NAT.PortMappingNumberOfEntries", "1");
    put(&place, "Device.ManagementServer.ConnectionRequestURL", "http://192.0.2.1:7547/");
    home_light_names(home_of(&place), &names);
    assert_int_equal(names.count, 0);
    arena_free(place.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(they_go_to_the_connection_that_carries_the_internet),
        cmocka_unit_test(all_tables_are_listed_by_their_counts_and_rows),
        cmocka_unit_test(device_2_has_one_table_and_names_the_interface),
        cmocka_unit_test(a_home_that_shows_nothing_has_no_table),
        cmocka_unit_test(what_the_model_says_of_itself_counts_most),
        cmocka_unit_test(they_are_not_read_with_the_light_facts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
