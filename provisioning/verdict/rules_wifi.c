/* Wi-Fi: off, crowded, weak. */
#include <string.h>

#include "acs/base/text.h"
#include "provisioning/verdict/judge.h"

static const struct {
    const char *name, *pt, *en;
} bands[] = {
    {"2g", "2,4 GHz", "2.4 GHz"},
    {"5g", "5 GHz",   "5 GHz"  },
    {"6g", "6 GHz",   "6 GHz"  },
};

enum { BAND_COUNT = sizeof(bands) / sizeof(*bands) };

static const char *name_of(const struct judge *judge, size_t band, enum fact_key key)
{
    return fact_name(key, bands[band].name, judge->arena);
}

static const struct fact *look(const struct judge *judge, size_t band, enum fact_key key)
{
    return judge_look(judge, name_of(judge, band, key));
}

/* ---- off ---- */

bool rule_wifi_off(struct judge *judge)
{
    if (facts_first(&judge->question->facts, "wifi.") == NULL)
        judge_note_missing(judge, name_of(judge, 0, KEY_WIFI_ENABLED));
    for (size_t band = 0; band < BAND_COUNT; band++) {
        const struct fact *enabled = look(judge, band, KEY_WIFI_ENABLED);
        const struct fact *radio = look(judge, band, KEY_WIFI_RADIO);
        const struct fact *ssid = look(judge, band, KEY_WIFI_SSID);
        const struct fact *off = judge_flag_is(enabled, false) ? enabled : radio;

        if (!judge_flag_is(off, false))
            continue;
        judge_cite(judge, off, THRESHOLD_COUNT);
        judge_cite(judge, ssid, THRESHOLD_COUNT);
        judge_say(judge, "band", bands[band].pt, bands[band].en);
        judge_say(judge, "ssid", ssid != NULL ? ssid->text : "da casa",
                  ssid != NULL ? ssid->text : "the network");
        return true;
    }
    return false;
}

/* ---- crowded ---- */

static bool is_crowded(struct judge *judge, size_t band)
{
    const struct fact *channel = look(judge, band, KEY_WIFI_CHANNEL);
    const struct fact *here = look(judge, band, KEY_CHANNEL_NEIGHBOURS);
    const struct fact *best = look(judge, band, KEY_CHANNEL_BEST);
    const struct fact *there = look(judge, band, KEY_CHANNEL_BEST_NEIGHBOURS);

    if (channel != NULL && here == NULL)
        judge_note_missing(judge, name_of(judge, band, KEY_CHANNEL_NEIGHBOURS));
    if (channel == NULL || here == NULL || here->number < judge_limit(judge, THRESHOLD_NEIGHBOURS))
        return false;
    if (best == NULL || there == NULL) {
        judge_note_missing(judge, name_of(judge, band, KEY_CHANNEL_BEST));
        return false;
    }
    return there->number < here->number && (int)best->number != (int)channel->number;
}

bool rule_wifi_crowded(struct judge *judge)
{
    size_t band = 0;
    const struct fact *channel, *here, *best, *there;

    while (band < BAND_COUNT && !is_crowded(judge, band))
        band++;
    if (band == BAND_COUNT)
        return false;
    judge_cite(judge, channel = look(judge, band, KEY_WIFI_CHANNEL), THRESHOLD_COUNT);
    judge_cite(judge, here = look(judge, band, KEY_CHANNEL_NEIGHBOURS), THRESHOLD_NEIGHBOURS);
    judge_cite(judge, best = look(judge, band, KEY_CHANNEL_BEST), THRESHOLD_COUNT);
    judge_cite(judge, there = look(judge, band, KEY_CHANNEL_BEST_NEIGHBOURS), THRESHOLD_COUNT);
    judge_say_number(judge, "c", channel->number);
    judge_say_number(judge, "n", here->number);
    judge_say_number(judge, "b", best->number);
    judge_say_number(judge, "m", there->number);
    return true;
}

/* ---- weak ---- */

/* Heard too faintly, now and for long enough. A moment is no verdict. */
static bool is_weak(struct judge *judge, const struct fact *rssi)
{
    const char *weak_name = judge_beside(judge, rssi, "weak_s");
    const struct fact *weak;

    if (rssi->key != KEY_CLIENT_RSSI || !judge_trusts(judge, rssi) ||
        rssi->number >= judge_limit(judge, THRESHOLD_RSSI) ||
        judge_flag_is(judge_look(judge, judge_beside(judge, rssi, "active")), false))
        return false;
    weak = judge_look(judge, weak_name);
    if (weak == NULL && judge_limit(judge, THRESHOLD_WEAK) > 0) {
        judge_note_missing(judge, weak_name);
        return false;
    }
    return weak == NULL || weak->number >= judge_limit(judge, THRESHOLD_WEAK);
}

/* Its name, or its address; what nobody has a name for is "a device". */
static void say_host(struct judge *judge, const struct fact *rssi)
{
    const struct fact *name = judge_look(judge, judge_beside(judge, rssi, "name"));
    const struct fact *mac = judge_look(judge, judge_beside(judge, rssi, "mac"));

    if (name != NULL && name->text[0] != '\0')
        judge_say(judge, "host", name->text, name->text);
    else if (mac != NULL)
        judge_say(judge, "host", mac->text, mac->text);
    else
        judge_say(judge, "host", "Um aparelho", "A device");
}

bool rule_wifi_weak(struct judge *judge)
{
    const struct facts *facts = &judge->question->facts;
    const struct fact *worst = NULL;

    for (const struct fact *fact = facts_first(facts, "wifi.clients."); fact != NULL;
         fact = facts_next(facts, fact, "wifi.clients."))
        if (is_weak(judge, fact) && (worst == NULL || fact->number < worst->number))
            worst = fact;
    if (worst == NULL)
        return false;
    judge_cite(judge, worst, THRESHOLD_RSSI);
    judge_cite(judge, judge_look(judge, judge_beside(judge, worst, "weak_s")), THRESHOLD_WEAK);
    judge_cite(judge, judge_look(judge, judge_beside(judge, worst, "name")), THRESHOLD_COUNT);
    judge_cite(judge, judge_look(judge, judge_beside(judge, worst, "band")), THRESHOLD_COUNT);
    say_host(judge, worst);
    return true;
}
