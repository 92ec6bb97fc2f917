/* Where a model keeps a test, and what its object is set to. */
#include <math.h>
#include <string.h>

#include "acs/base/text.h"
#include "provisioning/diag/diag.h"

#define STATE "DiagnosticsState"

/* ---- the object ---- */

static void add_object(struct diag *diag, const char *path)
{
    if (diag->object_count < DIAG_OBJECTS_MAX)
        diag->objects[diag->object_count++] = path;
}

/* Those of this row that the device is known to have. */
static void find_known(struct diag *diag, const struct map_test_row *row)
{
    struct cwmp_strings found;

    home_objects(diag->facts->home, row->path, STATE, &found);
    for (size_t i = 0; i < found.count; i++)
        add_object(diag, found.items[i]);
    diag->found = diag->object_count > 0;
}

static const char *first_instance(const struct diag *diag, const char *path)
{
    struct text out = TEXT_IN(diag->arena);
    const char *root = text_or_empty(diag->facts->root);

    text_puts(&out, root);
    for (const char *brace; (brace = strstr(path, "{i}")) != NULL; path = brace + strlen("{i}")) {
        text_add(&out, path, (size_t)(brace - path));
        text_putc(&out, '1');
    }
    text_puts(&out, path);
    return text_string(&out);
}

static bool belongs_to_root(const struct diag *diag, const char *path)
{
    bool new = strcmp(text_or_empty(diag->facts->root), "Device.") == 0;

    return new == (text_starts_with(path, "IP.") || text_starts_with(path, "DNS.") ||
                   text_starts_with(path, "WiFi."));
}

/* Of a device that was never read whole: all places, the likelier ones first. */
static void guess(struct diag *diag, const struct map_test_row *rows, size_t count)
{
    for (int likely = 1; likely >= 0; likely--)
        for (size_t i = count; i-- > 0;)
            if (rows[i].test == diag->test->test && map_view_tests(home_model(diag->facts->home), &rows[i]) &&
                belongs_to_root(diag, rows[i].path) == likely)
                add_object(diag, first_instance(diag, rows[i].path));
}

enum err diag_find(struct diag *diag)
{
    const struct map_view *model = diag->facts->home != NULL ? home_model(diag->facts->home) : NULL;
    const struct map_test_row *rows;
    size_t count;

    if (model == NULL || diag->facts->root == NULL)
        return err_set(ERR_NOT_FOUND, "nothing is known of this device yet");
    rows = model_map_tests(model->map, &count);
    for (size_t i = count; i-- > 0 && !diag->found;)
        if (rows[i].test == diag->test->test && map_view_tests(model, &rows[i]))
            find_known(diag, &rows[i]);
    if (!diag->found && !home_is_whole(diag->facts->home))
        guess(diag, rows, count);
    if (diag->object_count == 0)
        return err_set(ERR_NOT_FOUND, "this model has no test of this kind (%s)",
                       map_test_names[diag->test->test]);
    return ERR_OK;
}

void diag_note_home(struct diag *diag)
{
    const struct home *home = diag->facts->home;

    diag->ceiling_mbps = home_model(home)->ceiling_mbps;
    diag->link_mbps = home_link_mbps(home);
    if (diag->facts->service != NULL) {
        diag->plan_mbps[0] = diag->facts->service->down_mbps;
        diag->plan_mbps[1] = diag->facts->service->up_mbps;
    }
    for (int band = 0; band < BAND_COUNT; band++) {
        const char *name = band_names[band];
        double channel = home_number(home, KEY_WIFI_CHANNEL, name, 0);
        const char *channels = home_text(home, KEY_WIFI_CHANNELS, name);

        if (home_has_band(home, band))
            diag->radios[diag->radio_count++] = (struct diag_radio){
                .band = name,
                .channel = channel > 0 && channel < 256 ? (uint32_t)channel : 0,
                .channels = arena_printf(diag->arena, "%.256s", text_or_empty(channels)),
            };
    }
}

/* ---- what is set ---- */

bool diag_put(struct diag *diag, const struct diag_answer *is, const char *leaf, const char *value)
{
    const struct cwmp_parameter_value *there = diag_find_field(is, leaf);

    if (there == NULL || diag->set_count == DIAG_SETS_MAX)
        return false;
    diag->sets[diag->set_count++] = (struct diag_set){
        .leaf = arena_strdup(diag->arena, there->name + strlen(is->object)),
        .value = arena_strdup(diag->arena, value),
        .type = there->type != CWMP_UNKNOWN_TYPE ? there->type : CWMP_STRING,
    };
    return true;
}

bool diag_put_number(struct diag *diag, const struct diag_answer *is, const char *leaf, uint64_t number)
{
    return diag_put(diag, is, leaf, arena_printf(diag->arena, "%llu", (unsigned long long)number));
}

/* ---- arguments, and how numbers are written ---- */

bool diag_is_host(const char *host)
{
    enum { HOST_MAX = 253 };
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_:";
    size_t len = strlen(host);

    return len > 0 && len <= HOST_MAX && strspn(host, letters) == len && host[0] != '-' && host[0] != '.';
}

enum err diag_check_host(const struct json *args, const char *key)
{
    if (!diag_is_host(json_string(json_get(args, key), "")))
        return err_set(ERR_INVALID, "%s: a name or an address is expected, for example dns.google or 8.8.8.8",
                       key);
    return ERR_OK;
}

enum err diag_check_number(const struct json *args, const char *key, int64_t least, int64_t most)
{
    const struct json *value = json_get(args, key);
    int64_t number = json_int(value, least - 1);

    if (value != NULL && (json_kind(value) != JSON_INT || number < least || number > most))
        return err_set(ERR_INVALID, "%s: a number from %lld to %lld is expected", key, (long long)least,
                       (long long)most);
    return ERR_OK;
}

double diag_round(double number, int places)
{
    double scale = pow(10, places);

    return round(number * scale) / scale;
}

const char *diag_decimal(double number, bool portuguese, struct arena *arena)
{
    double rounded = diag_round(number, 1);
    char *text = arena_printf(arena, "%s%.1f", rounded < 0 ? "−" : "", fabs(rounded));
    size_t len = strlen(text);

    if (text_ends_with(text, ".0"))
        text[len - 2] = '\0';
    else if (portuguese)
        text[len - 2] = ',';
    return text;
}

void diag_field_real(struct json_writer *json, const char *key, double number, int places)
{
    json_key(json, key);
    json_put_real(json, diag_round(number, places));
}
