#include "tests/provisioning/forward_world.h"

#include <stdlib.h>
#include <string.h>

#include "acs/base/json.h"

#define PPP "InternetGatewayDevice.WANDevice.1.WANConnectionDevice.1.WANPPPConnection.1."

static void set_text(char *to, size_t size, const char *text)
{
    assert_true(strlen(text) < size);
    memcpy(to, text, strlen(text) + 1);
}

void house_put(struct house *house, const char *name, const char *value, enum cwmp_type type)
{
    assert_true(house->count < HOUSE_VALUES_MAX);
    set_text(house->items[house->count].name, sizeof(house->items->name), name);
    set_text(house->items[house->count].value, HOUSE_VALUE_MAX, value);
    house->items[house->count++].type = type;
}

static void put_many(struct house *house, const char *prefix, int count)
{
    for (int i = 0; i < count; i++)
        house_put(house, arena_printf(house->world.arena, "%sX%d", prefix, i), "1", CWMP_STRING);
}

static size_t place_of(const struct house *house, const char *name)
{
    size_t at = 0;

    while (at < house->count && strcmp(house->items[at].name, name) != 0)
        at++;
    return at;
}

static char *find(struct house *house, const char *name)
{
    size_t at = place_of(house, name);

    return at < house->count ? house->items[at].value : NULL;
}

static void begin(struct house *house, const char *root, const char *table, const struct house_field *fields)
{
    static const struct model_identity identity = {"Acme", "GW", "1.0"};

    house->root = root;
    house->table = table;
    for (size_t i = 0; fields[i].leaf != NULL; i++)
        house->fields[i] = fields[i];
    house->world.facts.root = root;
    assert_int_equal(model_map_new(NULL, house->world.arena, &house->map), ERR_OK);
    house->view = model_map_find(house->map, &identity, house->world.arena);
    house_put(house, arena_printf(house->world.arena, "%sManagementServer.ParameterKey", root), "",
              CWMP_STRING);
    house_put(house, arena_printf(house->world.arena, "%sManagementServer.ConnectionRequestURL", root),
              "http://192.0.2.7:30005/x", CWMP_STRING);
    house_put(house, arena_printf(house->world.arena, "%sManagementServer.UDPConnectionRequestAddress", root),
              "192.0.2.7:3478", CWMP_STRING);
    house_put(house, arena_printf(house->world.arena, "%sUserInterface.RemoteAccess.Enable", root), "1",
              CWMP_BOOLEAN);
    house_put(house, arena_printf(house->world.arena, "%sUserInterface.RemoteAccess.Port", root), "8443",
              CWMP_UNSIGNED_INT);
    house_put(house, arena_printf(house->world.arena, "%.*sNumberOfEntries", (int)strlen(table) - 1, table),
              "0", CWMP_UNSIGNED_INT);
}

void house_igd(struct house *house, const char *kind, const char *args)
{
    static const struct house_field fields[] = {
        {"PortMappingEnabled",       "0",   CWMP_BOOLEAN     },
        {"PortMappingLeaseDuration", "0",   CWMP_UNSIGNED_INT},
        {"RemoteHost",               "",    CWMP_STRING      },
        {"ExternalPort",             "0",   CWMP_UNSIGNED_INT},
        {"ExternalPortEndRange",     "0",   CWMP_UNSIGNED_INT},
        {"InternalPort",             "0",   CWMP_UNSIGNED_INT},
        {"PortMappingProtocol",      "TCP", CWMP_STRING      },
        {"InternalClient",           "",    CWMP_STRING      },
        {"PortMappingDescription",   "",    CWMP_STRING      },
        {NULL,                       NULL,  CWMP_STRING      }
    };

    memset(house, 0, sizeof(*house));
    world_begin(&house->world, kind, args);
    begin(house, "InternetGatewayDevice.", PPP "PortMapping.", fields);
    house_put(house, PPP "ConnectionStatus", "Connected", CWMP_STRING);
    house_put(house, PPP "Enable", "1", CWMP_BOOLEAN);
    house_put(house, PPP "Username", "maria", CWMP_STRING);
    put_many(house, PPP, 10);
    put_many(house, "InternetGatewayDevice.LANDevice.1.", 10);
    house_put(house,
              "InternetGatewayDevice.LANDevice.1.LANHostConfigManagement.IPInterface.1.IPInterfaceIPAddress",
              "192.168.1.1", CWMP_STRING);
    house_put(house, "InternetGatewayDevice.LANDevice.1.LANHostConfigManagement.SubnetMask", "255.255.255.0",
              CWMP_STRING);
}

