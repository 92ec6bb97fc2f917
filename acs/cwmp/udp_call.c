#include "acs/cwmp/udp_call.h"

#include <ctype.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <string.h>

bool udp_call_read_address(const char *text, struct address *ret)
{
    enum { PORT_OTHERWISE = 80 };

    return strlen(text) < UDP_CALL_ADDRESS_MAX && address_read(text, PORT_OTHERWISE, ret) &&
           ((const struct sockaddr_in *)&ret->storage)->sin_port != 0; /* where that of IPv6 is, too */
}

static void put_encoded(struct text *out, const char *text)
{
    for (const char *at = text; *at != '\0'; at++) {
        if (isalnum((unsigned char)*at) || strchr("-._~", *at) != NULL)
            text_putc(out, *at);
        else
            text_printf(out, "%%%02X", (unsigned char)*at);
    }
}

/* Over the texts as they are, not as they are encoded (G-18, G-21). */
static void put_signature(struct text *out, const struct udp_call *call)
{
    unsigned char sum[SHA1_BYTES];
    struct text signed_text = TEXT_IN(out->arena);

    text_printf(&signed_text, "%" PRId64 "%" PRIu64 "%s%s", call->at_s, call->id, call->username,
                call->cnonce);
    crypto_hmac_sha1(call->password.hidden, strlen(call->password.hidden), signed_text.data, signed_text.len,
                     sum);
    for (size_t i = 0; i < sizeof(sum); i++)
        text_printf(out, "%02X", sum[i]);
}

void udp_call_write(const struct udp_call *call, struct text *out)
{
    text_printf(out, "GET http://%s?ts=%" PRId64 "&id=%" PRIu64 "&un=", call->address, call->at_s, call->id);
    put_encoded(out, call->username);
    text_puts(out, "&cn=");
    put_encoded(out, call->cnonce);
    text_puts(out, "&sig=");
    put_signature(out, call);
    text_printf(out, " HTTP/1.1\r\nHost: %s\r\n\r\n", call->address);
}
