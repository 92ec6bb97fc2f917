/*
 * Download and upload tests (TR-143), against Farol's own test addresses unless another is named.
 *
 * The first transfer is small; if it was over too soon to say much, a second one is as long as the first has
 * shown to be needed. The rate is that of the content between BOMTime and EOMTime.
 */
#include <math.h>
#include <string.h>

#include "acs/base/clock.h"
#include "acs/base/text.h"
#include "provisioning/actions/actions.h"
#include "provisioning/actions/names.h"
#include "provisioning/diag/diag.h"

enum { SECONDS = 8, SECONDS_MAX = 20, URL_MOST = 256, TTL_S = 15 * 60, MIB = 1024 * 1024 };

static bool uploads(const struct diag *diag)
{
    return diag->test->test == TEST_UPLOAD;
}

static enum err check(const struct json *args)
{
    const struct json *url = json_get(args, "url");
    const char *text = json_string(url, "");

    TRY(names_check_keys(args, "url", "seconds", NULL));
    if (url != NULL && ((!text_starts_with(text, "http://") && !text_starts_with(text, "ftp://")) ||
                        strlen(text) > URL_MOST || strpbrk(text, " \t\r\n\"<>@") != NULL))
        return err_set(
            ERR_INVALID,
            "url: an address that begins with http:// or ftp:// is expected, of at most %d characters",
            URL_MOST);
    return diag_check_number(args, "seconds", 2, SECONDS_MAX);
}

static int64_t seconds_of(const struct diag *diag)
{
    return json_int(json_get(diag->args, "seconds"), SECONDS);
}

static uint32_t expect_s(const struct diag *diag)
{
    enum { BESIDES_S = 4 };

    return BESIDES_S + (uint32_t)seconds_of(diag);
}

/* ---- how much is carried ---- */

static uint64_t first_size(const struct diag *diag)
{
    uint64_t size = (uploads(diag) ? UINT64_C(1) : UINT64_C(4)) * MIB;

    return diag->facts->links != NULL && diag->facts->links->speed_max < size ? diag->facts->links->speed_max
                                                                              : size;
}

/* What a transfer of the wished length takes, by what the one before has shown; 0: that one was good enough.
 */
static uint64_t next_size(const struct diag *diag, const struct json *before)
{
    double seconds = json_real(json_get(before, "seconds"), 0), mbps = json_real(json_get(before, "mbps"), 0);
    double wanted = mbps * 1e6 / 8 * (double)seconds_of(diag);
    double most = diag->facts->links != NULL ? (double)diag->facts->links->speed_max : 0;

    if (json_get(diag->args, "url") != NULL || seconds * 2 >= (double)seconds_of(diag))
        return 0;
    if (mbps <= 0)
        wanted = (double)first_size(diag) * 8;
    if (wanted > most)
        wanted = most;
    return wanted > (double)first_size(diag) * 1.5 ? (uint64_t)llround(wanted) : 0;
}

static uint64_t size_of_round(const struct diag *diag)
{
    AUTO_JSON before = NULL;

    if (diag->kept_count == 0 || json_read(diag->kept[0], strlen(diag->kept[0]), &before) != ERR_OK)
        return first_size(diag);
    return next_size(diag, before);
}

static enum err fill(struct diag *diag, const struct diag_answer *is)
{
    const char *url = json_string(json_get(diag->args, "url"), NULL);
    const struct action_links *links = diag->facts->links;
    uint64_t size = size_of_round(diag);

    if (url == NULL && (links == NULL || links->speed == NULL || links->speed_max == 0))
        return err_set(ERR_NOT_FOUND,
                       "this server gives out no test addresses (files.directory): name a url");
    if (url == NULL)
        url = links->speed(links->ctx, diag->record->id, uploads(diag) ? 0 : size, diag->arena);
    if (!diag_put(diag, is, uploads(diag) ? "UploadURL" : "DownloadURL", url))
        return err_set(ERR_NOT_FOUND, "the test of this model does not take an address");
    if (uploads(diag) && !diag_put_number(diag, is, "TestFileLength", size))
        return err_set(ERR_NOT_FOUND, "the upload test of this model does not take a size");
    return ERR_OK;
}

/* ---- what it has found out ---- */

