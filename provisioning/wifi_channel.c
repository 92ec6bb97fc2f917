#include "provisioning/wifi_channel.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "acs/base/text.h"

size_t wifi_neighbours_once(struct wifi_neighbour *neighbours, size_t count)
{
    size_t kept = 0;

    for (size_t i = 0; i < count; i++) {
        size_t j = 0;

        while (j < kept &&
               (*neighbours[i].bssid == '\0' || !text_equal_nocase(neighbours[j].bssid, neighbours[i].bssid)))
            j++;
        if (j == kept)
            neighbours[kept++] = neighbours[i];
        else if (neighbours[i].rssi_dbm != 0 && neighbours[i].rssi_dbm > neighbours[j].rssi_dbm)
            neighbours[j] = neighbours[i];
    }
    return kept;
}

/* ---- how much one is in the way of the other ---- */

/* The first channel of its block of 80 MHz. */
static uint32_t block_of(uint32_t channel)
{
    uint32_t first = channel >= 149 ? 149 : 36;

    return channel < first ? channel : channel - (channel - first) % 16;
}

static double overlap(bool is_2g, uint32_t a, uint32_t b)
{
    static const double by_distance[] = {1, 0.8, 0.5, 0.25, 0.1};
    uint32_t distance = a > b ? a - b : b - a;

    if (is_2g)
        return distance < sizeof(by_distance) / sizeof(*by_distance) ? by_distance[distance] : 0;
    return distance == 0 ? 1 : block_of(a) == block_of(b) ? 0.5 : 0;
}

/* From a tenth at -90 dBm to 1 at -40. */
static double strength(int rssi_dbm)
{
    enum { WEAK = -90, STRONG = -40, USUAL = -75 };
    int dbm = rssi_dbm == 0 ? USUAL : rssi_dbm;

    if (dbm <= WEAK)
        return 0.1;
    if (dbm >= STRONG)
        return 1;
    return 0.1 + 0.9 * (double)(dbm - WEAK) / (double)(STRONG - WEAK);
}

static double load_of(bool is_2g, uint32_t channel, const struct wifi_neighbour *neighbours, size_t count,
                      unsigned *ret_neighbours)
{
    double load = 0;

    *ret_neighbours = 0;
    for (size_t i = 0; i < count; i++) {
        double share = overlap(is_2g, channel, neighbours[i].channel);

        load += share * strength(neighbours[i].rssi_dbm);
        *ret_neighbours += share >= 0.5;
    }
    return load;
}

/* ---- the channels to choose from ---- */

static void mark(bool *possible, long from, long to, long step)
{
    for (long channel = from; channel <= to && channel <= WIFI_CHANNEL_MAX; channel += step)
        if (channel > 0)
            possible[channel] = true;
}

/* False: nothing of it is a channel. */
static bool read_possible(const char *text, bool is_2g, bool *possible)
{
    bool some = false;

    while (*text != '\0') {
        char *end;
        long from = isdigit((unsigned char)*text) ? strtol(text, &end, 10) : 0, to = from;

        if (from <= 0 || from > WIFI_CHANNEL_MAX) {
            text++;
            continue;
        }
        if (*end == '-')
            to = strtol(end + 1, &end, 10);
        mark(possible, from, to, is_2g ? 1 : 4);
        some = true;
        text = end;
    }
    return some;
}

static void choose_from(const struct wifi_question *question, bool *choice)
{
    static const uint32_t twos[] = {1, 6, 11}, fives[] = {36, 40, 44, 48, 149, 153, 157, 161};
    bool possible[WIFI_CHANNEL_MAX + 1] = {false};
    bool known = read_possible(question->possible, question->is_2g, possible);

    for (size_t i = 0; question->is_2g && i < sizeof(twos) / sizeof(*twos); i++)
        choice[twos[i]] = !known || possible[twos[i]];
    for (size_t i = 0; !question->is_2g && !known && i < sizeof(fives) / sizeof(*fives); i++)
        choice[fives[i]] = true;
    if (!question->is_2g && known)
        memcpy(choice, possible, sizeof(possible));
}

/* A change interrupts everybody: it must be worth it. */
static bool is_worth_it(double load, double best)
{
    return best < load * 0.8 && load - best > 0.2;
}

struct wifi_advice wifi_advise(const struct wifi_question *question, const struct wifi_neighbour *neighbours,
                               size_t count)
{
    struct wifi_advice advice = {0};
    bool choice[WIFI_CHANNEL_MAX + 1] = {false};

    choose_from(question, choice);
    for (uint32_t channel = 1; channel <= WIFI_CHANNEL_MAX; channel++) {
        unsigned in_the_way = 0;
        double load = choice[channel] ? load_of(question->is_2g, channel, neighbours, count, &in_the_way) : 0;

        if (choice[channel] && (advice.best == 0 || load < advice.best_load)) {
            advice.best = channel;
            advice.best_load = load;
            advice.best_neighbours = in_the_way;
        }
    }
    if (question->channel == 0)
        return advice;
    advice.load = load_of(question->is_2g, question->channel, neighbours, count, &advice.neighbours);
    if (advice.best == 0 || !is_worth_it(advice.load, advice.best_load)) {
        advice.best = question->channel;
        advice.best_load = advice.load;
        advice.best_neighbours = advice.neighbours;
    }
    return advice;
}
