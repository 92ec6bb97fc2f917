#include "soap/rpc.h"

#include "tests/soap/dump.h"
#include "tests/soap/exchange.h"
#include "tests/soap/make.h"

#define EVERY_METHOD(method) \
    (enum cwmp_method method = CWMP_UNKNOWN_METHOD + 1; method < CWMP_METHOD_COUNT; method++)

static const char *dump(const struct cwmp_message *message, struct arena *arena)
{
    struct text text = TEXT_IN(arena);

    dump_message(message, &text);
    return text_string(&text);
}

static void there_and_back(struct exchange *exchange, const struct cwmp_message *message)
{
    const char *before = dump(message, exchange->arena);
    const char *xml = exchange_write(exchange, message);
    const char *after = dump(exchange_accept(exchange, xml), exchange->arena);

    assert_string_equal(before, after);
    arena_reset(exchange->arena);
}

static void every_message_survives_writing_and_reading(void **state)
{
    struct exchange *exchange = *state;

    for
        EVERY_METHOD(method)
        {
            for (enum cwmp_version version = rpcs[method].since; version <= CWMP_1_2; version++) {
                for (enum make_style style = 0; style < MAKE_STYLE_COUNT; style++) {
                    struct cwmp_message message = make_message(method, version, style, exchange->arena);

                    message.header.id = "a<&>\"' \u00e9 0";
                    there_and_back(exchange, &message);
                }
            }
        }
}

static void an_absent_and_an_empty_id_stay_different(void **state)
{
    static const char *const ids[] = {NULL, "", " ", " 007 ", "12345678901234567890123456789012"};
    struct exchange *exchange = *state;

    for (size_t i = 0; i < COUNT_OF(ids); i++) {
        struct cwmp_message message =
            make_message(CWMP_GET_RPC_METHODS, CWMP_1_0, MAKE_PLAIN, exchange->arena);

        message.header.id = ids[i];
        there_and_back(exchange, &message);
    }
}

static void headers_of_version_1_3_and_1_4_survive(void **state)
{
    struct exchange *exchange = *state;
    struct cwmp_message inform = make_message(CWMP_INFORM, CWMP_1_4, MAKE_PLAIN, exchange->arena);
    struct cwmp_message answer = make_message(CWMP_INFORM_RESPONSE, CWMP_1_2, MAKE_PLAIN, exchange->arena);

    inform.header = (struct cwmp_header){.id = "1", .supported_versions = "1.0, 1.4", .session_timeout = 120};
    there_and_back(exchange, &inform);

    inform = make_message(CWMP_INFORM, CWMP_1_3, MAKE_PLAIN, exchange->arena);
    inform.header = (struct cwmp_header){.session_timeout = UINT32_MAX};
    there_and_back(exchange, &inform);

    answer.header = (struct cwmp_header){.id = "1", .use_version = "1.4"};
    there_and_back(exchange, &answer);
}

/* What the reader relies on: a bit for every field, members inside of their struct, lists that can hold
 * something. */
static unsigned check_fields(const struct field *fields, size_t size)
{
    unsigned bits = 0;

    for (; fields->element != NULL; fields++, bits++) {
        bool has_record = fields->kind == FIELD_STRUCT || fields->kind == FIELD_LIST ||
                          fields->kind == FIELD_REPEATED || fields->kind == FIELD_WRAP;

        assert_true(fields->offset < size || fields->kind == FIELD_WRAP);
        assert_int_equal(has_record, fields->record != NULL);
        if (fields->kind == FIELD_LIST || fields->kind == FIELD_REPEATED)
            assert_true(fields->cap > 0 && (int64_t)fields->cap >= fields->max);
        if (fields->kind == FIELD_WRAP && fields->record != NULL)
            bits += 1 + check_fields(fields->record->fields, size);
        else if (fields->record != NULL)
            check_fields(fields->record->fields, fields->record->size);
    }
    assert_true(bits <= 32);
    return bits;
}

static void every_row_is_complete(void **state)
{
    (void)state;
    for
        EVERY_METHOD(method)
        {
            const struct rpc *rpc = &rpcs[method];

            assert_non_null(rpc->name);
            assert_non_null(rpc->clause);
            assert_true(rpc->sender == RPC_ACS || rpc->sender == RPC_CPE || rpc->sender == RPC_BOTH);
            assert_true(rpc->size <= sizeof(((struct cwmp_message *)0)->body));
            assert_int_equal(rpc_find(rpc->name), method);
            assert_string_equal(cwmp_method_name(method), rpc->name);
            check_fields(rpc->fields, rpc->size);
        }
    assert_int_equal(rpc_find("X_00256D_Foo"), CWMP_UNKNOWN_METHOD);
    assert_string_equal(cwmp_method_name(CWMP_UNKNOWN_METHOD), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        EXCHANGE_TEST(every_message_survives_writing_and_reading),
        EXCHANGE_TEST(an_absent_and_an_empty_id_stay_different),
        EXCHANGE_TEST(headers_of_version_1_3_and_1_4_survive),
        cmocka_unit_test(every_row_is_complete),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
