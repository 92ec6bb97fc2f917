/* What was read as JSON, printed and read again prints the same; and a refusal says why. */
#include <string.h>

#include "acs/base/json.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_ARENA arena = arena_new(4096);
    struct text first = TEXT_IN(arena);
    struct text second = TEXT_IN(arena);
    AUTO_JSON json = NULL;
    AUTO_JSON again = NULL;

    if (json_read((const char *)data, size, &json) != ERR_OK) {
        FUZZ_CHECK(json == NULL && strstr(err_message(), "JSON") == err_message());
        return 0;
    }
    json_print(json, &first);
    FUZZ_CHECK(text_is_utf8(first.data, first.len));
    FUZZ_CHECK(json_read(first.data, first.len, &again) == ERR_OK);
    FUZZ_CHECK(json_kind(again) == json_kind(json) && json_count(again) == json_count(json));
    json_print(again, &second);
    FUZZ_CHECK(strcmp(text_string(&first), text_string(&second)) == 0);
    return 0;
}
