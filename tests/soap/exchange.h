/* What the tests of soap/ share: a reader and an arena per test, and envelopes in few words. */
#pragma once

#include <string.h>

#include "soap/cwmp.h"

#include "tests/base/check.h"

/* The least envelope: prefix s for SOAP, c for CWMP, declared for the namespace's end `minor`. */
#define ENVELOPE(minor, header, body)                                                                     \
    "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\""                                   \
    " xmlns:e=\"http://schemas.xmlsoap.org/soap/encoding/\""                                              \
    " xmlns:x=\"http://www.w3.org/2001/XMLSchema-instance\" xmlns:d=\"http://www.w3.org/2001/XMLSchema\"" \
    " xmlns:c=\"urn:dslforum-org:cwmp-1-" minor "\">" header "<s:Body>" body "</s:Body></s:Envelope>"
#define BODY(body) ENVELOPE("0", "", body)

#define DEVICE_ID                                                                             \
    "<DeviceId><Manufacturer>M</Manufacturer><OUI>00256D</OUI><ProductClass>P</ProductClass>" \
    "<SerialNumber>S</SerialNumber></DeviceId>"
#define INFORM(more) "<c:Inform>" DEVICE_ID more "</c:Inform>"

struct exchange {
    struct soap_reader *reader;
    struct arena *arena;
    struct cwmp_message message; /* what was decoded last */
    struct soap_refusal refusal;
};

/* For cmocka; *state is a struct exchange. */
int exchange_open(void **state);
int exchange_close(void **state);

enum err exchange_decode(struct exchange *exchange, const char *bytes, size_t len, const char *charset);
enum err exchange_decode_text(struct exchange *exchange, const char *text);
/* Fails the test if the text is refused; returns the message. */
const struct cwmp_message *exchange_accept(struct exchange *exchange, const char *text);
/* Fails the test if the text is not refused with this fault and a message that holds these words. */
void exchange_refuse(struct exchange *exchange, const char *text, uint32_t fault, const char *words);

enum err exchange_encode(struct exchange *exchange, const struct cwmp_message *message, const char **ret);
/* Fails the test if the message is not encoded. */
const char *exchange_write(struct exchange *exchange, const struct cwmp_message *message);

#define EXCHANGE_TEST(function) cmocka_unit_test_setup_teardown(function, exchange_open, exchange_close)
