/*
 * A message that was read and can be written is read the same again; a reader that has seen others reads like
 * a new one; a refusal says why, and the Fault that answers it can be written.
 */
#include <string.h>

#include "soap/cwmp_time.h"
#include "soap/event.h"
#include "soap/fault.h"

#include "tests/fuzz/fuzz.h"
#include "tests/soap/dump.h"

struct reading {
    enum err result;
    struct cwmp_message message;
    struct soap_refusal refusal;
    const char *dump; /* of the message, or the refusal in words */
};

static struct reading read_with(struct soap_reader *reader, const struct soap_input *input,
                                struct arena *arena)
{
    struct reading reading;
    struct text text = TEXT_IN(arena);

    reading.result = soap_decode(reader, input, arena, &reading.message, &reading.refusal);
    if (reading.result == ERR_OK) {
        dump_message(&reading.message, &text);
        FUZZ_CHECK(reading.refusal.fault == 0);
    } else {
        text_printf(&text, "%u %s", reading.refusal.fault, err_message());
        FUZZ_CHECK(reading.result == ERR_INVALID || reading.result == ERR_TOO_LARGE);
        FUZZ_CHECK(reading.refusal.fault == 0 || reading.refusal.fault == CWMP_FAULT_INVALID_ARGUMENTS ||
                   reading.refusal.fault == CWMP_FAULT_VERSION);
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

/* What is refused with a Fault is answered by one that can be written, and that has the ID of the request
 * (X-07). */
static void answer_refusal(struct soap_reader *reader, const struct reading *refused, struct arena *arena)
{
    static const struct soap_dialect dialect = {0};
    struct cwmp_message fault =
        cwmp_fault_message(&refused->message, refused->refusal.fault, arena_strdup(arena, err_message()));
    struct text xml = TEXT_IN(arena);
    struct soap_input written;
    struct reading after;

    FUZZ_CHECK(soap_encode(&fault, &dialect, &xml) == ERR_OK);
    written = (struct soap_input){.bytes = xml.data, .len = xml.len};
    after = read_with(reader, &written, arena);
    FUZZ_CHECK(after.result == ERR_OK && after.message.method == CWMP_FAULT);
    FUZZ_CHECK(after.message.body.fault.code == refused->refusal.fault);
    FUZZ_CHECK((fault.header.id == NULL) == (after.message.header.id == NULL));
    FUZZ_CHECK(fault.header.id == NULL || strcmp(fault.header.id, after.message.header.id) == 0);
}

/* A time is the same after it was written in the form for devices. */
static void check_time(const char *text)
{
    struct cwmp_time before, after;
    char buf[TEXT_TIME_MAX];

    if (cwmp_read_time(text, &before) != ERR_OK) {
        FUZZ_CHECK(cwmp_time_in_utc(text, buf) == text);
        return;
    }
    FUZZ_CHECK(cwmp_read_time(cwmp_write_time(buf, &before), &after) == ERR_OK);
    FUZZ_CHECK(before.kind == after.kind && before.us == after.us);
}

static void check_inform(const struct cwmp_inform *inform)
{
    for (size_t i = 0; i < inform->events.count; i++) {
        const struct cwmp_event *event = &inform->events.items[i];
        const struct event *known = event_find(event->code);

        FUZZ_CHECK(cwmp_has_event(inform, event->code));
        FUZZ_CHECK(cwmp_find_event(inform, event->code, event->command_key) != NULL);
        FUZZ_CHECK(known == NULL || event_equal(known->code, event->code));
    }
    for (size_t i = 0; i < inform->parameters.count; i++) {
        const char *dot = strchr(inform->parameters.items[i].name, '.');
        const struct cwmp_parameter_value *found =
            cwmp_find_value(&inform->parameters, dot == NULL ? "" : dot + 1);

        FUZZ_CHECK(found == NULL || dot == NULL || text_ends_with(found->name, dot));
    }
    check_time(inform->current_time);
}

static void check_knowledge(const struct cwmp_message *message)
{
    if (message->method == CWMP_INFORM)
        check_inform(&message->body.inform);
    if (message->method == CWMP_FAULT && cwmp_fault_meaning(message->body.fault.code) == NULL)
        FUZZ_CHECK(fault_retry(message->body.fault.code) == FAULT_RETRY_NEVER);
    FUZZ_CHECK(cwmp_response_to(message->method) == CWMP_UNKNOWN_METHOD ||
               cwmp_is_response(cwmp_response_to(message->method)));
}

/* Making a reader costs as much as reading a message: one input in so many is also read by a new one. */
static bool is_compared(const uint8_t *data, size_t size)
{
    return size > 0 && (size + data[0] + data[size / 2] + data[size - 1]) % 16 == 0;
}

/* A fuzzer that watched this loop would learn nothing, and be a third slower. */
#ifdef __clang__
__attribute__((no_sanitize("coverage")))
#endif
static bool
is_ascii(const uint8_t *data, size_t size)
{
    uint8_t all = 0;

    for (size_t i = 0; i < size; i++)
        all |= data[i];
    return all < 0x80;
}

static void run(struct soap_reader *used, const struct soap_input *input, bool compared, struct arena *arena)
{
    struct reading one = read_with(used, input, arena);

    if (one.result != ERR_OK) {
        if (one.refusal.fault != 0)
            answer_refusal(used, &one, arena);
    } else {
        check_knowledge(&one.message);
        if (one.message.method != CWMP_UNKNOWN_METHOD)
            write_and_read_again(used, &one, arena);
    }
    if (compared) {
        struct soap_reader *fresh = soap_reader_new();
        struct reading other = read_with(fresh, input, arena);

        FUZZ_CHECK(one.result == other.result && strcmp(one.dump, other.dump) == 0);
        soap_reader_free(fresh);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct soap_reader *used;
    static struct arena *arena;
    struct soap_input input = {.bytes = (const char *)data, .len = size};
    bool compared = is_compared(data, size);

    if (used == NULL) {
        used = soap_reader_new();
        arena = arena_new(1 << 16);
    }
    arena_reset(arena);
    run(used, &input, compared, arena);
    if (memmem(data, size, "encoding=", 9) != NULL || !is_ascii(data, size)) { /* else it is the same again */
        input.charset = "iso-8859-1";
        run(used, &input, compared, arena);
    }
    return 0;
}