void house_device(struct house *house, const char *kind, const char *args)
{
    static const struct house_field fields[] = {
        {"Enable",               "0",        CWMP_BOOLEAN     },
        {"Status",               "Disabled", CWMP_STRING      },
        {"Interface",            "",         CWMP_STRING      },
        {"AllInterfaces",        "0",        CWMP_BOOLEAN     },
        {"LeaseDuration",        "0",        CWMP_UNSIGNED_INT},
        {"ExternalPort",         "0",        CWMP_UNSIGNED_INT},
        {"ExternalPortEndRange", "0",        CWMP_UNSIGNED_INT},
        {"InternalPort",         "0",        CWMP_UNSIGNED_INT},
        {"Protocol",             "TCP",      CWMP_STRING      },
        {"InternalClient",       "",         CWMP_STRING      },
        {"Description",          "",         CWMP_STRING      },
        {NULL,                   NULL,       CWMP_STRING      }
    };

    memset(house, 0, sizeof(*house));
    world_begin(&house->world, kind, args);
    begin(house, "Device.", "Device.NAT.PortMapping.", fields);
    house_put(house, "Device.IP.Interface.2.Status", "Up", CWMP_STRING);
    house_put(house, "Device.IP.Interface.2.Enable", "1", CWMP_BOOLEAN);
    house_put(house, "Device.IP.Interface.2.LowerLayers", "Device.Ethernet.Link.1", CWMP_STRING);
    house_put(house, "Device.IP.Interface.2.IPv4Address.1.IPAddress", "203.0.113.9", CWMP_STRING);
    put_many(house, "Device.IP.", 10);
    put_many(house, "Device.WiFi.", 10);
    house_put(house, "Device.DHCPv4.Server.Pool.1.IPRouters", "10.20.0.1", CWMP_STRING);
    house_put(house, "Device.DHCPv4.Server.Pool.1.SubnetMask", "255.255.0.0", CWMP_STRING);
}

void house_end(struct house *house)
{
    world_end(&house->world);
}

void house_again(struct house *house, const char *kind, const char *args)
{
    struct action_record *record = &house->world.record;

    *record = (struct action_record){.id = "act_01J9ABCDEFGHJKMNPQRSTX",
                                     .device_id = record->device_id,
                                     .kind = kind,
                                     .args = args,
                                     .memo = "{}",
                                     .state = ACTION_SESSION};
    house->adds = house->sets = house->deletes = house->reads = 0;
}

/* ---- rows ---- */

static const char *row_path(const struct house *house, uint32_t row)
{
    return arena_printf(house->world.arena, "%s%u.", house->table, row);
}

static uint32_t make_row(struct house *house)
{
    uint32_t row = ++house->last_row;

    for (size_t i = 0; house->fields[i].leaf != NULL; i++)
        house_put(house,
                  arena_printf(house->world.arena, "%s%s", row_path(house, row), house->fields[i].leaf),
                  house->fields[i].value, house->fields[i].type);
    return row;
}

static bool drop_row(struct house *house, const char *path)
{
    size_t kept = 0, before = house->count;

    for (size_t i = 0; i < house->count; i++)
        if (!text_starts_with(house->items[i].name, path))
            house->items[kept++] = house->items[i];
    house->count = kept;
    return kept < before;
}

uint32_t house_row(struct house *house, const char *leaf, const char *value, ...)
{
    uint32_t row = make_row(house);
    va_list more;

    va_start(more, value);
    while (leaf != NULL) {
        house_set(house, row, leaf, value);
        leaf = va_arg(more, const char *);
        value = leaf != NULL ? va_arg(more, const char *) : NULL;
    }
    va_end(more);
    return row;
}

const char *house_value(const struct house *house, uint32_t row, const char *leaf)
{
    size_t at = place_of(house, arena_printf(house->world.arena, "%s%s", row_path(house, row), leaf));

    return at < house->count ? house->items[at].value : NULL;
}

void house_set(struct house *house, uint32_t row, const char *leaf, const char *value)
{
    char *to = find(house, arena_printf(house->world.arena, "%s%s", row_path(house, row), leaf));

    assert_non_null(to);
    set_text(to, HOUSE_VALUE_MAX, value);
}

size_t house_rows(const struct house *house)
{
    size_t count = 0;

    for (uint32_t row = 1; row <= house->last_row; row++)
        count += house_value(house, row, house->fields[0].leaf) != NULL;
    return count;
}

/* ---- the device ---- */

static bool is_asked(const char *name, const char *path)
{
    size_t len = strlen(path);

    return len == 0 || path[len - 1] == '.' ? strncmp(name, path, len) == 0 : strcmp(name, path) == 0;
}

