/* A compressed body: refused, or decoded within both of its bounds. The first byte chooses the coding. */
#include "acs/http/coding.h"
#include "tests/fuzz/fuzz.h"

enum { MAX = 256 * 1024 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_ARENA arena = arena_new(1024);
    char *out = NULL;
    size_t len = 0;

    if (size == 0)
        return 0;
    if (coding_decode(data[0] % 2 == 0 ? HTTP_CODING_GZIP : HTTP_CODING_DEFLATE,
                      (struct coded_body){(const char *)data + 1, size - 1}, MAX, arena, &out,
                      &len) != ERR_OK)
        return 0;
    FUZZ_CHECK(out != NULL && len <= MAX);
    FUZZ_CHECK(len <= CODING_FREE_BYTES + size * CODING_RATIO_MAX);
    FUZZ_CHECK(out[len] == '\0');
    return 0;
}
