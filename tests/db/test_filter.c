#include "db/filter.h"

#include <string.h>

#include "tests/base/check.h"

static const struct filter_rules all_rules = {.parameters = true};

/* "(condition) [value|value]" */
static const char *sql_of(const char *text, struct arena *arena)
{
    const struct filter *filter;
    struct filter_error error = {0};
    struct text out = TEXT_IN(arena);
    struct filter_sql sql;

    if (filter_parse(text, &all_rules, arena, &filter, &error) != ERR_OK)
        return arena_printf(arena, "%u: %s", error.column, filter_say(&error, false, arena));
    sql = filter_sql(filter, 1, arena);
    text_printf(&out, "%s [", sql.text);
    for (size_t i = 0; i < sql.count; i++)
        text_printf(&out, "%s%s", i > 0 ? "|" : "", sql.values[i]);
    text_putc(&out, ']');
    return text_string(&out);
}

static const struct row {
    enum table { ORDER, KIND, WRONG } table;
    const char *text, *sql;
} rows[] = {
#define ROW(table, text, sql) {table, text, sql},
#include "tests/db/filter_rows.def"
#undef ROW
};

static void check(enum table table)
{
    size_t checked = 0;

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct arena *arena = arena_new(1024);
        const char *sql = sql_of(rows[i].text, arena);

        if (rows[i].table == table && strcmp(sql, rows[i].sql) != 0)
            fail_msg("%s\n is      %s\n and not %s", rows[i].text, sql, rows[i].sql);
        checked += rows[i].table == table;
        arena_free(arena);
    }
    assert_true(checked > 5);
}

static void and_binds_closer_than_or_and_not_closest(void **state)
{
    (void)state;
    check(ORDER);
}

static void every_kind_compares_in_its_way(void **state)
{
    (void)state;
    check(KIND);
}

/* Whatever is typed, the text of the SQL is one that the tables make. */
static void nothing_that_was_typed_is_sql(void **state)
{
    static const char *const hostile[] = {"'; DROP TABLE device; --",
                                          "$1",
                                          "$$",
                                          "@",
                                          "%s%n",
                                          "') OR TRUE --",
                                          "\\'; --",
                                          "\" OR 1=1",
                                          "pg_sleep(9)",
                                          "ſELECT"};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(hostile); i++) {
        struct arena *arena = arena_new(1024);
        struct text quoted = TEXT_IN(arena);
        const struct filter *filter;
        struct filter_error error;
        struct filter_sql sql;

        text_puts(&quoted, "olt:\"");
        for (const char *c = hostile[i]; *c != '\0'; c++)
            text_printf(&quoted, *c == '"' ? "\"\"" : "%c", *c);
        text_putc(&quoted, '"');
        assert_int_equal(filter_parse(text_string(&quoted), &all_rules, arena, &filter, &error), ERR_OK);
        sql = filter_sql(filter, 7, arena);
        assert_string_equal(sql.text, "(lower(p.olt) = lower($7))");
        assert_string_equal(sql.values[0], hostile[i]);
        arena_free(arena);
    }
}

static void what_is_wrong_is_pointed_at(void **state)
{
    (void)state;
    check(WRONG);
}

static void it_has_an_end(void **state)
{
    struct arena *arena = arena_new(1024);
    struct text many = TEXT_IN(arena), list = TEXT_IN(arena), text = TEXT_IN(arena);

    (void)state;
    for (unsigned i = 0; i < FILTER_TERMS_MAX; i++)
        text_puts(&many, "olt:a ");
    assert_null(strstr(sql_of(many.data, arena), "too many"));
    text_puts(&many, "olt:a");
    assert_non_null(strstr(sql_of(many.data, arena), "too many conditions"));
    text_puts(&list, "olt:a");
    for (unsigned i = 1; i < FILTER_VALUES_MAX; i++)
        text_puts(&list, ",a");
    assert_null(strstr(sql_of(list.data, arena), "too many"));
    text_puts(&list, ",a");
    assert_non_null(strstr(sql_of(list.data, arena), "too many conditions"));
    for (unsigned i = 0; i < FILTER_MAX; i++)
        text_putc(&text, 'a');
    assert_null(strstr(sql_of(text.data, arena), "too long"));
    text_putc(&text, 'a');
    assert_non_null(strstr(sql_of(text.data, arena), "too long"));
    arena_free(arena);
}

static void parameters_need_a_right(void **state)
{
    static const struct filter_rules rules = {.parameters = false};
    struct arena *arena = arena_new(1024);
    const struct filter *filter;
    struct filter_error error;

    (void)state;
    assert_int_equal(filter_parse("olt:a param:Device.X.Y=7", &rules, arena, &filter, &error), ERR_INVALID);
    assert_int_equal(error.column, 7);
    assert_string_equal(filter_say(&error, true, arena), "falta a permissão para filtrar por parâmetros");
    arena_free(arena);
}

static void a_filter_is_known_from_what_people_search_for(void **state)
{
    static const char *const filters[] = {"offline>2d", "maria model:F680", "-tag:vip", "(olt:a or pon:b)",
                                          "fw<2.1.8"};
    static const char *const others[] = {"maria",           "34:e8:94",   "189.1.2.3 @ ontem 20:00",
                                         "rua: das flores", "a>b",        "maria@provedor",
                                         "\"olt\"",         "2001:db8::1"};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(filters); i++)
        if (!filter_is_meant(filters[i]))
            fail_msg("%s is a filter", filters[i]);
    for (size_t i = 0; i < COUNT_OF(others); i++)
        if (filter_is_meant(others[i]))
            fail_msg("%s is no filter", others[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(and_binds_closer_than_or_and_not_closest),
        cmocka_unit_test(every_kind_compares_in_its_way),
        cmocka_unit_test(nothing_that_was_typed_is_sql),
        cmocka_unit_test(what_is_wrong_is_pointed_at),
        cmocka_unit_test(it_has_an_end),
        cmocka_unit_test(parameters_need_a_right),
        cmocka_unit_test(a_filter_is_known_from_what_people_search_for),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
