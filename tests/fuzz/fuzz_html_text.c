/* Whatever people elsewhere wrote comes out as text that may be kept: UTF-8, no control characters, not too
 * long. */
#include <string.h>

#include "acs/outbox/html_text.h"
#include "tests/fuzz/fuzz.h"

enum { MOST = 200, CUT_MAX = 4 + 3 };

static void check(const char *text)
{
    FUZZ_CHECK(text_is_utf8(text, strlen(text)));
    FUZZ_CHECK(strlen(text) <= MOST + CUT_MAX);
    FUZZ_CHECK(strstr(text, "\n\n\n") == NULL);
    for (const char *c = text; *c != '\0'; c++)
        FUZZ_CHECK((unsigned char)*c >= ' ' || *c == '\n');
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_ARENA arena = arena_new(256);
    const char *bytes = arena_memdup(arena, data, size);
    const char *plain = plain_text(bytes, MOST, arena);

    check(plain);
    check(html_text(bytes, MOST, arena));
    if (strlen(plain) < MOST)
        FUZZ_CHECK(strcmp(plain_text(plain, MOST + CUT_MAX, arena), plain) == 0);
    return 0;
}