static int64_t time_of(const struct diag_answer *is, const char *leaf)
{
    const char *value = diag_value(is, leaf);
    int64_t at_us;

    return value != NULL && text_read_time(value, &at_us) == ERR_OK && at_us > 0 ? at_us : 0;
}

static uint64_t bytes_of(const struct diag *diag, const struct diag_answer *is)
{
    uint64_t bytes = diag_number(is, uploads(diag) ? "TestBytesSent" : "TestBytesReceived", 0);

    if (bytes == 0 && uploads(diag))
        bytes = diag_number(is, "TestFileLength", 0);
    return bytes > 0 ? bytes : diag_number(is, uploads(diag) ? "TotalBytesSent" : "TotalBytesReceived", 0);
}

static enum err take(struct diag *diag, const struct diag_answer *is, struct json_writer *json)
{
    int64_t began_us = time_of(is, "BOMTime"), ended_us = time_of(is, "EOMTime");
    int64_t took_us = began_us > 0 && ended_us > began_us ? ended_us - began_us : 0;
    uint64_t bytes = bytes_of(diag, is);

    if (took_us == 0) /* a clock of whole seconds */
        took_us = (int64_t)diag_number(is, "PeriodOfFullLoading", 0);
    if (bytes == 0 || bytes > INT64_MAX || took_us < 0 || took_us > INT64_C(3600) * US_PER_S)
        return err_set(ERR_INVALID, "the device made the test and does not tell what it has carried");
    json_field_int(json, "bytes", (int64_t)bytes);
    diag_field_real(json, "seconds", (double)took_us / 1e6, 3);
    if (took_us > 0)
        diag_field_real(json, "mbps", (double)bytes * 8 / (double)took_us, 2);
    return ERR_OK;
}

static bool again(const struct diag *diag, const struct json *rounds)
{
    return json_count(rounds) == 1 && next_size(diag, json_at(rounds, 0)) > 0;
}

/* ---- what it means ---- */

/* What it would not go beyond however fast the line is: each says so in its own words. */
struct limit {
    const char *name; /* in the result */
    double mbps;      /* 0: not known */
    const char *pt, *en;
};

/* The lowest that the test came near to; NULL: none. */
static const struct limit *nearest(double mbps, const struct limit *limits, size_t count)
{
    const double near = 0.85;
    const struct limit *found = NULL;

    for (size_t i = 0; i < count; i++)
        if (limits[i].mbps > 0 && mbps >= near * limits[i].mbps &&
            (found == NULL || limits[i].mbps < found->mbps))
            found = &limits[i];
    return found;
}

static const struct limit *find_limit(const struct diag *diag, double mbps)
{
    bool own = json_get(diag->args, "url") == NULL && diag->facts->links != NULL;
    struct limit *limits = ARENA_ARRAY(diag->arena, struct limit, 3);

    limits[0] = (struct limit){"model", diag->ceiling_mbps,
                               "Este modelo não mede mais que %s Mb/s: a linha pode ser mais rápida.",
                               "This model cannot measure more than %s Mb/s: the line may be faster."};
    limits[1] = (struct limit){"link", diag->link_mbps,
                               "A entrada da internet está a %s Mb/s e não deixa passar mais.",
                               "The internet comes in at %s Mb/s, and no more can pass."};
    limits[2] = (struct limit){"server", own ? diag->facts->links->speed_mbps : 0,
                               "O servidor de teste não dá mais que %s Mb/s: a linha pode ser mais rápida.",
                               "The test server gives no more than %s Mb/s: the line may be faster."};
    return nearest(mbps, limits, 3);
}

/* A form with one %s, which takes the number. */
static const char *with_number(const char *form, double number, bool portuguese, struct arena *arena)
{
    const char *at = strstr(form, "%s");

    return arena_printf(arena, "%.*s%s%s", (int)(at - form), form, diag_decimal(number, portuguese, arena),
                        at + 2);
}

