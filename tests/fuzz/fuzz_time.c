/* What was read as a time, written and read again is the same time; and other readers of short texts do not
 * disagree. */
#include <string.h>

#include "acs/base/text.h"
#include "tests/fuzz/fuzz.h"

static void check_time(const char *text)
{
    char written[TEXT_TIME_MAX];
    int64_t us, again;

    if (text_read_time(text, &us) != ERR_OK)
        return;
    FUZZ_CHECK(text_read_time(text_write_time(written, us, true), &again) == ERR_OK && again == us);
    FUZZ_CHECK(strlen(written) == strlen("2026-11-22T19:40:01.123456Z"));
    FUZZ_CHECK(text_read_time(text_write_time(written, us, false), &again) == ERR_OK);
    FUZZ_CHECK(again <= us && us - again < 1000000);
}

/* Three readers of the same digits. */
static void check_numbers(const char *text)
{
    uint32_t small;
    uint64_t large;
    int64_t with_sign;
    bool is_small = text_read_u32(text, &small) == ERR_OK;
    bool is_large = text_read_u64(text, &large) == ERR_OK;
    bool is_signed = text_read_i64(text, &with_sign) == ERR_OK;

    FUZZ_CHECK(!is_small || (is_large && large == small));
    FUZZ_CHECK(!is_large || is_signed == (large <= INT64_MAX));
    FUZZ_CHECK(!is_large || !is_signed || (uint64_t)with_sign == large);
}

static void check_units(const char *text)
{
    uint64_t size;
    uint64_t number;
    uint32_t ms;
    bool is_size = text_read_size(text, &size) == ERR_OK;

    FUZZ_CHECK(!is_size || size <= INT64_MAX);
    FUZZ_CHECK(!is_size || text_read_u64(text, &number) != ERR_OK || number == size);
    FUZZ_CHECK(!is_size || text_read_duration(text, &ms) != ERR_OK);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_ARENA arena = arena_new(256);
    const char *text = arena_memdup(arena, data, size);

    check_time(text);
    check_numbers(text);
    check_units(text);
    return 0;
}
