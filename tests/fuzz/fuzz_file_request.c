/*
 * What the file server reads of a device's request: a path, a Range, and from whom a proxy says it is. A path
 * that was not written by us is no ticket; a range never reaches beyond the file; who is believed has an
 * address.
 */
#include <string.h>

#include "acs/files/range.h"
#include "acs/files/ticket.h"
#include "acs/http/networks.h"
#include "tests/fuzz/fuzz.h"

static const unsigned char key[SHA256_BYTES] = "a key of thirty-two bytes, quite";

static void check_path(const char *path, struct arena *arena)
{
    struct ticket ticket = {0};
    const char *again;

    if (!ticket_read(path, key, &ticket))
        return;
    FUZZ_CHECK(ticket_is_path(path));
    again = ticket_write(&ticket, key, arena);
    FUZZ_CHECK(strncmp(again, path, strlen(again)) == 0);
}

static void check_range(const char *text, const char *if_range, uint64_t size)
{
    struct range range = range_read(text, if_range, "\"abc\"", size);

    FUZZ_CHECK(range.kind != RANGE_ALL || (range.first == 0 && range.len == size));
    FUZZ_CHECK(range.kind != RANGE_PART ||
               (range.len > 0 && range.first < size && range.len <= size - range.first));
}

static void check_from(const char *list, struct arena *arena)
{
    const char *from = networks_last_address(list, arena);
    struct in6_addr address;

    FUZZ_CHECK(from == NULL || networks_read_address(from, &address));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_ARENA arena = arena_new(1024);
    char *path = arena_memdup(arena, data, size);
    char *range = strchr(path, '\n');

    if (range != NULL)
        *range++ = '\0';
    check_path(path, arena);
    check_from(path, arena);
    check_range(range, NULL, size);
    check_range(range, "\"abc\"", 1000);
    check_range(path, NULL, UINT64_MAX);
    return 0;
}
