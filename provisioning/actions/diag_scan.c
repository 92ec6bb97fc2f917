/* Other networks around the home, and what they mean for its channels. */
#include <string.h>

#include "acs/base/text.h"
#include "provisioning/actions/actions.h"
#include "provisioning/actions/names.h"
#include "provisioning/diag/diag.h"
#include "provisioning/wifi_channel.h"

enum { TTL_S = 15 * 60, EXPECT_S = 20 };

static enum err check(const struct json *args)
{
    return names_check_keys(args, NULL);
}

static uint32_t expect_s(const struct diag *diag)
{
    (void)diag;
    return EXPECT_S;
}

static enum err fill(struct diag *diag, const struct diag_answer *is)
{
    (void)diag, (void)is;
    return ERR_OK;
}

/* By what the device says, else by the channel, of which the low ones of 6 GHz look like those of 2.4. */
static int band_of(const char *said, uint32_t channel)
{
    if (strstr(said, "2.4") != NULL || text_starts_with(said, "2"))
        return BAND_2G;
    if (text_starts_with(said, "5"))
        return BAND_5G;
    if (text_starts_with(said, "6"))
        return BAND_6G;
    return channel <= 14 ? BAND_2G : BAND_5G;
}

static void put_neighbour(struct diag *diag, const struct diag_answer *is, const struct diag_row *row,
                          struct json_writer *json)
{
    const char *signal = text_or_empty(diag_row_value(is, row, "SignalStrength|RSSI"));
    uint32_t channel = 0;
    int64_t dbm = 0;

    if (text_read_u32(text_or_empty(diag_row_value(is, row, "Channel")), &channel) != ERR_OK ||
        channel == 0 || channel > WIFI_CHANNEL_MAX)
        return;
    if (text_read_i64(signal, &dbm) != ERR_OK || dbm < -120 || dbm > 120)
        dbm = 0;
    json_open_object(json);
    json_field_string(
        json, "ssid",
        arena_printf(diag->arena, "%.64s", text_or_empty(diag_row_value(is, row, "SSID|SSIDName"))));
    json_field_string(json, "bssid",
                      arena_printf(diag->arena, "%.32s", text_or_empty(diag_row_value(is, row, "BSSID"))));
    json_field_int(json, "channel", channel);
    if (dbm != 0)
        json_field_int(json, "rssi_dbm", dbm > 0 ? -dbm : dbm);
    json_field_string(
        json, "band",
        band_names[band_of(text_or_empty(diag_row_value(is, row, "OperatingFrequencyBand")), channel)]);
    json_close_object(json);
}

static enum err take(struct diag *diag, const struct diag_answer *is, struct json_writer *json)
{
    struct diag_row *rows;
    size_t count = diag_rows(is, "BSSID", diag->arena, &rows);

    json_key(json, "neighbours");
    json_open_array(json);
    for (size_t i = 0; i < count; i++)
        put_neighbour(diag, is, &rows[i], json);
    json_close_array(json);
    return ERR_OK;
}

static bool again(const struct diag *diag, const struct json *rounds)
{
    (void)diag, (void)rounds;
    return false; /* the other radios are objects of their own */
}

/* ---- what it means ---- */

/* Those of a band, each once, however many radios have seen it. */
static size_t of_band(const struct json *rounds, const char *band, struct arena *arena,
                      struct wifi_neighbour **ret)
{
    enum { MOST = DIAG_TABLE_MAX * 2 };
    struct wifi_neighbour *all = ARENA_ARRAY(arena, struct wifi_neighbour, MOST);
    size_t count = 0;

    for (size_t i = 0; i < json_count(rounds); i++) {
        const struct json *list = json_get(json_at(rounds, i), "neighbours");

        for (size_t j = 0; j < json_count(list) && count < MOST; j++) {
            const struct json *one = json_at(list, j);

            if (strcmp(json_string(json_get(one, "band"), ""), band) == 0)
                all[count++] = (struct wifi_neighbour){
                    .bssid = arena_strdup(arena, json_string(json_get(one, "bssid"), "")),
                    .channel = (uint32_t)json_int(json_get(one, "channel"), 0),
                    .rssi_dbm = (int)json_int(json_get(one, "rssi_dbm"), 0),
                };
        }
    }
    *ret = all;
    return wifi_neighbours_once(all, count);
}

