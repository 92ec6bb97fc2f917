#include "tests/soap/exchange.h"

enum { ARENA_BLOCK = 64 * 1024 };

int exchange_open(void **state)
{
    struct exchange *exchange = HEAP_NEW(struct exchange);

    exchange->reader = soap_reader_new();
    exchange->arena = arena_new(ARENA_BLOCK);
    *state = exchange;
    return 0;
}

int exchange_close(void **state)
{
    struct exchange *exchange = *state;

    soap_reader_free(exchange->reader);
    arena_free(exchange->arena);
    heap_free(exchange);
    return 0;
}

enum err exchange_decode(struct exchange *exchange, const char *bytes, size_t len, const char *charset)
{
    const struct soap_input input = {.bytes = bytes, .len = len, .charset = charset};

    return soap_decode(exchange->reader, &input, exchange->arena, &exchange->message, &exchange->refusal);
}

enum err exchange_decode_text(struct exchange *exchange, const char *text)
{
    return exchange_decode(exchange, text, strlen(text), NULL);
}

const struct cwmp_message *exchange_accept(struct exchange *exchange, const char *text)
{
    if (exchange_decode_text(exchange, text) != ERR_OK)
        fail_msg("refused: %s\n%s", err_message(), text);
    return &exchange->message;
}

void exchange_refuse(struct exchange *exchange, const char *text, uint32_t fault, const char *words)
{
    if (exchange_decode_text(exchange, text) == ERR_OK)
        fail_msg("not refused: %.2000s", text);
    if (strstr(err_message(), words) == NULL)
        fail_msg("refused with '%s', not with '%s': %.2000s", err_message(), words, text);
    assert_int_equal(exchange->refusal.fault, fault);
}

enum err exchange_encode(struct exchange *exchange, const struct cwmp_message *message, const char **ret)
{
    const struct soap_dialect dialect = {.declaration = false};
    struct text out = TEXT_IN(exchange->arena);

    TRY(soap_encode(message, &dialect, &out));
    *ret = text_string(&out);
    return ERR_OK;
}

const char *exchange_write(struct exchange *exchange, const struct cwmp_message *message)
{
    const char *xml = NULL;

    if (exchange_encode(exchange, message, &xml) != ERR_OK)
        fail_msg("not encoded: %s", err_message());
    return xml;
}
