/*
 * Messages that are not ours to keep: the envelopes made from the standard's schemas, and what real devices
 * were seen to send. They lie beside the project, in $ACS_SHARED or ../shared; where they do not, this test
 * says so and is skipped.
 */

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "tests/soap/dump.h"
#include "tests/soap/exchange.h"
#include "tests/soap/files.h"

enum { SKIPPED = 77, LEAST = 30 };

static const char *shared_folder(void)
{
    const char *folder = getenv("ACS_SHARED"); /* NOLINT(concurrency-mt-unsafe): one thread */

    return folder == NULL ? SHARED_DEFAULT : folder;
}

/* ---- the envelopes of the standard ---- */

/* What lies beside the envelopes and is none: other protocols than CWMP. */
static const char *const no_envelopes[] = {
    "x1-cpe2acs-UDPLightweightNotification.xml",
    "x2-acs2cpe-XMPPConnectionRequest.xml",
    "x3-cpe2acs-XMPPConnectionRequest-result.xml",
    "x4-cpe2acs-XMPPConnectionRequest-not-authorized.xml",
    "x5-cpe2acs-XMPPConnectionRequest-service-unavailable.xml",
    "x6-acs2cpe-UDPConnectionRequest.txt",
};

static const char *base_name(const char *path)
{
    return strrchr(path, '/') + 1;
}

static bool is_listed(const char *name, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(list[i], name) == 0)
            return true;
    return false;
}

static void find_files(struct exchange *exchange, const char *pattern, glob_t *ret)
{
    const char *full = arena_printf(exchange->arena, "%s/%s", shared_folder(), pattern);

    assert_int_equal(glob(full, 0, NULL, ret), 0);
    assert_true(ret->gl_pathc >= LEAST);
    arena_reset(exchange->arena);
}

static const char *dump(const struct cwmp_message *message, struct arena *arena)
{
    struct text text = TEXT_IN(arena);

    dump_message(message, &text);
    return text_string(&text);
}

/* It is read, and what was read is written so that it is read the same again. */
static enum cwmp_method check_envelope(struct exchange *exchange, const char *path)
{
    size_t len = 0;
    const char *bytes = file_read(path, exchange->arena, &len);
    const char *before;
    const char *xml;
    enum cwmp_method method;

    if (exchange_decode(exchange, bytes, len, NULL) != ERR_OK ||
        exchange->message.method == CWMP_UNKNOWN_METHOD)
        fail_msg("%s is not read: %s", path, err_message());
    method = exchange->message.method;
    before = dump(&exchange->message, exchange->arena);
    if (exchange_encode(exchange, &exchange->message, &xml) != ERR_OK)
        fail_msg("%s is not written: %s", path, err_message());
    assert_string_equal(before, dump(exchange_accept(exchange, xml), exchange->arena));
    arena_reset(exchange->arena);
    return method;
}

static void every_envelope_of_the_standard_is_read_and_written(void **state)
{
    bool seen[CWMP_METHOD_COUNT] = {true};
    glob_t found;

    find_files(*state, "protocol/envelopes/*", &found);
    for (size_t i = 0; i < found.gl_pathc; i++)
        if (!is_listed(base_name(found.gl_pathv[i]), no_envelopes, COUNT_OF(no_envelopes)))
            seen[check_envelope(*state, found.gl_pathv[i])] = true;
    globfree(&found);
    for (unsigned method = 0; method < CWMP_METHOD_COUNT; method++)
        if (!seen[method])
            fail_msg("there is no envelope of %s", cwmp_method_name(method));
}

/* ---- what real devices were seen to send ---- */

/* What is no CWMP message, by the index that comes with the files; each with the reason it is refused for.
 * Without a note: whoever published it has cut it off. */
