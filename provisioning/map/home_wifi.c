/* Which network is on which band, and which of several on a band is the main one. */
#include <stdlib.h>
#include <string.h>

#include "acs/base/text.h"
#include "provisioning/map/home_parts.h"

enum { CHANNELS_2G_LAST = 14, CHANNELS_5G_FIRST = 32 };

/* ---- clues, from the plainest on; each says a band, or BAND_COUNT ---- */

/* "5GHz", "2.4G", "6GHz"; also a list of bands of which it is on one: no clue. */
static int by_words(const char *text)
{
    bool two = strstr(text, "2.4") != NULL || text_starts_with(text, "2G");
    bool five = strstr(text, "5G") != NULL || strcmp(text, "5") == 0 || text_starts_with(text, "5 ");
    bool six = strstr(text, "6G") != NULL || strcmp(text, "6") == 0;

    if (two + five + six != 1)
        return BAND_COUNT;
    return two ? BAND_2G : five ? BAND_5G : BAND_6G;
}

/* The highest of "36,40,44-64". A channel that is 0 is chosen by the device: no clue. */
static int by_channels(const char *text)
{
    long highest = 0;

    for (char *end; *text != '\0'; text = end) {
        long channel = strtol(text, &end, 10);

        if (end == text)
            end++;
        else if (labs(channel) > highest) /* "1-13" reads as 1 and -13 */
            highest = labs(channel);
    }
    if (highest == 0)
        return BAND_COUNT;
    return highest <= CHANNELS_2G_LAST ? BAND_2G : highest >= CHANNELS_5G_FIRST ? BAND_5G : BAND_COUNT;
}

/* "a,n,ac", "b/g/n". Neither n nor ax says anything. */
static int by_standard(const char *text)
{
    bool two = false, five = false;

    for (size_t len; *text != '\0'; text += len + (text[len] != '\0')) {
        len = strcspn(text, ",/ -_+;");
        if (len == 1)
            two = two || *text == 'b' || *text == 'g';
        if ((len == 1 && *text == 'a') || (len == 2 && strncmp(text, "ac", 2) == 0))
            five = true;
        if (len > 1 && strspn(text, "bgn") == len)
            two = true;
    }
    return two == five ? BAND_COUNT : two ? BAND_2G : BAND_5G;
}

static const struct {
    enum fact_key key;
    int (*read)(const char *text);
} clues[] = {
    {KEY_WIFI_BAND,     by_words   },
    {KEY_WIFI_CHANNEL,  by_channels},
    {KEY_WIFI_CHANNELS, by_channels},
    {KEY_WIFI_STANDARD, by_standard},
};

static int by_own_values(const struct home *home, const struct home_object *object)
{
    int band = BAND_COUNT;

    for (size_t i = 0; band == BAND_COUNT && i < sizeof(clues) / sizeof(*clues); i++)
        band = clues[i].read(text_or_empty(home_value_at(home, clues[i].key, object->path)));
    return band;
}

/* ---- links between objects ---- */

/* "Device.WiFi.Radio.1." of a list of references, with or without the last dot. */
static struct home_object *follow(const struct home *home, const char *reference)
{
    size_t len = strcspn(text_or_empty(reference), ", ");
    char *path;

    if (len == 0)
        return NULL;
    path = arena_printf(home->arena, "%.*s%s", (int)len, reference, reference[len - 1] == '.' ? "" : ".");
    return home_object_at(home, path);
}

static int by_radio(const struct home *home, const struct home_object *network)
{
    const struct home_object *radio = follow(home, home_value_at(home, KEY_WIFI_LOWER, network->path));

    return radio != NULL ? radio->band : BAND_COUNT;
}

static int by_model(const struct home *home, const struct home_object *object)
{
    for (int band = 0; band < BAND_COUNT; band++)
        if (home->model->bands[band] == object->number)
            return band;
    return BAND_COUNT;
}

/* The network of an access point: the one that it names, else the one with its number. */
static const struct home_object *network_of(const struct home *home, const struct home_object *point)
{
    const struct home_object *named = follow(home, home_value_at(home, KEY_WIFI_REFERENCE, point->path));

    for (size_t i = 0; named == NULL && i < home->object_count; i++)
        if (home->objects[i].scope == SCOPE_NETWORK && home->objects[i].number == point->number &&
            strstr(home->objects[i].path, ".WiFi.SSID.") != NULL)
            named = &home->objects[i];
    return named;
}

/* ---- the main one ---- */

static size_t table_length(const char *path)
{
    size_t len = strlen(path) - 1;

    while (len > 0 && path[len - 1] != '.')
        len--;
    return len;
}

static bool is_enabled(const struct home *home, const struct home_object *network)
{
    bool on;

    return !encoding_flag(ENCODING_FLAG, text_or_empty(home_value_at(home, KEY_WIFI_ENABLED, network->path)),
                          &on) ||
           on;
}

static bool same_table(const struct home_object *a, const struct home_object *b)
{
    size_t len = table_length(a->path);

    return len == table_length(b->path) && strncmp(a->path, b->path, len) == 0;
}

/* Of those of one band in one table: the first that is enabled, else the first. */
static bool is_main(const struct home *home, const struct home_object *object)
{
    for (size_t i = 0; i < home->object_count; i++) {
        const struct home_object *other = &home->objects[i];
        bool better =
            is_enabled(home, other) != is_enabled(home, object) ? is_enabled(home, other) : other < object;

        if (other != object && same_table(other, object) && other->band == object->band && better)
            return false;
    }
    return true;
}

static void set_band(struct home *home, enum map_scope scope,
                     int (*find)(const struct home *, const struct home_object *))
{
    for (size_t i = 0; i < home->object_count; i++)
        if (home->objects[i].scope == scope && home->objects[i].band == BAND_COUNT)
            home->objects[i].band = find(home, &home->objects[i]);
}

/* Of a radio about which nothing is said: the one band that has a network and no radio yet. */
static int by_what_is_left(const struct home *home, const struct home_object *radio)
{
    unsigned networks = 0, radios = 0, left;

    for (size_t i = 0; i < home->object_count; i++) {
        const struct home_object *object = &home->objects[i];

        if (object->band != BAND_COUNT && same_table(object, radio))
            radios |= 1U << object->band;
        else if (object->band != BAND_COUNT && object->scope == SCOPE_NETWORK)
            networks |= 1U << object->band;
    }
    left = networks & ~radios;
    for (int band = 0; band < BAND_COUNT; band++)
        if (left == 1U << band)
            return band;
    return BAND_COUNT;
}

void home_find_bands(struct home *home)
{
    set_band(home, SCOPE_RADIO, by_own_values);
    set_band(home, SCOPE_NETWORK, by_own_values);
    set_band(home, SCOPE_NETWORK, by_radio);
    set_band(home, SCOPE_NETWORK, by_model);
    set_band(home, SCOPE_RADIO, by_model);
    set_band(home, SCOPE_RADIO, by_what_is_left);
    for (size_t i = 0; i < home->object_count; i++) {
        struct home_object *object = &home->objects[i];

        if ((object->scope == SCOPE_NETWORK || object->scope == SCOPE_RADIO) && object->band != BAND_COUNT)
            object->main = is_main(home, object);
    }
    for (size_t i = 0; i < home->object_count; i++) {
        struct home_object *point = &home->objects[i];
        const struct home_object *network =
            point->scope == SCOPE_ACCESS_POINT ? network_of(home, point) : NULL;

        if (network != NULL) {
            point->band = network->band;
            point->main = network->main;
        }
    }
}
