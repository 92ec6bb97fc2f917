#include "acs/base/list.h"

#include "tests/base/check.h"

struct item {
    int number;
    struct list link;
};

enum { ITEMS = 5 };

static void fill(struct list *head, struct item *items)
{
    list_init(head);
    for (int i = 0; i < ITEMS; i++) {
        items[i].number = i + 1;
        list_append(head, &items[i].link);
    }
}

/* The numbers in order, as the digits of one. */
static int digits(struct list *head)
{
    int number = 0;

    LIST_EACH (at, head)
        number = number * 10 + container_of(at, struct item, link)->number;
    return number;
}

static void an_empty_list_has_no_first_and_nothing_to_walk(void **state)
{
    struct list head;

    (void)state;
    list_init(&head);
    assert_true(list_is_empty(&head));
    assert_null(list_first(&head));
    assert_int_equal(digits(&head), 0);
}

static void items_keep_the_order_they_were_added_in(void **state)
{
    struct item items[ITEMS];
    struct list head;

    (void)state;
    fill(&head, items);
    assert_false(list_is_empty(&head));
    assert_int_equal(digits(&head), 12345);
    assert_ptr_equal(list_first(&head), &items[0].link);
}

static void items_are_removed_anywhere(void **state)
{
    static const struct {
        int removed;
        int left;
    } cases[] = {
        {2, 1245},
        {0, 245 },
        {4, 24  },
        {1, 4   },
        {3, 0   }
    };
    struct item items[ITEMS];
    struct list head;

    (void)state;
    fill(&head, items);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        list_remove(&items[cases[i].removed].link);
        assert_int_equal(digits(&head), cases[i].left);
    }
    assert_true(list_is_empty(&head));
    list_remove(&items[0].link); /* once more does no harm */
    list_append(&head, &items[0].link);
    assert_int_equal(digits(&head), 1);
}

static void the_item_at_hand_may_be_removed_while_walking(void **state)
{
    struct item items[ITEMS];
    struct list head, odd;

    (void)state;
    fill(&head, items);
    list_init(&odd);
    LIST_EACH (at, &head) {
        if (container_of(at, struct item, link)->number % 2 == 0)
            continue;
        list_remove(at);
        list_append(&odd, at);
    }
    assert_int_equal(digits(&head), 24);
    assert_int_equal(digits(&odd), 135);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_list_has_no_first_and_nothing_to_walk),
        cmocka_unit_test(items_keep_the_order_they_were_added_in),
        cmocka_unit_test(items_are_removed_anywhere),
        cmocka_unit_test(the_item_at_hand_may_be_removed_while_walking),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
