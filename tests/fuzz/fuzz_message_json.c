/*
 * "Method {…}". Arguments that were read can be written as XML in a version that has the method, and as JSON
 * that is read the same again; a refusal says why.
 */
#include <string.h>

#include "soap/cwmp_json.h"

#include "tests/fuzz/fuzz.h"
#include "tests/soap/dump.h"
#include "tests/soap/make.h"

static const char *dump(const struct cwmp_message *message, struct arena *arena)
{
    struct text text = TEXT_IN(arena);

    dump_message(message, &text);
    return text_string(&text);
}

static void read_again(struct cwmp_message *message, struct arena *arena)
{
    struct text text = TEXT_IN(arena);
    struct json_writer w = JSON_WRITER(&text);
    struct cwmp_message after = *message;
    AUTO_JSON json = NULL;

    cwmp_write_json(message, &w);
    FUZZ_CHECK(json_read(text_string(&text), text.len, &json) == ERR_OK);
    FUZZ_CHECK(cwmp_read_json(message->method, json, arena, &after.body) == ERR_OK);
    make_secrets_empty(message);
    FUZZ_CHECK(strcmp(dump(message, arena), dump(&after, arena)) == 0);
}

static void read_arguments(enum cwmp_method method, const char *bytes, size_t len, struct arena *arena)
{
    static const struct soap_dialect dialect = {0};
    struct cwmp_message message = {
        .version = CWMP_1_4, .method = method, .method_name = cwmp_method_name(method)};
    struct text xml = TEXT_IN(arena);
    AUTO_JSON json = NULL;

    if (json_read(bytes, len, &json) != ERR_OK)
        return;
    if (cwmp_read_json(method, json, arena, &message.body) != ERR_OK) {
        FUZZ_CHECK(*err_message() != '\0');
        return;
    }
    FUZZ_CHECK(soap_encode(&message, &dialect, &xml) == ERR_OK);
    read_again(&message, arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *bytes = (const char *)data;
    const char *space = memchr(bytes, ' ', size);
    AUTO_ARENA arena = arena_new(1 << 16);
    size_t name = space == NULL ? 0 : (size_t)(space - bytes);
    enum cwmp_method method = cwmp_method_by_name(arena_memdup(arena, bytes, name));

    if (method != CWMP_UNKNOWN_METHOD)
        read_arguments(method, space + 1, size - name - 1, arena);
    return 0;
}
