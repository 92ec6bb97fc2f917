#include "acs/files/range.h"

#include "tests/base/check.h"

#define ETAG "\"abc\""

struct sample {
    const char *range;
    const char *if_range;
    uint64_t size;
    struct range wanted;
};

static const struct sample samples[] = {
    {NULL,                          NULL,                            100, {RANGE_ALL, 0, 100} },
    {"bytes=0-",                    NULL,                            100, {RANGE_PART, 0, 100}},
    {"bytes=0-0",                   NULL,                            100, {RANGE_PART, 0, 1}  },
    {"bytes=10-19",                 NULL,                            100, {RANGE_PART, 10, 10}},
    {"Bytes= 10-19",                NULL,                            100, {RANGE_PART, 10, 10}},
    {"bytes=99-",                   NULL,                            100, {RANGE_PART, 99, 1} },
    {"bytes=90-1000",               NULL,                            100, {RANGE_PART, 90, 10}},
    {"bytes=-1",                    NULL,                            100, {RANGE_PART, 99, 1} },
    {"bytes=-1000",                 NULL,                            100, {RANGE_PART, 0, 100}},
    {"bytes=100-",                  NULL,                            100, {RANGE_NONE, 0, 0}  },
    {"bytes=100-200",               NULL,                            100, {RANGE_NONE, 0, 0}  },
    {"bytes=-0",                    NULL,                            100, {RANGE_NONE, 0, 0}  },
    {"bytes=0-",                    NULL,                            0,   {RANGE_NONE, 0, 0}  },
    {"bytes=-5",                    NULL,                            0,   {RANGE_NONE, 0, 0}  },
 /* what cannot be understood is as if it were not there (RFC 9110 14.2) */
    {"bytes=20-10",                 NULL,                            100, {RANGE_ALL, 0, 100} },
    {"bytes=0-1,5-6",               NULL,                            100, {RANGE_ALL, 0, 100} },
    {"bytes=",                      NULL,                            100, {RANGE_ALL, 0, 100} },
    {"bytes=-",                     NULL,                            100, {RANGE_ALL, 0, 100} },
    {"bytes=--5",                   NULL,                            100, {RANGE_ALL, 0, 100} },
    {"bytes=5",                     NULL,                            100, {RANGE_ALL, 0, 100} },
    {"bytes=+5-6",                  NULL,                            100, {RANGE_ALL, 0, 100} },
    {"bytes=1-2x",                  NULL,                            100, {RANGE_ALL, 0, 100} },
    {"bytes=99999999999999999999-", NULL,                            100, {RANGE_ALL, 0, 100} },
    {"items=0-5",                   NULL,                            100, {RANGE_ALL, 0, 100} },
 /* a device that has begun with another file begins anew */
    {"bytes=10-19",                 ETAG,                            100, {RANGE_PART, 10, 10}},
    {"bytes=10-19",                 "\"def\"",                       100, {RANGE_ALL, 0, 100} },
    {"bytes=10-19",                 "Sun, 29 Nov 2026 12:00:00 GMT", 100, {RANGE_ALL, 0, 100} },
};

static void each_range_is_the_part_that_it_says(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(samples) / sizeof(*samples); i++) {
        const struct sample *sample = &samples[i];
        struct range got = range_read(sample->range, sample->if_range, ETAG, sample->size);

        if (got.kind != sample->wanted.kind || got.first != sample->wanted.first ||
            got.len != sample->wanted.len)
            fail_msg("%s of %d: kind %d, %d bytes from %d", sample->range, (int)sample->size, got.kind,
                     (int)got.len, (int)got.first);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_range_is_the_part_that_it_says),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
