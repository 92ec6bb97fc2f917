/* Ping: do packets come back, how many, how fast. Repeated short rounds show what comes and goes. */
#include <string.h>

#include "acs/base/text.h"
#include "provisioning/actions/actions.h"
#include "provisioning/actions/names.h"
#include "provisioning/diag/diag.h"

enum {
    COUNT = 4,
    COUNT_MAX = 50,
    TIMEOUT_MS = 1000,
    TIMEOUT_MOST_MS = 10000,
    SIZE_MAX_BYTES = 65500,
    TTL_S = 15 * 60
};

static enum err check(const struct json *args)
{
    TRY(names_check_keys(args, "host", "count", "rounds", "size", "timeout_ms", NULL));
    TRY(diag_check_host(args, "host"));
    TRY(diag_check_number(args, "count", 1, COUNT_MAX));
    TRY(diag_check_number(args, "rounds", 1, DIAG_ROUNDS_MAX));
    TRY(diag_check_number(args, "size", 1, SIZE_MAX_BYTES));
    return diag_check_number(args, "timeout_ms", 100, TIMEOUT_MOST_MS);
}

static int64_t argument(const struct diag *diag, const char *name, int64_t otherwise)
{
    return json_int(json_get(diag->args, name), otherwise);
}

static uint32_t expect_s(const struct diag *diag)
{
    enum { BESIDES_S = 4 };
    int64_t ms = argument(diag, "count", COUNT) * argument(diag, "timeout_ms", TIMEOUT_MS);

    return BESIDES_S + (uint32_t)(ms / 1000);
}

static enum err fill(struct diag *diag, const struct diag_answer *is)
{
    if (!diag_put(diag, is, "Host", json_string(json_get(diag->args, "host"), "")))
        return err_set(ERR_NOT_FOUND, "the ping of this model does not take a host");
    diag_put_number(diag, is, "NumberOfRepetitions", (uint64_t)argument(diag, "count", COUNT));
    diag_put_number(diag, is, "Timeout", (uint64_t)argument(diag, "timeout_ms", TIMEOUT_MS));
    if (json_get(diag->args, "size") != NULL)
        diag_put_number(diag, is, "DataBlockSize", (uint64_t)argument(diag, "size", 0));
    return ERR_OK;
}

static enum err take(struct diag *diag, const struct diag_answer *is, struct json_writer *json)
{
    static const struct {
        const char *field, *name;
    } times[] = {
        {"MinimumResponseTime", "min_ms"},
        {"AverageResponseTime", "avg_ms"},
        {"MaximumResponseTime", "max_ms"},
    };
    enum { NOT_TOLD = -1 };
    uint64_t count = (uint64_t)argument(diag, "count", COUNT);
    uint64_t received = diag_number(is, "SuccessCount", (uint64_t)NOT_TOLD);
    uint64_t lost = diag_number(is, "FailureCount", received <= count ? count - received : 0);

    if (received > UINT32_MAX || lost > UINT32_MAX)
        return err_set(ERR_INVALID, "the device made the test and does not tell how many answers came");
    if (received + lost == 0)
        return err_set(ERR_INVALID, "the device says that the test is complete, and has sent nothing");
    json_field_int(json, "sent", (int64_t)(received + lost));
    json_field_int(json, "received", (int64_t)received);
    for (size_t i = 0; received > 0 && i < sizeof(times) / sizeof(*times); i++) {
        uint64_t ms = diag_number(is, times[i].field, UINT64_MAX);

        if (ms <= UINT32_MAX)
            json_field_int(json, times[i].name, (int64_t)ms);
    }
    return ERR_OK;
}

static bool again(const struct diag *diag, const struct json *rounds)
{
    return (int64_t)json_count(rounds) < argument(diag, "rounds", 1);
}

/* ---- all rounds together ---- */

struct sums {
    int64_t sent, received, min_ms, max_ms;
    double avg_ms; /* below 0: not told */
};

static struct sums add_up(const struct json *rounds)
{
    struct sums sums = {.min_ms = -1, .max_ms = -1};
    double weighted = 0;
    int64_t weight = 0;

    for (size_t i = 0; i < json_count(rounds); i++) {
        const struct json *round = json_at(rounds, i);
        int64_t received = json_int(json_get(round, "received"), 0);
        int64_t avg = json_int(json_get(round, "avg_ms"), -1), min = json_int(json_get(round, "min_ms"), -1);
        int64_t max = json_int(json_get(round, "max_ms"), -1);

        sums.sent += json_int(json_get(round, "sent"), 0);
        sums.received += received;
        if (min >= 0 && (sums.min_ms < 0 || min < sums.min_ms))
            sums.min_ms = min;
        if (max > sums.max_ms)
            sums.max_ms = max;
        weighted += avg >= 0 ? (double)avg * (double)received : 0;
        weight += avg >= 0 ? received : 0;
    }
    sums.avg_ms = weight > 0 ? diag_round(weighted / (double)weight, 1) : -1;
    return sums;
}

