/* Which of several connections carries the internet. */
#include <string.h>

#include "acs/base/text.h"
#include "provisioning/map/home_parts.h"

enum {
    NAMED = 32,    /* as the default connection */
    SERVES = 16,   /* INTERNET is among its services, or in its name */
    OVER_PPP = 12, /* the IP interface above the chosen PPP */
    CONNECTED = 8,
    ADDRESSED = 4, /* has an address that is not of a home network */
    ENABLED = 2,
    CONFIGURED = 1,     /* has a user name */
    OTHER_SERVICE = -24 /* for management, telephones or television alone */
};

static bool has_word(const char *text, const char *word)
{
    for (; *text != '\0'; text++)
        if (strncasecmp(text, word, strlen(word)) == 0)
            return true;
    return false;
}

static int score_words(const char *text)
{
    static const char *const others[] = {"TR069", "VOIP", "VOICE", "IPTV", "MANAGEMENT", "OTHER"};

    if (has_word(text, "INTERNET"))
        return SERVES;
    for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
        if (has_word(text, others[i]))
            return OTHER_SERVICE;
    return 0;
}

static bool is_of_home(const char *address)
{
    return text_starts_with(address, "192.168.") || strcmp(address, "0.0.0.0") == 0 || *address == '\0';
}

static bool says(const struct home *home, enum fact_key key, const struct home_object *object, const char *a,
                 const char *b)
{
    const char *text = text_or_empty(home_value_at(home, key, object->path));

    return text_equal_nocase(text, a) || text_equal_nocase(text, b);
}

static bool is_default(const struct home *home, const struct home_object *object)
{
    const char *named = text_or_empty(home_value_at(home, KEY_WAN_DEFAULT, ""));
    size_t len = strlen(named);

    return len > 0 && strncmp(named, object->path, len) == 0 &&
           strcmp(object->path + len, named[len - 1] == '.' ? "" : ".") == 0;
}

static int score_ppp(const struct home *home, const struct home_object *object)
{
    int services = score_words(text_or_empty(home_value_at(home, KEY_PPP_SERVICES, object->path)));

    if (services == 0)
        services = score_words(text_or_empty(home_value_at(home, KEY_PPP_NAME, object->path)));
    return services + (is_default(home, object) ? NAMED : 0) +
           (says(home, KEY_PPP_STATUS, object, "Connected", "Up") ? CONNECTED : 0) +
           (says(home, KEY_PPP_ENABLED, object, "1", "true") ? ENABLED : 0) +
           (*text_or_empty(home_value_at(home, KEY_PPP_USERNAME, object->path)) != '\0' ? CONFIGURED : 0);
}

static bool is_above_ppp(const struct home *home, const struct home_object *object)
{
    const char *lower = text_or_empty(home_value_at(home, KEY_IP_LOWER, object->path));
    size_t len = home->ppp != NULL ? strlen(home->ppp->path) - 1 : 0;

    return len > 0 && strncmp(lower, home->ppp->path, len) == 0;
}

static int score_ip(const struct home *home, const struct home_object *object)
{
    int services = score_words(text_or_empty(home_value_at(home, KEY_IP_SERVICES, object->path)));

    if (services == 0)
        services = score_words(text_or_empty(home_value_at(home, KEY_IP_NAME, object->path)));
    if (has_word(text_or_empty(home_value_at(home, KEY_IP_NAME, object->path)), "LAN") && services == 0 &&
        !has_word(text_or_empty(home_value_at(home, KEY_IP_NAME, object->path)), "WAN"))
        services = OTHER_SERVICE;
    return services + (is_default(home, object) ? NAMED : 0) + (is_above_ppp(home, object) ? OVER_PPP : 0) +
           (says(home, KEY_IP_STATUS, object, "Connected", "Up") ? CONNECTED : 0) +
           (!is_of_home(text_or_empty(home_value_at(home, KEY_WAN_IP, object->path))) ? ADDRESSED : 0) +
           (says(home, KEY_IP_ENABLED, object, "1", "true") ? ENABLED : 0);
}

bool home_is_of_igd(const char *object)
{
    return strstr(object, ".WANConnectionDevice.") != NULL;
}

/* The best of each of both models is a main one; the answer is the better of them. */
static const struct home_object *best(struct home *home, enum map_scope scope,
                                      int (*score)(const struct home *, const struct home_object *),
                                      int *ret_score)
{
    struct home_object *found[2] = {NULL, NULL};
    int scores[2] = {0, 0};

    for (size_t i = 0; i < home->object_count; i++) {
        struct home_object *object = &home->objects[i];
        bool model = home_is_of_igd(object->path);
        int own = object->scope == scope ? score(home, object) : 0;

        if (object->scope == scope && (found[model] == NULL || own > scores[model])) {
            found[model] = object;
            scores[model] = own;
        }
    }
    for (int model = 0; model < 2; model++)
        if (found[model] != NULL)
            found[model]->main = true;
    *ret_score = found[1] == NULL || (found[0] != NULL && scores[0] >= scores[1]) ? scores[0] : scores[1];
    return *ret_score == scores[0] && found[0] != NULL ? found[0] : found[1];
}

void home_find_connections(struct home *home)
{
    int ppp = 0, ip = 0;

    home->ppp = best(home, SCOPE_PPP, score_ppp, &ppp);
    home->ip = best(home, SCOPE_IP, score_ip, &ip);
    home->uses_ppp = home->ppp != NULL && (home->ip == NULL || ppp >= ip || is_above_ppp(home, home->ip));
}

const char *home_connection(const struct home *home)
{
    if (home->uses_ppp)
        return home->ppp->path;
    return home->ip != NULL ? home->ip->path : NULL;
}

bool home_uses_ppp(const struct home *home)
{
    return home->uses_ppp;
}
