/*
 * Memory that dies together.
 *
 * What is read for a request lives in the request's arena; pointers in a struct point into the arena of the
 * struct; nothing is freed singly. Allocation cannot fail (it aborts): sizes that a peer controls are limited
 * where its bytes come in. An arena belongs to one thread at a time. A worker keeps one arena per purpose and
 * calls arena_reset() between messages: the first block stays, so the steady state allocates nothing.
 */
#pragma once

#include <stdarg.h>
#include <stddef.h>

#include "acs/base/err.h"

struct arena;

/* first_block: bytes of the first block, kept over arena_reset(). */
struct arena *arena_new(size_t first_block) MUST_CHECK;
void arena_free(struct arena *arena); /* NULL is allowed */
/* What it held is overwritten, here and in arena_free(): any request may have carried a password. */
void arena_reset(struct arena *arena);
size_t arena_used(const struct arena *arena); /* bytes handed out since the last reset */

void *arena_alloc(struct arena *arena, size_t size) MUST_CHECK; /* not zeroed, aligned for any type */
void *arena_zalloc(struct arena *arena, size_t size) MUST_CHECK;
/* Grows the newest allocation in place where it can, else copies. old may be NULL with old_size 0. */
void *arena_grow(struct arena *arena, void *old, size_t old_size, size_t new_size) MUST_CHECK;

char *arena_strdup(struct arena *arena, const char *text) MUST_CHECK;              /* NULL stays NULL */
char *arena_memdup(struct arena *arena, const void *bytes, size_t len) MUST_CHECK; /* adds a NUL */
char *arena_printf(struct arena *arena, const char *format, ...) PRINTF_LIKE(2, 3) MUST_CHECK;
char *arena_vprintf(struct arena *arena, const char *format, va_list args) PRINTF_LIKE(2, 0) MUST_CHECK;

#define ARENA_NEW(arena, type)          ((type *)arena_zalloc(arena, sizeof(type)))
#define ARENA_ARRAY(arena, type, count) ((type *)arena_zalloc(arena, sizeof(type) * (count)))

void arena_cleanup(struct arena **arena);
#define AUTO_ARENA __attribute__((cleanup(arena_cleanup))) struct arena *

/* The heap, for what outlives every arena (tables, connections). Aborts when memory is gone. */
void *heap_alloc(size_t size) MUST_CHECK; /* zeroed */
void *heap_grow(void *old, size_t size) MUST_CHECK;
char *heap_strdup(const char *text) MUST_CHECK;
void heap_free(void *memory);
#define HEAP_NEW(type) ((type *)heap_alloc(sizeof(type)))
