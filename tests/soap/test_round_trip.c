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

static void there_and_back_as(struct exchange *exchange, const struct cwmp_message *message,
                              const struct soap_dialect *dialect)
{
    const char *before = dump(message, exchange->arena);
    struct text xml = TEXT_IN(exchange->arena);

    if (soap_encode(message, dialect, &xml) != ERR_OK)
        fail_msg("not encoded: %s", err_message());
    assert_string_equal(before, dump(exchange_accept(exchange, text_string(&xml)), exchange->arena));
}

/* In every dialect. */
static void there_and_back(struct exchange *exchange, const struct cwmp_message *message)
{
    for (unsigned i = 0; i < 16; i++) {
        const struct soap_dialect dialect = {
            .declaration = (i & 1) != 0,
            .boolean_words = (i & 2) != 0,
            .operations_in_array = (i & 4) != 0,
            .small_prefix = (i & 8) != 0,
        };

        /* a boolean to be set is a text, which is then another one */
        if (!dialect.boolean_words || message->method != CWMP_SET_PARAMETER_VALUES)
            there_and_back_as(exchange, message, &dialect);
    }
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
        const struct variant *variant = fields->record == NULL ? NULL : fields->record->variants;
        bool has_record = fields->kind == FIELD_STRUCT || fields->kind == FIELD_LIST ||
                          fields->kind == FIELD_REPEATED || fields->kind == FIELD_WRAP;

        assert_true(fields->offset < size || fields->kind == FIELD_WRAP);
        assert_int_equal(has_record, fields->record != NULL);
        if (fields->kind == FIELD_LIST || fields->kind == FIELD_REPEATED)
            assert_true(fields->cap > 0 && (int64_t)fields->cap >= fields->max);
        assert_true((fields->flags & (FIELD_OPTIONAL | FIELD_SECRET)) == 0 || field_is_text(fields->kind));
        for (; variant != NULL && variant->type != NULL; variant++)
            check_fields(variant->fields, fields->record->size);
        if (fields->kind == FIELD_WRAP && fields->record != NULL)
            bits += 1 + check_fields(fields->record->fields, size);
        else if (fields->record != NULL)
            check_fields(fields->record->fields, fields->record->size);
    }
    assert_true(bits <= 32);
    return bits;
}

/* E-20, and a response stands behind its request: that is how it is found. */
static void check_response(enum cwmp_method method)
{
    enum cwmp_method response = cwmp_response_to(method);
    const char *name = cwmp_method_name(method);

    if (cwmp_is_response(method) || method == CWMP_FAULT) {
        assert_int_equal(response, CWMP_UNKNOWN_METHOD);
        return;
    }
    assert_true(text_starts_with(cwmp_method_name(response), name));
    assert_string_equal(cwmp_method_name(response) + strlen(name), "Response");
    assert_int_equal(rpcs[response].since, rpcs[method].since);
    assert_int_equal(rpcs[response].sender,
                     rpcs[method].sender == RPC_BOTH ? RPC_BOTH : RPC_BOTH & ~rpcs[method].sender);
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
            check_response(method);
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