static void say(const struct diag *diag, double mbps, const struct limit *limit, struct diag_end *end)
{
    struct arena *arena = diag->arena;
    double plan = diag->plan_mbps[uploads(diag)];
    const char *what = uploads(diag) ? "Upload" : "Download";
    const char *pt = "", *en = "";

    if (plan > 0) {
        pt = arena_printf(arena, " de %s Mb/s contratados (%.0f %%)", diag_decimal(plan, true, arena),
                          100 * mbps / plan);
        en = arena_printf(arena, " of the %s Mb/s contracted (%.0f %%)", diag_decimal(plan, false, arena),
                          100 * mbps / plan);
    }
    end->sentence_pt = arena_printf(arena, "%s de %s Mb/s%s.", what, diag_decimal(mbps, true, arena), pt);
    end->sentence_en = arena_printf(arena, "%s at %s Mb/s%s.", what, diag_decimal(mbps, false, arena), en);
    if (limit == NULL || (plan > 0 && mbps >= plan)) /* who has what was paid for is held back by nothing */
        return;
    end->sentence_pt =
        arena_printf(arena, "%s %s", end->sentence_pt, with_number(limit->pt, limit->mbps, true, arena));
    end->sentence_en =
        arena_printf(arena, "%s %s", end->sentence_en, with_number(limit->en, limit->mbps, false, arena));
}

static void put_plan(const struct diag *diag, double mbps, const struct limit *limit,
                     struct json_writer *json)
{
    double plan = diag->plan_mbps[uploads(diag)];

    if (plan > 0) {
        diag_field_real(json, "plan_mbps", plan, 1);
        diag_field_real(json, "plan_percent", 100 * mbps / plan, 1);
    }
    json_field_string(json, "limited_by", limit != NULL ? limit->name : NULL);
}

static void conclude(struct diag *diag, const struct json *rounds, struct diag_end *end)
{
    const struct json *last = json_at(rounds, json_count(rounds) - 1);
    double mbps = json_real(json_get(last, "mbps"), 0);

    if (mbps <= 0)
        mbps = json_real(json_get(json_at(rounds, 0), "mbps"), 0);
    json_field_int(end->json, "bytes", json_int(json_get(last, "bytes"), 0));
    diag_field_real(end->json, "seconds", json_real(json_get(last, "seconds"), 0), 3);
    if (diag->ceiling_mbps > 0)
        json_field_int(end->json, "ceiling_mbps", diag->ceiling_mbps);
    if (mbps <= 0) {
        end->sentence_pt = "A transferência acabou rápido demais para o relógio do roteador medir.";
        end->sentence_en = "The transfer was over too fast for the router's clock to measure.";
        return;
    }
    diag_field_real(end->json, "mbps", mbps, 2);
    put_plan(diag, mbps, find_limit(diag, mbps), end->json);
    say(diag, mbps, find_limit(diag, mbps), end);
    fact_add_number(&end->facts, uploads(diag) ? "test.upload_mbps" : "test.download_mbps", mbps,
                    diag->facts->now_us);
    if (diag->ceiling_mbps > 0)
        fact_add_number(&end->facts, "speed.ceiling_mbps", diag->ceiling_mbps, diag->facts->now_us);
}

#define SPEED_TEST(of)                                                                                     \
    {                                                                                                      \
        .test = (of), .expect_s = expect_s, .limit_s = 4 * 60, .fill = fill, .take = take, .again = again, \
        .conclude = conclude                                                                               \
    }

static const struct diag_test tests[] = {SPEED_TEST(TEST_DOWNLOAD), SPEED_TEST(TEST_UPLOAD)};

static const struct diag_test *test_of(const struct action_record *record)
{
    return &tests[strcmp(record->kind, "diag.upload") == 0];
}

DIAG_ENTRANCES(*test_of(record))

#define SPEED_KIND(kind, pt, en)                                                                        \
    {                                                                                                   \
        .name = (kind), .label_pt = (pt), .label_en = (en),                                             \
        .warning_pt = "A internet fica lenta por alguns segundos.",                                     \
        .warning_en = "The internet is slow for some seconds.", .ttl_s = TTL_S, .lets_go = true,        \
        .wants_home = diag_wants_home, .check = check, .next = next, .answer = answer, .inform = inform \
    }

const struct action_kind action_diag_download =
    SPEED_KIND("diag.download", "Medir a velocidade de download", "Measure the download speed");
const struct action_kind action_diag_upload =
    SPEED_KIND("diag.upload", "Medir a velocidade de upload", "Measure the upload speed");
