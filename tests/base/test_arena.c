#include "acs/base/arena.h"

#include <stdlib.h>
#include <string.h>

#include "tests/base/check.h"

static void memory_is_aligned_and_does_not_overlap(void **state)
{
    AUTO_ARENA arena = arena_new(100);
    unsigned char *pieces[64];

    (void)state;
    for (size_t i = 0; i < COUNT_OF(pieces); i++) {
        pieces[i] = arena_alloc(arena, i);
        assert_int_equal((uintptr_t)pieces[i] % _Alignof(max_align_t), 0);
        memset(pieces[i], (int)i, i);
    }
    for (size_t i = 0; i < COUNT_OF(pieces); i++)
        for (size_t at = 0; at < i; at++)
            assert_int_equal(pieces[i][at], i);
}

static void one_allocation_may_be_larger_than_any_block(void **state)
{
    AUTO_ARENA arena = arena_new(0);
    char *large = arena_zalloc(arena, 1 << 20);

    (void)state;
    assert_int_equal(large[0] | large[(1 << 20) - 1], 0);
    large[(1 << 20) - 1] = 'x';
}

static void a_reset_keeps_the_first_block_and_forgets_the_rest(void **state)
{
    AUTO_ARENA arena = arena_new(256);
    void *first = arena_alloc(arena, 16);

    (void)state;
    assert_non_null(arena_alloc(arena, 10000));
    assert_int_equal(arena_used(arena), 10016);
    arena_reset(arena);
    assert_int_equal(arena_used(arena), 0);
    assert_ptr_equal(arena_alloc(arena, 16), first);
}

static void the_newest_allocation_grows_in_place(void **state)
{
    AUTO_ARENA arena = arena_new(1024);
    char *text = arena_memdup(arena, "abc", 3);

    (void)state;
    assert_ptr_equal(arena_grow(arena, text, 4, 3), text);
    assert_ptr_equal(arena_grow(arena, text, 4, 500), text);
    assert_string_equal(text, "abc");
}

static void what_cannot_grow_in_place_is_copied(void **state)
{
    AUTO_ARENA arena = arena_new(64);
    char *old = arena_strdup(arena, "abc");
    char *other = arena_strdup(arena, "other");
    char *moved = arena_grow(arena, old, 4, 40);
    char *again = arena_grow(arena, moved, 40, 5000);

    (void)state;
    assert_ptr_not_equal(moved, old);
    assert_ptr_not_equal(again, moved);
    assert_string_equal(again, "abc");
    assert_string_equal(other, "other");
    assert_non_null(arena_grow(arena, NULL, 0, 8));
}

static void copies_are_terminated(void **state)
{
    AUTO_ARENA arena = arena_new(64);

    (void)state;
    assert_null(arena_strdup(arena, NULL));
    assert_string_equal(arena_strdup(arena, "text"), "text");
    assert_string_equal(arena_memdup(arena, "textual", 4), "text");
    assert_string_equal(arena_memdup(arena, NULL, 0), "");
    assert_string_equal(arena_printf(arena, "%d-%s", 7, "x"), "7-x");
}

struct item {
    int number;
};

static void typed_allocations_are_zeroed(void **state)
{
    AUTO_ARENA arena = arena_new(64);
    struct item *items;

    (void)state;
    memset(arena_alloc(arena, 64), 0xff, 64);
    arena_reset(arena);
    items = ARENA_ARRAY(arena, struct item, 4);
    assert_int_equal(items[0].number | items[3].number, 0);
    assert_int_equal(ARENA_NEW(arena, struct item)->number, 0);
}

static void the_heap_is_zeroed_grows_and_copies(void **state)
{
    struct item *item = HEAP_NEW(struct item);
    char *text = heap_strdup("abc");

    (void)state;
    assert_int_equal(item->number, 0);
    text = heap_grow(text, 100);
    assert_string_equal(text, "abc");
    heap_free(text);
    heap_free(item);
    heap_free(heap_alloc(0));
    heap_free(heap_grow(NULL, 0));
    heap_free(NULL);
    arena_free(NULL);
}

static volatile size_t too_much = SIZE_MAX - 1;

static void ask_the_arena_for_too_much(void)
{
    AUTO_ARENA arena = arena_new(64);

    if (arena_alloc(arena, too_much) != NULL)
        _Exit(0);
}

static void ask_the_heap_for_too_much(void)
{
    heap_free(heap_alloc(too_much / 2));
}

static void memory_that_is_not_there_ends_the_process(void **state)
{
    (void)state;
    assert_true(dies(ask_the_arena_for_too_much));
    assert_true(dies(ask_the_heap_for_too_much));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_is_aligned_and_does_not_overlap),
        cmocka_unit_test(one_allocation_may_be_larger_than_any_block),
        cmocka_unit_test(a_reset_keeps_the_first_block_and_forgets_the_rest),
        cmocka_unit_test(the_newest_allocation_grows_in_place),
        cmocka_unit_test(what_cannot_grow_in_place_is_copied),
        cmocka_unit_test(copies_are_terminated),
        cmocka_unit_test(typed_allocations_are_zeroed),
        cmocka_unit_test(the_heap_is_zeroed_grows_and_copies),
        cmocka_unit_test(memory_that_is_not_there_ends_the_process),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
