#include "acs/api/problem.h"

#include <string.h>

#include "tests/support/check.h"

static void every_kind_is_complete_and_has_a_code_of_its_own(void **state)
{
    (void)state;
    for (unsigned i = 0; i < PROBLEM_COUNT; i++) {
        const struct problem_row *row = problem_row((enum problem)i);
        enum problem found;

        assert_true(row->status >= 400 && row->status < 600);
        assert_int_not_equal(row->err, ERR_OK);
        for (unsigned language = 0; language < LANGUAGE_COUNT; language++)
            assert_true(strlen(row->title[language]) > 0 && strlen(row->advice[language]) > 0);
        assert_true(problem_by_code(row->code, &found));
        assert_int_equal(found, i); /* the first of that code */
    }
}

static void every_error_is_some_problem(void **state)
{
    static const struct {
        enum err err;
        unsigned status;
    } expected[] = {
        {ERR_INVALID,     422},
        {ERR_DENIED,      403},
        {ERR_NOT_FOUND,   404},
        {ERR_CONFLICT,    409},
        {ERR_TOO_LARGE,   413},
        {ERR_UNAVAILABLE, 503},
        {ERR_INTERNAL,    500},
        {ERR_OK,          500},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(expected); i++)
        assert_int_equal(problem_row(problem_of_err(expected[i].err))->status, expected[i].status);
}

static const struct json *write(const struct problem_report *report, enum language language,
                                struct arena *arena, struct json **document)
{
    struct text out = TEXT_IN(arena);

    problem_write(report, language, &out);
    assert_int_equal(json_read(out.data, out.len, document), ERR_OK);
    return *document;
}

static void a_problem_is_written_as_rfc_9457_wants(void **state)
{
    AUTO_ARENA arena = arena_new(1024);
    AUTO_JSON document = NULL;
    struct complaints complaints = {.arena = arena};
    const struct problem_report report = {PROBLEM_INVALID, "why \"so\"\n", "req_1", &complaints};
    const struct json *json;
    const struct json *errors;

    (void)state;
    complain(&complaints, &(struct complaint){.pointer = "/a", .code = "type", .detail = "d"});
    complain(&complaints, &(struct complaint){.parameter = "limit", .code = "range", .detail = "e"});
    json = write(&report, LANGUAGE_EN, arena, &document);
    assert_string_equal(json_string(json_get(json, "type"), ""), "/api/v1/problems/invalid");
    assert_string_equal(json_string(json_get(json, "title"), ""), "The request has invalid data");
    assert_int_equal(json_int(json_get(json, "status"), 0), 422);
    assert_string_equal(json_string(json_get(json, "code"), ""), "invalid");
    assert_string_equal(json_string(json_get(json, "detail"), ""), "why \"so\"\n");
    assert_string_equal(json_string(json_get(json, "instance"), ""), "req_1");
    errors = json_get(json, "errors");
    assert_int_equal(json_count(errors), 2);
    assert_string_equal(json_string(json_get(json_at(errors, 0), "pointer"), ""), "/a");
    assert_null(json_get(json_at(errors, 0), "parameter"));
    assert_string_equal(json_string(json_get(json_at(errors, 1), "parameter"), ""), "limit");
}

static void without_a_detail_the_advice_is_given_in_the_callers_language(void **state)
{
    AUTO_ARENA arena = arena_new(1024);
    AUTO_JSON document = NULL;
    const struct problem_report report = {.problem = PROBLEM_NOT_FOUND, .instance = "req_1"};
    const struct json *json = write(&report, LANGUAGE_PT, arena, &document);

    (void)state;
    assert_string_equal(json_string(json_get(json, "title"), ""), "Não existe");
    assert_string_equal(json_string(json_get(json, "detail"), ""), "Confira o caminho e o identificador.");
    assert_null(json_get(json, "errors"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_is_complete_and_has_a_code_of_its_own),
        cmocka_unit_test(every_error_is_some_problem),
        cmocka_unit_test(a_problem_is_written_as_rfc_9457_wants),
        cmocka_unit_test(without_a_detail_the_advice_is_given_in_the_callers_language),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
