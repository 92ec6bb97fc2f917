/* Download and upload tests (TR-143): the bytes are real, the rate is that of the home's line. */
#include <inttypes.h>
#include <string.h>

#include "acs/base/text.h"
#include "tests/cpesim/diagnostic_kind.h"
#include "tests/cpesim/fact.h"
#include "tests/cpesim/fleet.h"

enum { SEGMENT = 1460, HEADERS = 40, ACKS = 2 };

static uint64_t smaller(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/* The line's rate, or what the box can do, if that is less. */
static uint64_t kbps_of(const struct tree *tree, bool uploads)
{
    uint64_t line = (uint64_t)fact_of(tree, uploads ? FACT_UP_KBPS : FACT_DOWN_KBPS);

    return smaller(line, uploads ? tree->model->up_kbps : tree->model->down_kbps);
}

const char *test_speed_begin(struct test *test, bool uploads, const struct speed_user *user,
                             struct meter **ret)
{
    const struct fleet *fleet = test->home->fleet;
    uint64_t length = 0;
    struct url url;

    if (uploads && text_read_u64(test_argument(test, "TestFileLength"), &length) == ERR_OK && length == 0)
        return "Error_NoTransferComplete";
    if (!test_is_online(test) ||
        url_read(test_argument(test, uploads ? "UploadURL" : "DownloadURL"), &url) != ERR_OK)
        return "Error_InitConnectionFailed";
    *ret = meter_new(fleet->loop, fleet->alarms,
                     &(struct meter_order){
                         .url = &url,
                         .source = fleet->options != NULL ? fleet->options->listen : NULL,
                         .upload = length,
                         .kbps = kbps_of(&test->home->tree, uploads),
                         .seconds = test_number(test, "TimeBasedTestDuration", 0),
                     },
                     user->done, user->ctx);
    return NULL;
}

static void put_time(struct test *test, const char *name, int64_t us)
{
    test_put(test, name,
             us == 0 ? "0001-01-01T00:00:00Z"
                     : text_write_time(arena_alloc(test->arena, TEXT_TIME_MAX), us, true));
}

/* What the content is at the IP layer, and the acknowledgements that go the other way. */
static void put_counts(struct test *test, bool uploads, const struct meter_result *result)
{
    const char *there = uploads ? "Sent" : "Received", *back = uploads ? "Received" : "Sent";
    uint64_t segments = (result->bytes + SEGMENT - 1) / SEGMENT;
    const struct {
        const char *name;
        uint64_t value;
    } counts[] = {
        {arena_printf(test->arena, "TestBytes%s",  there), result->bytes                     },
        {arena_printf(test->arena, "TotalBytes%s", there), result->bytes + segments * HEADERS},
        {arena_printf(test->arena, "TotalBytes%s", back),  segments / ACKS * HEADERS         },
    };

    for (size_t i = 0; i < sizeof(counts) / sizeof(*counts); i++) {
        test_printf(test, counts[i].name, "%" PRIu64, counts[i].value);
        test_printf(test, arena_printf(test->arena, "%sUnderFullLoading", counts[i].name), "%" PRIu64,
                    counts[i].value);
    }
    test_printf(test, "PeriodOfFullLoading", "%" PRIi64,
                result->bom_us > 0 ? result->eom_us - result->bom_us : 0);
}

static const char *state_of(struct test *test, bool uploads, enum meter_end end)
{
    bool is_181 = strcmp(test->home->tree.model->root, "Device.") == 0;

    switch (end) {
    case METER_DONE:
        return is_181 ? "Complete" : "Completed"; /* the one word that TR-098 and TR-143 have for it here */
    case METER_NO_HOST:
        return is_181 ? "Error_CannotResolveHostName" : "Error_InitConnectionFailed";
    case METER_NO_CONNECTION:
        return "Error_InitConnectionFailed";
    case METER_NO_ANSWER:
        return "Error_NoResponse";
    case METER_REFUSED:
    case METER_BROKEN:
        break;
    }
    return uploads ? "Error_NoTransferComplete" : "Error_TransferFailed";
}

const char *test_speed_end(struct test *test, bool uploads, const struct meter_result *result)
{
    const struct {
        const char *name;
        int64_t us;
    } times[] = {
        {"TCPOpenRequestTime",  result->open_us  },
        {"TCPOpenResponseTime", result->opened_us},
        {"ROMTime",             result->rom_us   },
        {"BOMTime",             result->bom_us   },
        {"EOMTime",             result->eom_us   },
    };
    struct url url;

    for (size_t i = 0; i < sizeof(times) / sizeof(*times); i++)
        put_time(test, times[i].name, times[i].us);
    put_counts(test, uploads, result);
    if (url_read(test_argument(test, uploads ? "UploadURL" : "DownloadURL"), &url) == ERR_OK)
        test_put(test, "IPAddressUsed", result->opened_us > 0 ? url.host : "");
    return state_of(test, uploads, result->end);
}
