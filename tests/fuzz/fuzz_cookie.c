/* The cookie of a session is the one of its name, once and as it stands in the header; a key of any other
 * form is none. */
#include <string.h>

#include "acs/auth/key.h"
#include "tests/fuzz/fuzz.h"

#define NAME "__Host-farol"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_ARENA arena = arena_new(256);
    const char *header = arena_memdup(arena, data, size);
    const char *found = cookie_find(header, NAME, arena);
    unsigned char hash[SHA256_BYTES];

    if (found == NULL)
        return 0;
    FUZZ_CHECK(strchr(found, ';') == NULL);
    FUZZ_CHECK(strstr(header, arena_printf(arena, NAME "=%s", found)) != NULL);
    FUZZ_CHECK(cookie_find(arena_printf(arena, "%s; " NAME "=x", header), NAME, arena) ==
               NULL); /* twice is never */
    if (!key_is_well_formed(found))
        return 0;
    FUZZ_CHECK(strlen(found) == KEY_TEXT_MAX - 1);
    key_hash(KEY_SESSION, found, hash);
    return 0;
}
