/* What was said of an upload, as it lies on the disk: what is read is written again, and read as the same. */
#include <string.h>

#include "acs/files/pending.h"
#include "tests/fuzz/fuzz.h"

static bool is_same(const char *a, const char *b)
{
    return (a == NULL) == (b == NULL) && (a == NULL || strcmp(a, b) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_ARENA arena = arena_new(4096);
    struct pending_order order, again;
    struct text text = TEXT_IN(arena);

    if (pending_read_order((const char *)data, size, arena, &order) != ERR_OK)
        return 0;
    pending_write_order(&order, &text);
    FUZZ_CHECK(pending_read_order(text_string(&text), text.len, arena, &again) == ERR_OK);
    FUZZ_CHECK(is_same(order.name, again.name) && is_same(order.kind, again.kind));
    FUZZ_CHECK(is_same(order.version, again.version) && is_same(order.manufacturer, again.manufacturer));
    FUZZ_CHECK(is_same(order.product_class, again.product_class));
    FUZZ_CHECK(order.size == again.size && order.caller_id == again.caller_id);
    FUZZ_CHECK(memcmp(order.sha256, again.sha256, SHA256_BYTES) == 0);
    return 0;
}