static void answer_values(struct house *house, const struct cwmp_strings *names)
{
    struct cwmp_message *answer = world_message(&house->world, CWMP_GET_PARAMETER_VALUES_RESPONSE);
    struct cwmp_parameter_values *values = &answer->body.get_parameter_values_response.parameters;

    house->reads++;
    values->items = ARENA_ARRAY(house->world.arena, struct cwmp_parameter_value, HOUSE_VALUES_MAX);
    for (size_t n = 0; n < names->count; n++) {
        size_t before = values->count;

        for (size_t i = 0; i < house->count; i++)
            if (is_asked(house->items[i].name, names->items[n]))
                values->items[values->count++] = (struct cwmp_parameter_value){
                    arena_strdup(house->world.arena, house->items[i].name),
                    arena_strdup(house->world.arena, house->items[i].value), house->items[i].type};
        if (values->count == before && (house->empty_faults || !text_ends_with(names->items[n], "."))) {
            world_fault(&house->world, 9005);
            return;
        }
    }
    world_answer(&house->world, answer);
}

static void answer_names(struct house *house, const struct cwmp_get_parameter_names *ask)
{
    struct cwmp_message *answer = world_message(&house->world, CWMP_GET_PARAMETER_NAMES_RESPONSE);
    struct cwmp_parameter_infos *infos = &answer->body.get_parameter_names_response.parameters;
    size_t len = strlen(ask->path);
    const char *last = "";

    infos->items = ARENA_ARRAY(house->world.arena, struct cwmp_parameter_info, HOUSE_VALUES_MAX);
    for (size_t i = 0; i < house->count; i++) {
        const char *name = house->items[i].name;
        const char *dot = is_asked(name, ask->path) ? strchr(name + len, '.') : NULL;

        if (!is_asked(name, ask->path))
            continue;
        name = arena_memdup(house->world.arena, name,
                            ask->next_level && dot != NULL ? (size_t)(dot - name) + 1 : strlen(name));
        if (strcmp(name, last) != 0)
            infos->items[infos->count++].name = last = name;
    }
    if (infos->count == 0 && house->empty_faults)
        world_fault(&house->world, 9005);
    else
        world_answer(&house->world, answer);
}

static void keep_key(struct house *house, const char *key)
{
    set_text(find(house, arena_printf(house->world.arena, "%sManagementServer.ParameterKey", house->root)),
             HOUSE_VALUE_MAX, key);
}

static bool refuses(const struct house *house, const struct cwmp_parameter_values *values)
{
    for (size_t i = 0; house->refuses != NULL && i < values->count; i++)
        if (text_ends_with(values->items[i].name, house->refuses))
            return true;
    return false;
}

/* TR-181: in force when it is on, names an interface and a client. */
static void tell_status(struct house *house, const char *name)
{
    const char *row = arena_memdup(house->world.arena, name, (size_t)(strrchr(name, '.') + 1 - name));
    char *status = find(house, arena_printf(house->world.arena, "%sStatus", row));
    const char *on = find(house, arena_printf(house->world.arena, "%sEnable", row));
    const char *via = find(house, arena_printf(house->world.arena, "%sInterface", row));
    const char *all = find(house, arena_printf(house->world.arena, "%sAllInterfaces", row));

    if (status != NULL)
        set_text(status, HOUSE_VALUE_MAX,
                 strcmp(on, "1") != 0                                              ? "Disabled"
                 : house->misconfigured || (*via == '\0' && strcmp(all, "1") != 0) ? "Error_Misconfigured"
                                                                                   : "Enabled");
}

static void answer_set(struct house *house, const struct cwmp_set_parameter_values *ask)
{
    struct cwmp_message *answer = world_message(&house->world, CWMP_SET_PARAMETER_VALUES_RESPONSE);

    house->sets++;
    assert_true(strlen(ask->parameter_key) <= 32);
    if (refuses(house, &ask->parameters)) {
        world_fault(&house->world, 9003);
        return;
    }
    keep_key(house, ask->parameter_key);
    for (size_t i = 0; i < ask->parameters.count; i++) {
        const struct cwmp_parameter_value *value = &ask->parameters.items[i];
        char *to = find(house, value->name);

        assert_non_null(to);
        if (house->ignores == NULL || !text_ends_with(value->name, house->ignores))
            set_text(to, HOUSE_VALUE_MAX, value->value);
        tell_status(house, value->name);
    }
    answer->body.set_parameter_values_response.status = house->set_status;
    world_answer(&house->world, answer);
}

static void answer_add(struct house *house, const struct cwmp_add_object *ask)
{
    struct cwmp_message *answer = world_message(&house->world, CWMP_ADD_OBJECT_RESPONSE);

    house->adds++;
    assert_string_equal(ask->object_name, house->table);
    assert_true(strlen(ask->parameter_key) <= 32);
    if (house->second_add_fails > 0 && house->adds >= house->second_add_fails) {
        world_fault(&house->world, 9004);
        return;
    }
    keep_key(house, ask->parameter_key);
    answer->body.add_object_response.instance_number = make_row(house);
    answer->body.add_object_response.status = house->add_status;
    world_answer(&house->world, answer);
}

