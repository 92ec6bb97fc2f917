/* Looking up names: does each server answer, with what, how fast. One round for each server. */
#include <string.h>

#include "acs/base/text.h"
#include "provisioning/actions/actions.h"
#include "provisioning/actions/names.h"
#include "provisioning/diag/diag.h"

enum { SERVERS_MAX = 5, TRIES = 3, TRIES_MAX = 10, TTL_S = 15 * 60 };

static enum err check_servers(const struct json *servers)
{
    if (servers == NULL)
        return ERR_OK;
    if (json_kind(servers) != JSON_ARRAY || json_count(servers) == 0 || json_count(servers) > SERVERS_MAX)
        return err_set(ERR_INVALID, "servers: a list of 1 to %d servers is expected", SERVERS_MAX);
    for (size_t i = 0; i < json_count(servers); i++)
        if (!diag_is_host(json_string(json_at(servers, i), "")))
            return err_set(ERR_INVALID, "servers[%zu]: a name or an address is expected", i);
    return ERR_OK;
}

static enum err check(const struct json *args)
{
    TRY(names_check_keys(args, "name", "servers", "tries", NULL));
    TRY(diag_check_host(args, "name"));
    TRY(check_servers(json_get(args, "servers")));
    return diag_check_number(args, "tries", 1, TRIES_MAX);
}

static int64_t tries_of(const struct diag *diag)
{
    return json_int(json_get(diag->args, "tries"), TRIES);
}

/* "": the one that the home uses. */
static const char *server_of(const struct diag *diag)
{
    return json_string(json_at(json_get(diag->args, "servers"), diag->round), "");
}

static uint32_t expect_s(const struct diag *diag)
{
    enum { BESIDES_S = 4 };

    return BESIDES_S + 2 * (uint32_t)tries_of(diag);
}

static enum err fill(struct diag *diag, const struct diag_answer *is)
{
    if (!diag_put(diag, is, "HostName", json_string(json_get(diag->args, "name"), "")))
        return err_set(ERR_NOT_FOUND, "the look-up of this model does not take a name");
    if (!diag_put(diag, is, "DNSServer", server_of(diag)) && *server_of(diag) != '\0')
        return err_set(ERR_NOT_FOUND, "the look-up of this model does not take a server");
    diag_put_number(diag, is, "NumberOfRepetitions", (uint64_t)tries_of(diag));
    return ERR_OK;
}

static const char *short_of(const struct diag *diag, const char *value)
{
    return arena_printf(diag->arena, "%.253s", text_or_empty(value));
}

static bool put_try(struct diag *diag, const struct diag_answer *is, const struct diag_row *row,
                    struct json_writer *json)
{
    const char *status = short_of(diag, diag_row_value(is, row, "Status"));
    const char *ms = diag_row_value(is, row, "ResponseTime");
    uint32_t number;

    json_open_object(json);
    json_field_string(json, "status", status);
    json_field_string(json, "server", short_of(diag, diag_row_value(is, row, "DNSServerIP")));
    json_field_string(json, "addresses", short_of(diag, diag_row_value(is, row, "IPAddresses")));
    if (ms != NULL && text_read_u32(ms, &number) == ERR_OK)
        json_field_int(json, "ms", number);
    json_close_object(json);
    return text_equal_nocase(status, "Success");
}

static enum err take(struct diag *diag, const struct diag_answer *is, struct json_writer *json)
{
    struct diag_row *rows;
    size_t count = diag_rows(is, "Status", diag->arena, &rows);
    int64_t successes = 0;

    if (count == 0 && text_starts_with(text_or_empty(diag_value(is, "DiagnosticsState")), "Complete"))
        return err_set(ERR_INVALID, "the device says that the test is complete, and tells no question");
    json_field_string(json, "server", server_of(diag));
    json_key(json, "tries");
    json_open_array(json);
    for (size_t i = 0; i < count && i < TRIES_MAX; i++)
        successes += put_try(diag, is, &rows[i], json);
    json_close_array(json);
    json_field_int(json, "asked", tries_of(diag));
    json_field_int(json, "answered", successes < tries_of(diag) ? successes : tries_of(diag));
    return ERR_OK;
}

static bool again(const struct diag *diag, const struct json *rounds)
{
    return json_count(rounds) < json_count(json_get(diag->args, "servers"));
}

static void conclude(struct diag *diag, const struct json *rounds, struct diag_end *end)
{
    const char *name = json_string(json_get(diag->args, "name"), "");
    int64_t asked = 0, answered = 0;
    struct arena *arena = diag->arena;
    double failed;

    for (size_t i = 0; i < json_count(rounds); i++) {
        asked += json_int(json_get(json_at(rounds, i), "asked"), 0);
        answered += json_int(json_get(json_at(rounds, i), "answered"), 0);
    }
    failed = asked > 0 ? diag_round(100.0 * (double)(asked - answered) / (double)asked, 1) : 100;
    json_field_string(end->json, "name", name);
    json_field_int(end->json, "asked", asked);
    json_field_int(end->json, "answered", answered);
    diag_field_real(end->json, "failed_percent", failed, 1);
    if (answered == asked) {
        end->sentence_pt =
            arena_printf(arena, "O DNS respondeu a todas as %lld consultas por %s.", (long long)asked, name);
        end->sentence_en =
            arena_printf(arena, "The DNS answered all %lld look-ups of %s.", (long long)asked, name);
    } else if (answered == 0) {
        end->sentence_pt = arena_printf(arena, "O DNS não respondeu a nenhuma consulta por %s.", name);
        end->sentence_en = arena_printf(arena, "The DNS answered no look-up of %s.", name);
    } else {
        end->sentence_pt = arena_printf(arena, "O DNS falhou em %s %% das consultas por %s.",
                                        diag_decimal(failed, true, arena), name);
        end->sentence_en = arena_printf(arena, "The DNS failed in %s %% of the look-ups of %s.",
                                        diag_decimal(failed, false, arena), name);
    }
    fact_add_number(&end->facts, "test.dns_failed_percent", failed, diag->facts->now_us);
}

static const struct diag_test dns = {
    .test = TEST_DNS,
    .results = "Error_DNSServerNotResolved",
    .expect_s = expect_s,
    .limit_s = 3 * 60,
    .fill = fill,
    .take = take,
    .again = again,
    .conclude = conclude,
};

DIAG_ENTRANCES(dns)

const struct action_kind action_diag_dns = {
    .name = "diag.dns",
    .label_pt = "Testar o DNS",
    .label_en = "Test the DNS",
    .ttl_s = TTL_S,
    .lets_go = true,
    .wants_home = diag_wants_home,
    .check = check,
    .next = next,
    .answer = answer,
    .inform = inform,
};
