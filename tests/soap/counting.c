#include "tests/soap/counting.h"

#include <libxml/xmlmemory.h>
#include <stdint.h>
#include <string.h>

#include "acs/base/arena.h"

/* In front of every block: its size, in a place that keeps the block aligned. */
enum { HEADER = 16 };

static size_t held, peak, calls;
static size_t fail_at = SIZE_MAX;
static int fail_all;

size_t counting_held(void)
{
    return held;
}

size_t counting_peak(void)
{
    return peak;
}

size_t counting_calls(void)
{
    return calls;
}

void counting_forget(void)
{
    peak = held;
    calls = 0;
}

void counting_fail(size_t n, int all)
{
    calls = 0;
    fail_at = n;
    fail_all = all;
}

void counting_fail_no_more(void)
{
    fail_at = SIZE_MAX;
}

static int must_fail(void)
{
    size_t call = calls++;

    return call == fail_at || (fail_all && call > fail_at);
}

static size_t size_of(const void *block)
{
    size_t size;

    memcpy(&size, (const char *)block - HEADER, sizeof(size));
    return size;
}

static void counted_free(void *block)
{
    if (block == NULL)
        return;
    held -= size_of(block);
    heap_free((char *)block - HEADER);
}

static void *counted_alloc(size_t size)
{
    char *memory;

    if (must_fail())
        return NULL;
    memory = heap_alloc(size + HEADER);
    memcpy(memory, &size, sizeof(size));
    held += size;
    if (held > peak)
        peak = held;
    return memory + HEADER;
}

static void *counted_grow(void *block, size_t size)
{
    void *grown = counted_alloc(size);

    if (block == NULL || grown == NULL)
        return grown;
    memcpy(grown, block, size < size_of(block) ? size : size_of(block));
    counted_free(block);
    return grown;
}

static char *counted_copy(const char *text)
{
    char *copy = counted_alloc(strlen(text) + 1);

    if (copy != NULL)
        memcpy(copy, text, strlen(text) + 1);
    return copy;
}

void counting_begin(void)
{
    xmlMemSetup(counted_free, counted_alloc, counted_grow, counted_copy);
}
