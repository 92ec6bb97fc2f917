#include "acs/base/map.h"

#include <string.h>

#include "tests/base/check.h"

static struct hash128 key_of(uint64_t number)
{
    static const uint64_t secret[2] = {1, 2};

    return crypto_siphash128(secret, &number, sizeof(number));
}

static union map_value number_value(int64_t number)
{
    return (union map_value){.number = number};
}

/* What is at the key, or -1. */
static int64_t number_at(const struct map *map, struct hash128 key)
{
    union map_value value;

    return map_get(map, key, &value) ? value.number : -1;
}

static void what_was_put_is_found_and_nothing_else(void **state)
{
    struct map *map = map_new(0);

    (void)state;
    assert_int_equal(number_at(map, key_of(1)), -1);
    map_put(map, key_of(1), number_value(11));
    map_put(map, key_of(2), number_value(22));
    assert_int_equal(number_at(map, key_of(1)), 11);
    assert_int_equal(number_at(map, key_of(2)), 22);
    assert_int_equal(number_at(map, key_of(3)), -1);
    assert_int_equal(map_count(map), 2);
    map_free(map);
    map_free(NULL);
}

static void putting_again_replaces(void **state)
{
    struct map *map = map_new(4);
    int thing;
    union map_value value = {.pointer = &thing};

    (void)state;
    map_put(map, key_of(1), number_value(11));
    map_put(map, key_of(1), value);
    assert_int_equal(map_count(map), 1);
    value.pointer = NULL;
    assert_true(map_get(map, key_of(1), &value));
    assert_ptr_equal(value.pointer, &thing);
    map_free(map);
}

static void removing_says_whether_it_was_there(void **state)
{
    struct map *map = map_new(4);

    (void)state;
    map_put(map, key_of(1), number_value(11));
    assert_false(map_remove(map, key_of(2)));
    assert_true(map_remove(map, key_of(1)));
    assert_false(map_remove(map, key_of(1)));
    assert_int_equal(number_at(map, key_of(1)), -1);
    assert_int_equal(map_count(map), 0);
    map_free(map);
}

static void the_key_of_zeros_is_never_there(void **state)
{
    const struct hash128 zeros = {0, 0};
    struct map *map = map_new(0);

    (void)state;
    for (uint64_t i = 0; i < 100; i++)
        map_put(map, key_of(i), number_value((int64_t)i));
    assert_int_equal(number_at(map, zeros), -1);
    assert_false(map_remove(map, zeros));
    assert_int_equal(map_count(map), 100);
    map_free(map);
}

static void keys_that_share_a_half_are_told_apart(void **state)
{
    struct map *map = map_new(0);

    (void)state;
    for (uint64_t i = 1; i <= 300; i++) {
        map_put(map, (struct hash128){.high = i, .low = 7}, number_value((int64_t)i));
        map_put(map, (struct hash128){.high = 7, .low = i}, number_value((int64_t)(i == 7 ? 7 : 1000 + i)));
    }
    for (uint64_t i = 1; i <= 300; i++) {
        assert_int_equal(number_at(map, (struct hash128){.high = i, .low = 7}), i);
        assert_int_equal(number_at(map, (struct hash128){.high = 7, .low = i}), i == 7 ? 7 : 1000 + i);
    }
    assert_int_equal(map_count(map), 599);
    map_free(map);
}

/* Against the simplest table there is: an array. */
static void it_agrees_with_an_array_over_many_changes(void **state)
{
    enum { KEYS = 512, STEPS = 200000 };
    int64_t expected[KEYS];
    struct map *map = map_new(0);
    size_t count = 0;
    uint64_t random = 88172645463325252U;

    (void)state;
    memset(expected, 0xff, sizeof(expected)); /* -1 */
    for (int step = 0; step < STEPS; step++) {
        uint64_t key;

        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        key = random % KEYS;
        assert_int_equal(number_at(map, key_of(key)), expected[key]);
        if (random >> 60 < 8) {
            assert_int_equal(map_remove(map, key_of(key)), expected[key] >= 0);
            count -= expected[key] >= 0;
            expected[key] = -1;
        } else {
            map_put(map, key_of(key), number_value(step));
            count += expected[key] < 0;
            expected[key] = step;
        }
        assert_int_equal(map_count(map), count);
    }
    map_free(map);
}

static void a_walk_meets_every_entry_once(void **state)
{
    enum { KEYS = 1000 };
    unsigned char met[KEYS] = {0};
    struct map *map = map_new(KEYS);
    struct map_walk walk = map_walk(map);

    (void)state;
    assert_false(map_next(&walk));
    for (uint64_t i = 0; i < KEYS; i++)
        map_put(map, key_of(i), number_value((int64_t)i));
    walk = map_walk(map);
    while (map_next(&walk)) {
        const struct hash128 key = key_of((uint64_t)walk.value.number);

        assert_memory_equal(&walk.key, &key, sizeof(key));
        met[walk.value.number]++;
    }
    assert_false(map_next(&walk));
    for (size_t i = 0; i < KEYS; i++)
        assert_int_equal(met[i], 1);
    map_free(map);
}

static void the_entry_at_hand_may_be_removed_while_walking(void **state)
{
    enum { KEYS = 5000 };
    static unsigned char met[KEYS];
    struct map *map = map_new(0);
    struct map_walk walk;

    (void)state;
    for (uint64_t i = 0; i < KEYS; i++)
        map_put(map, key_of(i), number_value((int64_t)i));
    walk = map_walk(map);
    while (map_next(&walk)) {
        met[walk.value.number]++;
        if (walk.value.number % 3 != 0)
            assert_true(map_remove(map, walk.key));
    }
    for (uint64_t i = 0; i < KEYS; i++) {
        assert_int_equal(met[i], 1);
        assert_int_equal(number_at(map, key_of(i)), i % 3 == 0 ? (int64_t)i : -1);
    }
    map_free(map);
}

static void put_the_key_of_zeros(void)
{
    struct map *map = map_new(0);

    map_put(map, (struct hash128){0, 0}, number_value(1));
    map_free(map);
}

static void the_key_of_zeros_may_not_be_put(void **state)
{
    (void)state;
#ifdef NDEBUG
    put_the_key_of_zeros();
#else
    assert_true(dies(put_the_key_of_zeros));
#endif
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_put_is_found_and_nothing_else),
        cmocka_unit_test(putting_again_replaces),
        cmocka_unit_test(removing_says_whether_it_was_there),
        cmocka_unit_test(the_key_of_zeros_is_never_there),
        cmocka_unit_test(keys_that_share_a_half_are_told_apart),
        cmocka_unit_test(it_agrees_with_an_array_over_many_changes),
        cmocka_unit_test(a_walk_meets_every_entry_once),
        cmocka_unit_test(the_entry_at_hand_may_be_removed_while_walking),
        cmocka_unit_test(the_key_of_zeros_may_not_be_put),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
