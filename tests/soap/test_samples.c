/*
 * Messages as devices send them, tests/soap/data/<vendor>/<what is odd about it>.xml. Beside each stands what
 * it is read as. With UPDATE_GOLDEN=1 in the environment that file is written anew: look at the difference
 * before you commit it.
 */

#include <glob.h>
#include <stdlib.h>

#include "tests/soap/dump.h"
#include "tests/soap/exchange.h"
#include "tests/soap/files.h"

enum { SAMPLES_LEAST = 60 };

static void describe(const struct exchange *exchange, enum err result, struct text *out)
{
    if (result == ERR_OK)
        dump_message(&exchange->message, out);
    else
        text_printf(out, "refused: %s\nfault %u\n", err_message(), exchange->refusal.fault);
}

/* What was read and can be written is read the same again; but a boolean to be set is written in one way
 * only. */
static void write_and_read_again(struct exchange *exchange, const char *before)
{
    const char *first;
    struct text after = TEXT_IN(exchange->arena);

    if (exchange_encode(exchange, &exchange->message, &first) != ERR_OK)
        return;
    dump_message(exchange_accept(exchange, first), &after);
    if (exchange->message.method != CWMP_SET_PARAMETER_VALUES)
        assert_string_equal(before, text_string(&after));
    assert_string_equal(exchange_write(exchange, &exchange->message), first);
}

static void check_sample(struct exchange *exchange, const char *path)
{
    size_t len = 0;
    size_t golden_len = 0;
    const char *bytes = file_read(path, exchange->arena, &len);
    const char *golden_path =
        arena_printf(exchange->arena, "%.*s.txt", (int)(strlen(path) - strlen(".xml")), path);
    const char *golden;
    struct text description = TEXT_IN(exchange->arena);
    enum err result = exchange_decode(exchange, bytes, len, NULL);

    describe(exchange, result, &description);
    if (getenv("UPDATE_GOLDEN") != NULL)
        assert_true(file_write(golden_path, text_string(&description), description.len));
    golden = file_read(golden_path, exchange->arena, &golden_len);
    if (golden == NULL || strcmp(golden, text_string(&description)) != 0)
        fail_msg("%s is not read as %s says, but as:\n%s", path, golden_path, text_string(&description));
    if (result == ERR_OK)
        write_and_read_again(exchange, text_string(&description));
}

static void every_sample_is_read_as_the_file_beside_it_says(void **state)
{
    struct exchange *exchange = *state;
    glob_t found;

    assert_int_equal(glob(SOAP_DATA "/*/*.xml", 0, NULL, &found), 0);
    assert_true(found.gl_pathc >= SAMPLES_LEAST);
    for (size_t i = 0; i < found.gl_pathc; i++) {
        check_sample(exchange, found.gl_pathv[i]);
        arena_reset(exchange->arena);
    }
    globfree(&found);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        EXCHANGE_TEST(every_sample_is_read_as_the_file_beside_it_says),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