static void answer_delete(struct house *house, const struct cwmp_delete_object *ask)
{
    house->deletes++;
    assert_true(strlen(ask->parameter_key) <= 32);
    if (house->refuses_deletes) {
        world_fault(&house->world, 9002);
    } else if (!house->keeps_rows && !drop_row(house, ask->object_name)) {
        world_fault(&house->world, 9005);
    } else {
        keep_key(house, ask->parameter_key);
        world_answer(&house->world, world_message(&house->world, CWMP_DELETE_OBJECT_RESPONSE));
    }
}

void house_serve(struct house *house)
{
    const struct cwmp_message *request = &house->world.move.request;

    if (request->method == CWMP_GET_PARAMETER_VALUES)
        answer_values(house, &request->body.get_parameter_values.names);
    else if (request->method == CWMP_GET_PARAMETER_NAMES)
        answer_names(house, &request->body.get_parameter_names);
    else if (request->method == CWMP_ADD_OBJECT)
        answer_add(house, &request->body.add_object);
    else if (request->method == CWMP_DELETE_OBJECT)
        answer_delete(house, &request->body.delete_object);
    else if (request->method == CWMP_SET_PARAMETER_VALUES)
        answer_set(house, &request->body.set_parameter_values);
    else
        fail_msg("%s", request->method_name);
}

/* What the server knows, as acs/cwmp/dwelling.c gives it. */
static void know(struct house *house)
{
    struct home_value *values = ARENA_ARRAY(house->world.arena, struct home_value, HOUSE_VALUES_MAX);

    for (size_t i = 0; i < house->count; i++)
        values[i] = (struct home_value){.name = arena_strdup(house->world.arena, house->items[i].name),
                                        .value = arena_strdup(house->world.arena, house->items[i].value),
                                        .type = house->items[i].type};
    house->world.facts.home =
        house->unknown ? NULL : home_new(&house->view, values, house->count, house->world.arena);
}

bool house_go(struct house *house, enum cwmp_method stop_at)
{
    for (int moves = 0; moves < 100 && !action_has_ended(house->world.record.state); moves++) {
        know(house);
        world_next(&house->world);
        if (house->world.move.kind == ACTION_SEND && house->world.move.request.method == stop_at)
            return true;
        if (house->world.move.kind == ACTION_SEND) {
            house_serve(house);
            house->unknown = false;
        } else if (!house->world.move.changed) {
            return false;
        }
    }
    return false;
}

void house_run(struct house *house)
{
    house_go(house, CWMP_UNKNOWN_METHOD);
}

void house_lose_answer(struct house *house, bool carried_out)
{
    struct action_record before = house->world.record;
    struct action_move sent = house->world.move;

    if (carried_out)
        house_serve(house);
    house->world.record = before;
    house->world.move = sent;
    house->world.inform.parameters.count = 1;
    house->world.inform.parameters.items = ARENA_NEW(house->world.arena, struct cwmp_parameter_value);
    house->world.inform.parameters.items[0].name =
        arena_printf(house->world.arena, "%sManagementServer.ParameterKey", house->root);
    house->world.inform.parameters.items[0].value =
        arena_strdup(house->world.arena, find(house, house->world.inform.parameters.items[0].name));
    world_inform(&house->world, 30, 1000, "2 PERIODIC", NULL);
}

void house_expect_failure(const struct house *house, const char *code)
{
    assert_int_equal(house->world.record.state, ACTION_FAILED);
    assert_non_null(strstr(house->world.move.save.failure, code));
}

void house_expect_success(const struct house *house)
{
    if (house->world.move.save.failure != NULL)
        print_error("%s\n", house->world.move.save.failure);
    assert_int_equal(house->world.record.state, ACTION_SUCCEEDED);
}

void house_expect_field(const struct house *house, uint32_t row, const char *leaf, const char *value)
{
    const char *is = house_value(house, row, leaf);

    assert_non_null(is);
    assert_string_equal(is, value);
}

/* Its words in the result or the failure, in both languages. */
void house_expect_words(const char *json, const char *pt, const char *en)
{
    AUTO_JSON doc = NULL;
    const struct json *sentence;

    assert_non_null(json);
    assert_int_equal(json_read(json, strlen(json), &doc), ERR_OK);
    sentence = json_get(doc, "sentence");
    assert_string_equal(json_string(json_get(sentence, "pt"), ""), pt);
    assert_string_equal(json_string(json_get(sentence, "en"), ""), en);
}
