/* YAML: what is taken, with the place of every part; and what is refused, with its place and advice. */
#include <string.h>

#include "acs/base/text.h"
#include "acs/base/yaml.h"
#include "tests/base/check.h"

static const struct yaml *read_good(struct arena *arena, const char *text)
{
    struct yaml_fault fault;
    const struct yaml *root = NULL;
    enum err err = yaml_read(text, strlen(text), arena, &root, &fault);

    if (err != ERR_OK)
        print_error("%s\n", err_message());
    assert_int_equal(err, ERR_OK);
    return root;
}

static void assert_place(const struct yaml *node, unsigned line, unsigned column)
{
    assert_non_null(node);
    assert_int_equal(node->place.line, line);
    assert_int_equal(node->place.column, column);
}

static void test_every_part_knows_its_place(void **state)
{
    AUTO_ARENA arena = arena_new(1024);
    const struct yaml *root =
        read_good(arena, "# a comment\nnome: \"ação\"\nlista:\n  - um\n  - {a: 1, b: [x, y]}\n");
    const struct yaml *list = yaml_get(root, "lista");

    (void)state;
    assert_int_equal(root->kind, YAML_MAP);
    assert_int_equal(root->count, 2);
    assert_string_equal(yaml_get(root, "nome")->text, "ação");
    assert_true(yaml_get(root, "nome")->quoted);
    assert_place(&root->keys[0], 2, 1);
    assert_place(yaml_get(root, "nome"), 2, 7);
    assert_int_equal(list->kind, YAML_LIST);
    assert_place(&list->items[0], 4, 5);
    assert_false(list->items[0].quoted);
    assert_place(yaml_get(&list->items[1], "b"), 5, 15);
    assert_place(&yaml_get(&list->items[1], "b")->items[1], 5, 19);
    assert_null(yaml_get(root, "Nome"));
    assert_null(yaml_get(list, "a"));
    assert_null(yaml_get(NULL, "a"));
}

static void test_columns_count_characters(void **state)
{
    AUTO_ARENA arena = arena_new(1024);

    (void)state;
    assert_place(yaml_get(read_good(arena, "{ação: x, b: y}"), "b"), 1, 14);
}

static void test_scalars_are_texts(void **state)
{
    AUTO_ARENA arena = arena_new(1024);
    const struct yaml *root =
        read_good(arena, "yes: no\n1: 0x10\nnull: ~\nempty:\nblock: |\n  one\n  two\nlong: a\n  b\n");

    (void)state;
    assert_string_equal(yaml_get(root, "yes")->text, "no");
    assert_string_equal(yaml_get(root, "1")->text, "0x10");
    assert_string_equal(yaml_get(root, "null")->text, "~");
    assert_string_equal(yaml_get(root, "empty")->text, "");
    assert_string_equal(yaml_get(root, "block")->text, "one\ntwo\n");
    assert_true(yaml_get(root, "block")->block);
    assert_true(yaml_get(root, "long")->block);
    assert_false(yaml_get(root, "yes")->block);
}

static void test_what_is_refused_is_named_with_its_place(void **state)
{
    static const struct {
        const char *text, *message;
    } rows[] = {
        {"",                       "line 1, column 1: the document is empty"                                          },
        {"# nothing\n",            "line 2, column 1: the document is empty"                                          },
        {"a: &x 1\nb: *x\n",       "line 1, column 4: anchors are not taken here: write the value out"                },
        {"a: 1\nb: *x\n",          "line 2, column 4: aliases are not taken here: write the value out"                },
        {"*x : 1\n",               "line 1, column 1: aliases are not taken here: write the value out"                },
        {"a: !!str 1\n",           "line 1, column 4: tags (!…) are not taken here: leave it out"                   },
        {"a: !x {}\n",             "line 1, column 4: tags (!…) are not taken here: leave it out"                   },
        {"a: &y [1]\n",            "line 1, column 4: anchors are not taken here: write the value out"                },
        {"<<: {a: 1}\n",           "line 1, column 1: merge keys are not taken here: write the members out"           },
        {"a: 1\nb: 2\na: 3\n",     "line 3, column 1: \"a\" is there twice, first on line 1: keep one"                },
        {"[a, b]: 1\n",            "line 1, column 1: a key must be a word or a quoted text"                          },
        {"a: 1\n---\nb: 2\n",      "line 2, column 1: there is a second document: one is taken"                       },
        {"%YAML 1.1\n---\na: 1\n", "line 1, column 1: directives (%…) are not taken here: leave them out"           },
        {"a: [1, 2\n",             "line 2, column 1: while parsing a flow sequence: did not find expected ',' or ']'"},
        {"a:\n\t- b\n",
         "line 2, column 1: while scanning for the next token: found character that cannot start any token"           },
        {"a: \"x\\0y\"\n",         "line 1, column 4: a text must not contain a NUL"                                  },
        {"a: ok\nb: \xff\n",       "line 2, column 4: this is not UTF-8, or a NUL"                                    },
        {"a: b\001\n",             "line 1, column 5: control characters are not taken here"                          },
    };
    AUTO_ARENA arena = arena_new(1024);

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct yaml_fault fault;
        const struct yaml *root = NULL;

        assert_int_equal(yaml_read(rows[i].text, strlen(rows[i].text), arena, &root, &fault), ERR_INVALID);
        assert_string_equal(err_message(), rows[i].message);
        assert_non_null(strstr(rows[i].message, fault.what));
        assert_null(root);
    }
}

static void assert_refused(struct arena *arena, const struct text *text, const char *what)
{
    struct yaml_fault fault;
    const struct yaml *root = NULL;

    assert_int_equal(yaml_read(text->data, text->len, arena, &root, &fault), ERR_INVALID);
    assert_non_null(strstr(err_message(), what));
}

static void test_size_depth_and_number_are_bounded(void **state)
{
    AUTO_ARENA arena = arena_new(1024);
    struct text deep = TEXT_IN(arena), many = TEXT_IN(arena), wide = TEXT_IN(arena), large = TEXT_IN(arena);

    (void)state;
    for (int i = 0; i < 33; i++)
        text_puts(&deep, "[");
    assert_refused(arena, &deep, "nested too deep");
    text_puts(&many, "[");
    for (int i = 0; i < 20001; i++)
        text_puts(&many, "a,");
    text_puts(&many, "]");
    assert_refused(arena, &many, "the document has too many parts");
    for (int i = 0; i < 1001; i++)
        text_printf(&wide, "k%d: v\n", i);
    assert_refused(arena, &wide, "line 1001, column 1: too many members");
    for (int i = 0; i <= YAML_SIZE_MAX; i++)
        text_putc(&large, ' ');
    assert_refused(arena, &large, "larger than 262144 bytes");
}

static void test_a_nul_byte_is_refused(void **state)
{
    AUTO_ARENA arena = arena_new(1024);
    struct yaml_fault fault;
    const struct yaml *root = NULL;

    (void)state;
    assert_int_equal(yaml_read("a: b\0c", 6, arena, &root, &fault), ERR_INVALID);
    assert_int_equal(fault.place.column, 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_part_knows_its_place),
        cmocka_unit_test(test_columns_count_characters),
        cmocka_unit_test(test_scalars_are_texts),
        cmocka_unit_test(test_what_is_refused_is_named_with_its_place),
        cmocka_unit_test(test_size_depth_and_number_are_bounded),
        cmocka_unit_test(test_a_nul_byte_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
