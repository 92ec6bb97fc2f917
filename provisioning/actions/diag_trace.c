/* The way to a host: which routers are on it, and where it ends. */
#include <string.h>

#include "acs/base/text.h"
#include "provisioning/actions/actions.h"
#include "provisioning/actions/names.h"
#include "provisioning/diag/diag.h"

enum { HOPS = 30, HOPS_MAX = 64, TTL_S = 15 * 60, EXPECT_S = 30 };

static enum err check(const struct json *args)
{
    TRY(names_check_keys(args, "host", "max_hops", NULL));
    TRY(diag_check_host(args, "host"));
    return diag_check_number(args, "max_hops", 1, HOPS_MAX);
}

static uint32_t expect_s(const struct diag *diag)
{
    (void)diag;
    return EXPECT_S;
}

static const char *host_of(const struct diag *diag)
{
    return json_string(json_get(diag->args, "host"), "");
}

static enum err fill(struct diag *diag, const struct diag_answer *is)
{
    if (!diag_put(diag, is, "Host", host_of(diag)))
        return err_set(ERR_NOT_FOUND, "the trace of this model does not take a host");
    diag_put_number(diag, is, "MaxHopCount|MaximumHops",
                    (uint64_t)json_int(json_get(diag->args, "max_hops"), HOPS));
    return ERR_OK;
}

/* "3,4,5": the least of them; below 0: none is a number. */
static int64_t least_of(const char *times)
{
    int64_t least = -1;

    while (*times != '\0') {
        size_t len = strcspn(times, ",; ");
        char one[24] = {0};
        int64_t ms;

        memcpy(one, times, len < sizeof(one) ? len : sizeof(one) - 1);
        if (text_read_i64(one, &ms) == ERR_OK && ms >= 0 && (least < 0 || ms < least))
            least = ms;
        times += len;
        times += strspn(times, ",; ");
    }
    return least;
}

static void put_hop(struct diag *diag, const struct diag_answer *is, const struct diag_row *row,
                    struct json_writer *json)
{
    const char *host = text_or_empty(diag_row_value(is, row, "HopHost|Host"));
    const char *address =
        text_or_empty(diag_row_value(is, row, "HopHostAddress|HostAddress|ResponseIPAddress"));
    int64_t ms = least_of(text_or_empty(diag_row_value(is, row, "HopRTTimes|RTTimes")));

    json_open_object(json);
    json_field_string(json, "host", arena_printf(diag->arena, "%.253s", host));
    json_field_string(json, "address", arena_printf(diag->arena, "%.64s", *address != '\0' ? address : host));
    if (ms >= 0)
        json_field_int(json, "ms", ms);
    json_close_object(json);
}

static enum err take(struct diag *diag, const struct diag_answer *is, struct json_writer *json)
{
    struct diag_row *rows;
    size_t count = diag_rows(is, "HopRTTimes|RTTimes", diag->arena, &rows);
    uint64_t ms = diag_number(is, "ResponseTime", UINT64_MAX);

    if (count == 0 && text_starts_with(text_or_empty(diag_value(is, "DiagnosticsState")), "Complete"))
        return err_set(ERR_INVALID,
                       "the device says that the test is complete, and tells no step of the way");
    if (ms <= UINT32_MAX)
        json_field_int(json, "response_ms", (int64_t)ms);
    json_key(json, "hops");
    json_open_array(json);
    for (size_t i = 0; i < count && i < HOPS_MAX; i++)
        put_hop(diag, is, &rows[i], json);
    json_close_array(json);
    return ERR_OK;
}

static bool again(const struct diag *diag, const struct json *rounds)
{
    (void)diag, (void)rounds;
    return false;
}

/* The number of the last router that has answered, from 1. */
static size_t last_that_answered(const struct json *hops)
{
    size_t last = 0;

    for (size_t i = 0; i < json_count(hops); i++)
        if (json_get(json_at(hops, i), "ms") != NULL)
            last = i + 1;
    return last;
}

static void conclude(struct diag *diag, const struct json *rounds, struct diag_end *end)
{
    const struct json *round = json_at(rounds, 0), *hops = json_get(round, "hops");
    bool arrived = !text_starts_with(json_string(json_get(round, "state"), ""), "Error");
    int64_t ms = json_int(json_get(round, "response_ms"), 0);
    size_t last = last_that_answered(hops);
    const char *at = last > 0 ? json_string(json_get(json_at(hops, last - 1), "address"), "") : "";
    struct arena *arena = diag->arena;

    json_field_string(end->json, "host", host_of(diag));
    json_field_bool(end->json, "arrived", arrived);
    json_field_int(end->json, "hop_count", (int64_t)json_count(hops));
    if (arrived) {
        end->sentence_pt = arena_printf(arena, "Chegou a %s em %zu saltos, %lld ms.", host_of(diag),
                                        json_count(hops), (long long)ms);
        end->sentence_en = arena_printf(arena, "It reached %s in %zu hops, %lld ms.", host_of(diag),
                                        json_count(hops), (long long)ms);
    } else if (last == 0) {
        end->sentence_pt = arena_printf(arena, "Nenhum salto respondeu no caminho até %s.", host_of(diag));
        end->sentence_en = arena_printf(arena, "No hop answered on the way to %s.", host_of(diag));
    } else {
        end->sentence_pt = arena_printf(arena, "Não chegou a %s: o último a responder foi o salto %zu (%s).",
                                        host_of(diag), last, at);
        end->sentence_en = arena_printf(arena, "It did not reach %s: the last to answer was hop %zu (%s).",
                                        host_of(diag), last, at);
    }
}

static const struct diag_test trace = {
    .test = TEST_TRACE,
    .results = "Error_MaxHopCountExceeded",
    .expect_s = expect_s,
    .limit_s = 5 * 60,
    .fill = fill,
    .take = take,
    .again = again,
    .conclude = conclude,
};

DIAG_ENTRANCES(trace)

const struct action_kind action_diag_traceroute = {
    .name = "diag.traceroute",
    .label_pt = "Ver o caminho até um endereço",
    .label_en = "See the way to an address",
    .ttl_s = TTL_S,
    .lets_go = true,
    .wants_home = diag_wants_home,
    .check = check,
    .next = next,
    .answer = answer,
    .inform = inform,
};