static void add_fact(struct diag *diag, struct diag_end *end, enum fact_key key, const char *band,
                     double number)
{
    fact_add_number(&end->facts, fact_name(key, band, diag->arena), number, diag->facts->now_us);
}

static void say_of_band(struct diag *diag, const struct diag_radio *radio, const struct wifi_advice *advice,
                        struct diag_end *end)
{
    const char *name = strcmp(radio->band, "2g") == 0   ? "2,4 GHz"
                       : strcmp(radio->band, "5g") == 0 ? "5 GHz"
                                                        : "6 GHz";
    struct arena *arena = diag->arena;

    if (radio->channel == 0)
        return;
    end->sentence_pt =
        arena_printf(arena, "%s%s%s: %u redes no canal %u", end->sentence_pt,
                     *end->sentence_pt != '\0' ? " " : "", name, advice->neighbours, radio->channel);
    end->sentence_en =
        arena_printf(arena, "%s%s%s: %u networks on channel %u", end->sentence_en,
                     *end->sentence_en != '\0' ? " " : "", name, advice->neighbours, radio->channel);
    if (advice->best != radio->channel) {
        end->sentence_pt = arena_printf(arena, "%s; o canal %u tem %u.", end->sentence_pt, advice->best,
                                        advice->best_neighbours);
        end->sentence_en = arena_printf(arena, "%s; channel %u has %u.", end->sentence_en, advice->best,
                                        advice->best_neighbours);
    } else {
        end->sentence_pt = arena_printf(arena, "%s: é o melhor.", end->sentence_pt);
        end->sentence_en = arena_printf(arena, "%s: it is the best.", end->sentence_en);
    }
}

static void judge_band(struct diag *diag, const struct diag_radio *radio, const struct json *rounds,
                       struct diag_end *end)
{
    struct wifi_neighbour *neighbours;
    size_t count = of_band(rounds, radio->band, diag->arena, &neighbours);
    const struct wifi_question question = {strcmp(radio->band, "2g") == 0, radio->channel, radio->channels};
    struct wifi_advice advice = wifi_advise(&question, neighbours, count);

    json_key(end->json, radio->band);
    json_open_object(end->json);
    json_field_int(end->json, "networks", (int64_t)count);
    json_field_int(end->json, "channel", radio->channel);
    json_field_int(end->json, "channel_neighbours", advice.neighbours);
    diag_field_real(end->json, "channel_load", advice.load, 2);
    json_field_int(end->json, "best_channel", advice.best);
    json_field_int(end->json, "best_channel_neighbours", advice.best_neighbours);
    diag_field_real(end->json, "best_channel_load", advice.best_load, 2);
    json_close_object(end->json);
    if (radio->channel != 0)
        add_fact(diag, end, KEY_CHANNEL_NEIGHBOURS, radio->band, advice.neighbours);
    if (advice.best != 0) {
        add_fact(diag, end, KEY_CHANNEL_BEST, radio->band, advice.best);
        add_fact(diag, end, KEY_CHANNEL_BEST_NEIGHBOURS, radio->band, advice.best_neighbours);
    }
    if (advice.best != 0)
        say_of_band(diag, radio, &advice, end);
}

static void conclude(struct diag *diag, const struct json *rounds, struct diag_end *end)
{
    json_key(end->json, "bands");
    json_open_object(end->json);
    for (uint32_t i = 0; i < diag->radio_count; i++)
        judge_band(diag, &diag->radios[i], rounds, end);
    json_close_object(end->json);
    if (*end->sentence_pt == '\0') {
        end->sentence_pt = "A busca por outras redes terminou; o canal em uso não é conhecido.";
        end->sentence_en = "The search for other networks is over; the channel in use is not known.";
    }
}

static const struct diag_test scan = {
    .test = TEST_SCAN,
    .expect_s = expect_s,
    .limit_s = 3 * 60,
    .fill = fill,
    .take = take,
    .again = again,
    .conclude = conclude,
};

DIAG_ENTRANCES(scan)

const struct action_kind action_diag_wifi_scan = {
    .name = "diag.wifi_scan",
    .label_pt = "Procurar outras redes Wi-Fi",
    .label_en = "Look for other Wi-Fi networks",
    .warning_pt = "O Wi-Fi pode falhar por alguns segundos.",
    .warning_en = "Wi-Fi may be interrupted for some seconds.",
    .ttl_s = TTL_S,
    .lets_go = true,
    .wants_home = diag_wants_home,
    .check = check,
    .next = next,
    .answer = answer,
    .inform = inform,
};
