/*
 * The operator's file of quirks: any bytes are rows or an error with its place, and rows can be asked about
 * any device.
 */
#include <string.h>

#include "acs/base/text.h"
#include "provisioning/quirks.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_ARENA arena = arena_new(4096);
    const char *text = arena_memdup(arena, data, size);
    const struct model_identity hostile = {text, text, text};
    const struct model_identity plain = {"Acme", "GW 7", "1.2"};
    const struct quirk_set *set = NULL;
    enum err err = quirk_set_new(text, arena, &set);

    FUZZ_CHECK(err == ERR_OK || (err == ERR_INVALID && strstr(err_message(), "line ") != NULL));
    FUZZ_CHECK(model_compare_versions(text, text) == 0);
    FUZZ_CHECK(model_compare_versions(text, "1.2") == 0 || model_compare_versions("1.2", text) != 0);
    if (err == ERR_OK && size < 4096) { /* patterns of the same size: the walk over stars is quadratic */
        (void)quirk_set_find(set, &hostile);
        (void)quirk_set_find(set, &plain);
    }
    return 0;
}
