/*
 * A message that was read and can be written is read the same again; a reader that has seen others reads like
 * a new one; a refusal says why and which Fault to answer.
 */
#include <string.h>

#include "soap/cwmp.h"

#include "tests/fuzz/fuzz.h"
#include "tests/soap/dump.h"

struct reading {
    enum err result;
    struct cwmp_message message;
    const char *dump; /* of the message, or the refusal in words */
};

static struct reading read_with(struct soap_reader *reader, const struct soap_input *input,
                                struct arena *arena)
{
    struct reading reading;
    struct soap_refusal refusal;
    struct text text = TEXT_IN(arena);

    reading.result = soap_decode(reader, input, arena, &reading.message, &refusal);
    if (reading.result == ERR_OK) {
        dump_message(&reading.message, &text);
        FUZZ_CHECK(refusal.fault == 0);
    } else {
        text_printf(&text, "%u %s", refusal.fault, err_message());
        FUZZ_CHECK(reading.result == ERR_INVALID || reading.result == ERR_TOO_LARGE);
        FUZZ_CHECK(refusal.fault == 0 || refusal.fault == CWMP_FAULT_INVALID_ARGUMENTS ||
                   refusal.fault == CWMP_FAULT_VERSION);
    }
    reading.dump = text_string(&text);
    return reading;
}

static void write_and_read_again(struct soap_reader *reader, const struct reading *before,
                                 struct arena *arena)
{
    const struct soap_dialect dialect = {.declaration = before->message.header.id == NULL};
    struct text first = TEXT_IN(arena);
    struct text second = TEXT_IN(arena);
    struct soap_input written;
    struct reading after;

    if (soap_encode(&before->message, &dialect, &first) != ERR_OK) {
        FUZZ_CHECK(first.len == 0 && *err_message() != '\0');
        return;
    }
    written = (struct soap_input){.bytes = first.data, .len = first.len};
    after = read_with(reader, &written, arena);
    FUZZ_CHECK(after.result == ERR_OK);
    FUZZ_CHECK(soap_encode(&after.message, &dialect, &second) == ERR_OK);
    FUZZ_CHECK(strcmp(text_string(&first), text_string(&second)) == 0);
    /* A boolean to be set has one form only, whatever it was read as. */
    FUZZ_CHECK(before->message.method == CWMP_SET_PARAMETER_VALUES || strcmp(before->dump, after.dump) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct soap_reader *used;
    static const char *const charsets[] = {NULL, "iso-8859-1"};
    AUTO_ARENA arena = arena_new(1 << 16);

    if (used == NULL)
        used = soap_reader_new();
    for (size_t i = 0; i < sizeof(charsets) / sizeof(*charsets); i++) {
        const struct soap_input input = {.bytes = (const char *)data, .len = size, .charset = charsets[i]};
        struct soap_reader *fresh = soap_reader_new();
        struct reading one = read_with(used, &input, arena);
        struct reading other = read_with(fresh, &input, arena);

        FUZZ_CHECK(one.result == other.result && strcmp(one.dump, other.dump) == 0);
        if (one.result == ERR_OK && one.message.method != CWMP_UNKNOWN_METHOD)
            write_and_read_again(used, &one, arena);
        soap_reader_free(fresh);
    }
    return 0;
}
