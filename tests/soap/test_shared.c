/*
 * Messages that are not ours to keep: the envelopes made from the standard's schemas, and what real devices
 * were seen to send. They lie beside the project, in $ACS_SHARED or ../shared; where they do not, this test
 * says so and is skipped.
 */

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "tests/soap/exchange.h"
#include "tests/soap/files.h"

enum { SKIPPED = 77, LEAST = 30 };

static const char *shared_folder(void)
{
    const char *folder = getenv("ACS_SHARED"); /* NOLINT(concurrency-mt-unsafe): one thread */

    return folder == NULL ? SHARED_DEFAULT : folder;
}

/* Files that are no whole messages, by part of their names. */
static const char *const no_messages[] = {
    "fragment",          /* cut off by whoever published it */
    "/avm-fritzbox7170", /* a method without an envelope, damaged by a web page */
    "/devolo-acs",       /* attributes without values */
};

static bool is_message(const char *path)
{
    for (size_t i = 0; i < COUNT_OF(no_messages); i++)
        if (strstr(path, no_messages[i]) != NULL)
            return false;
    return true;
}

static void accept_all(struct exchange *exchange, const char *pattern)
{
    const char *full = arena_printf(exchange->arena, "%s/%s", shared_folder(), pattern);
    unsigned read = 0;
    glob_t found;

    assert_int_equal(glob(full, 0, NULL, &found), 0);
    for (size_t i = 0; i < found.gl_pathc; i++) {
        size_t len = 0;
        const char *bytes;

        arena_reset(exchange->arena);
        bytes = file_read(found.gl_pathv[i], exchange->arena, &len);
        if (!is_message(found.gl_pathv[i]))
            continue;
        if (exchange_decode(exchange, bytes, len, NULL) != ERR_OK)
            fail_msg("%s: %s", found.gl_pathv[i], err_message());
        read++;
    }
    globfree(&found);
    assert_true(read >= LEAST);
}

static void every_envelope_of_the_standard_is_read(void **state)
{
    accept_all(*state, "protocol/envelopes/[0-9]*.xml");
}

static void every_whole_message_of_a_real_device_is_read(void **state)
{
    accept_all(*state, "devices/messages/*.xml");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        EXCHANGE_TEST(every_envelope_of_the_standard_is_read),
        EXCHANGE_TEST(every_whole_message_of_a_real_device_is_read),
    };
    struct stat status;

    if (stat(shared_folder(), &status) != 0) {
        printf("skipped: there is no folder %s (set ACS_SHARED)\n", shared_folder());
        return SKIPPED;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