static const struct {
    const char *name;
    const char *words;
} refused[] = {
    {"amit-ax1122-inform-http-fragment-1.http",                  "message ends inside of a tag"            },
    {"avm-fritzbox7170-inform-1.xml",
     "prefix cwmp on Inform is not defined"                                                                }, /* a method without an envelope, damaged by a web page */
    {"broadcom-947xx-inform-fragment-1.xml",                     "Extra content at the end"                },
    {"cisco-spa122-fault-fragment-1.xml",                        "ends inside of a tag"                    },
    {"cpe-connectionrequest-challenge-noqop-1.http",
     "does not begin with '<'"                                                                             }, /* the answer to a connection request */
    {"devolo-acs-getparametervalues-1.xml",                      "attributes construct error"              }, /* attributes without values */
    {"huawei-b310s-inform-fragment-1.xml",                       "Extra content at the end"                },
    {"huawei-hg253s-inform-fragment-1.xml",                      "Extra content at the end"                },
    {"huawei-hg8245h-inform-http-fragment-1.http",               "Extra content at the end of the document"},
    {"iphotonix-ont-inform-fragment-1.xml",                      "Extra content at the end"                },
    {"mikrotik-getparametervaluesresponse-fragment-1.xml",       "ends inside of a tag"                    },
    {"mikrotik-rb2011-inform-transfercomplete-fragment-1.xml",   "ends inside of a tag"                    },
    {"nuran-cavium-inform-fragment-1.xml",                       "Extra content at the end"                },
    {"sagemcom-fast2764-inform-http-fragment-1.http",            "Extra content at the end of the document"},
    {"tdt-c1500-inform-http-fragment-1.http",                    "Extra content at the end of the document"},
    {"thomson-inform-http-iso8859-fragment-1.http",              "message ends inside of a tag"            },
    {"tplink-tdw9970-setparametervalues-boolean-fragment-1.xml",
     "is not an envelope of SOAP 1.1"                                                                      }, /* a piece of a message */
    {"tvip-stb-inform-fragment-1.xml",                           "Extra content at the end"                },
};

static const char *expected_words(const char *name)
{
    for (size_t i = 0; i < COUNT_OF(refused); i++)
        if (strcmp(refused[i].name, name) == 0)
            return refused[i].words;
    return NULL;
}

/* The body of a request as it came over the wire: without headers, chunks put together. */
static const char *http_body(const char *bytes, struct arena *arena, size_t *len)
{
    const char *end = bytes + *len;
    const char *body = strstr(bytes, "\r\n\r\n");
    struct text whole = TEXT_IN(arena);

    body = body == NULL ? strstr(bytes, "\n\n") + 2 : body + 4;
    if (strcasestr(bytes, "Transfer-Encoding: chunked") == NULL || *body == '<') {
        *len = (size_t)(end - body);
        return body;
    }
    while (body < end) {
        char *data;
        size_t size = strtoul(body, &data, 16);

        data = strchr(data, '\n');
        if (size == 0 || data == NULL)
            break;
        text_add(&whole, data + 1, size < (size_t)(end - data - 1) ? size : (size_t)(end - data - 1));
        body = data + 1 + size + strspn(data + 1 + size, "\r\n");
    }
    *len = whole.len;
    return text_string(&whole);
}

static void check_message(struct exchange *exchange, const char *path)
{
    const char *words = expected_words(base_name(path));
    size_t len = 0;
    const char *bytes = file_read(path, exchange->arena, &len);
    bool latin1 = strcasestr(bytes, "charset=iso-8859-1") != NULL;
    enum err result;

    if (text_ends_with(path, ".http"))
        bytes = http_body(bytes, exchange->arena, &len);
    result = exchange_decode(exchange, bytes, len, latin1 ? "ISO-8859-1" : NULL);
    if (result != ERR_OK && (words == NULL || strstr(err_message(), words) == NULL))
        fail_msg("%s is refused: %s", path, err_message());
    if (result == ERR_OK && (words != NULL || exchange->message.method == CWMP_UNKNOWN_METHOD))
        fail_msg("%s is read as %s", path, exchange->message.method_name);
    arena_reset(exchange->arena);
}

static void every_message_of_a_real_device_is_read_or_refused_for_its_known_reason(void **state)
{
    unsigned refusals = 0;
    glob_t found;

    find_files(*state, "devices/messages/*", &found);
    for (size_t i = 0; i < found.gl_pathc; i++) {
        if (strcmp(base_name(found.gl_pathv[i]), "INDEX.md") == 0)
            continue;
        refusals += expected_words(base_name(found.gl_pathv[i])) != NULL;
        check_message(*state, found.gl_pathv[i]);
    }
    globfree(&found);
    assert_int_equal(refusals, COUNT_OF(refused));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        EXCHANGE_TEST(every_envelope_of_the_standard_is_read_and_written),
        EXCHANGE_TEST(every_message_of_a_real_device_is_read_or_refused_for_its_known_reason),
    };
    struct stat status;

    if (stat(shared_folder(), &status) != 0) {
        printf("skipped: there is no folder %s (set ACS_SHARED)\n", shared_folder());
        return SKIPPED;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
