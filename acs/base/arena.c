#include "acs/base/arena.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ALIGN = _Alignof(max_align_t) };

struct block {
    struct block *next; /* older */
    size_t size;
    size_t used;
    _Alignas(max_align_t) unsigned char bytes[];
};

struct arena {
    struct block *newest;
    struct block *first; /* survives a reset */
    size_t handed_out;
};

static void *or_abort(void *memory)
{
    if (memory == NULL) {
        fputs("farol: out of memory\n", stderr);
        abort();
    }
    return memory;
}

void *heap_alloc(size_t size)
{
    return or_abort(calloc(1, size ? size : 1));
}

void *heap_grow(void *old, size_t size)
{
    return or_abort(realloc(old, size ? size : 1));
}

char *heap_strdup(const char *text)
{
    return or_abort(strdup(text));
}

void heap_free(void *memory)
{
    free(memory);
}

static size_t rounded(size_t size)
{
    if (size > SIZE_MAX / 2)
        abort();
    return (size + ALIGN - 1) / ALIGN * ALIGN;
}

static struct block *block_new(size_t size, struct block *next)
{
    struct block *block = or_abort(malloc(sizeof(*block) + size));

    block->next = next;
    block->size = size;
    block->used = 0;
    return block;
}

struct arena *arena_new(size_t first_block)
{
    struct arena *arena = heap_alloc(sizeof(*arena));

    arena->first = block_new(rounded(first_block ? first_block : 256), NULL);
    arena->newest = arena->first;
    return arena;
}

static void wipe(struct block *block)
{
    explicit_bzero(block->bytes, block->used);
}

void arena_reset(struct arena *arena)
{
    while (arena->newest != arena->first) {
        struct block *gone = arena->newest;

        arena->newest = gone->next;
        wipe(gone);
        free(gone);
    }
    wipe(arena->first);
    arena->first->used = 0;
    arena->handed_out = 0;
}

void arena_free(struct arena *arena)
{
    if (arena == NULL)
        return;
    arena_reset(arena);
    free(arena->first);
    free(arena);
}

void arena_cleanup(struct arena **arena)
{
    arena_free(*arena);
}

size_t arena_used(const struct arena *arena)
{
    return arena->handed_out;
}

void *arena_alloc(struct arena *arena, size_t size)
{
    size_t need = rounded(size ? size : 1);
    struct block *block = arena->newest;
    void *memory;

    if (block->size - block->used < need) {
        size_t next = block->size * 2;

        block = block_new(need > next ? need : next, block);
        arena->newest = block;
    }
    memory = block->bytes + block->used;
    block->used += need;
    arena->handed_out += need;
    return memory;
}

void *arena_zalloc(struct arena *arena, size_t size)
{
    return memset(arena_alloc(arena, size), 0, size);
}

void *arena_grow(struct arena *arena, void *old, size_t old_size, size_t new_size)
{
    struct block *block = arena->newest;
    size_t had = rounded(old_size ? old_size : 1);
    size_t need = rounded(new_size);
    void *moved;

    if (old != NULL && need <= had)
        return old;
    if (old != NULL && (unsigned char *)old + had == block->bytes + block->used &&
        block->size - block->used >= need - had) {
        block->used += need - had;
        arena->handed_out += need - had;
        return old;
    }
    moved = arena_alloc(arena, new_size);
    if (old != NULL)
        memcpy(moved, old, old_size);
    return moved;
}

char *arena_memdup(struct arena *arena, const void *bytes, size_t len)
{
    char *copy = arena_alloc(arena, len + 1);

    if (len > 0)
        memcpy(copy, bytes, len);
    copy[len] = '\0';
    return copy;
}

char *arena_strdup(struct arena *arena, const char *text)
{
    return text == NULL ? NULL : arena_memdup(arena, text, strlen(text));
}

char *arena_vprintf(struct arena *arena, const char *format, va_list args)
{
    va_list again;
    char *text;
    int len;

    va_copy(again, args);
    len = vsnprintf(NULL, 0, format, again);
    va_end(again);
    if (len < 0)
        abort();
    text = arena_alloc(arena, (size_t)len + 1);
    vsnprintf(text, (size_t)len + 1, format, args);
    return text;
}

char *arena_printf(struct arena *arena, const char *format, ...)
{
    va_list args;
    char *text;

    va_start(args, format);
    text = arena_vprintf(arena, format, args);
    va_end(args);
    return text;
}