/* Of the rounds' averages the one in the middle, the lower of two; below 0: none is told. */
static double median_of(const struct json *rounds)
{
    int64_t sorted[DIAG_ROUNDS_MAX];
    size_t count = 0, middle;

    for (size_t i = 0; i < json_count(rounds) && count < DIAG_ROUNDS_MAX; i++) {
        int64_t avg = json_int(json_get(json_at(rounds, i), "avg_ms"), -1);
        size_t at = count;

        if (avg < 0)
            continue;
        for (; at > 0 && sorted[at - 1] > avg; at--)
            sorted[at] = sorted[at - 1];
        sorted[at] = avg;
        count++;
    }
    middle = count > 0 ? (count - 1) / 2 : 0;
    return count > 0 ? (double)sorted[middle] : -1;
}

static void say_nothing_came(const char *host, struct diag_end *end)
{
    struct arena *arena = end->facts.arena;

    end->sentence_pt = arena_printf(arena, "Nenhuma resposta de %s: sem conexão até lá.", host);
    end->sentence_en = arena_printf(arena, "No answer from %s: there is no connection to it.", host);
}

static void say(double loss, double avg_ms, struct diag_end *end)
{
    enum { LOSS_FAIR = 1, LOSS_BAD = 3, MS_FAIR = 80, MS_BAD = 200 };
    struct arena *arena = end->facts.arena;
    bool bad = loss >= LOSS_BAD || avg_ms >= MS_BAD;
    bool fair = loss >= LOSS_FAIR || avg_ms >= MS_FAIR;
    const char *pt = bad ? "conexão ruim" : fair ? "conexão regular" : "boa conexão";
    const char *en = bad ? "a bad connection" : fair ? "a fair connection" : "a good connection";

    if (avg_ms < 0) {
        end->sentence_pt = arena_printf(arena, "Perda de %s %%: %s.", diag_decimal(loss, true, arena), pt);
        end->sentence_en = arena_printf(arena, "%s %% lost: %s.", diag_decimal(loss, false, arena), en);
        return;
    }
    end->sentence_pt = arena_printf(arena, "Perda de %s %%, %s ms: %s.", diag_decimal(loss, true, arena),
                                    diag_decimal(avg_ms, true, arena), pt);
    end->sentence_en = arena_printf(arena, "%s %% lost, %s ms: %s.", diag_decimal(loss, false, arena),
                                    diag_decimal(avg_ms, false, arena), en);
}

static void conclude(struct diag *diag, const struct json *rounds, struct diag_end *end)
{
    struct sums sums = add_up(rounds);
    const char *host = json_string(json_get(diag->args, "host"), "");
    double loss =
        sums.sent > 0 ? diag_round(100.0 * (double)(sums.sent - sums.received) / (double)sums.sent, 1) : 100;

    json_field_string(end->json, "host", host);
    json_field_int(end->json, "sent", sums.sent);
    json_field_int(end->json, "received", sums.received);
    diag_field_real(end->json, "loss_percent", loss, 1);
    if (sums.min_ms >= 0)
        json_field_int(end->json, "min_ms", sums.min_ms);
    if (sums.avg_ms >= 0)
        diag_field_real(end->json, "avg_ms", sums.avg_ms, 1);
    if (median_of(rounds) >= 0)
        diag_field_real(end->json, "p50_ms", median_of(rounds), 1);
    if (sums.max_ms >= 0)
        json_field_int(end->json, "max_ms", sums.max_ms);
    if (sums.received == 0)
        say_nothing_came(host, end);
    else
        say(loss, sums.avg_ms, end);
    fact_add_number(&end->facts, "test.ping_loss_percent", loss, diag->facts->now_us);
    if (sums.avg_ms >= 0)
        fact_add_number(&end->facts, "test.ping_ms", sums.avg_ms, diag->facts->now_us);
}

static const struct diag_test ping = {
    .test = TEST_PING,
    .expect_s = expect_s,
    .limit_s = 11 * 60,
    .fill = fill,
    .take = take,
    .again = again,
    .conclude = conclude,
};

DIAG_ENTRANCES(ping)

const struct action_kind action_diag_ping = {
    .name = "diag.ping",
    .label_pt = "Testar a conexão (ping)",
    .label_en = "Test the connection (ping)",
    .ttl_s = TTL_S,
    .lets_go = true,
    .wants_home = diag_wants_home,
    .check = check,
    .next = next,
    .answer = answer,
    .inform = inform,
};
