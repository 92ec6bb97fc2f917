#include "acs/cwmp/udp_call.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <string.h>

/* ---- the address ---- */

enum { PORT_OTHERWISE = 80, PORT_MAX = 65535 };

/* Cuts "host:port", "[host]:port" or either without a port; text is changed. */
static bool split(char *text, char **ret_host, const char **ret_port)
{
    char *end;

    *ret_host = text;
    if (*text == '[') {
        (*ret_host)++;
        end = strchr(text, ']');
        if (end == NULL)
            return false;
        *end++ = '\0';
    } else {
        end = text + strcspn(text, ":");
    }
    if (*end != '\0' && *end != ':')
        return false;
    *ret_port = *end == ':' ? end + 1 : NULL;
    *end = '\0';
    return true;
}

static bool read_host(const char *host, bool v6, uint16_t port, struct sockaddr_storage *ret)
{
    struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)ret;
    struct sockaddr_in *in = (struct sockaddr_in *)ret;

    memset(ret, 0, sizeof(*ret));
    if (v6) {
        in6->sin6_family = AF_INET6;
        in6->sin6_port = htons(port);
        return inet_pton(AF_INET6, host, &in6->sin6_addr) == 1;
    }
    in->sin_family = AF_INET;
    in->sin_port = htons(port);
    return inet_pton(AF_INET, host, &in->sin_addr) == 1;
}

bool udp_call_read_address(const char *text, struct sockaddr_storage *ret)
{
    char copy[UDP_CALL_ADDRESS_MAX];
    const char *port_text;
    uint32_t port = PORT_OTHERWISE;
    char *host;

    if (strlen(text) >= sizeof(copy))
        return false;
    memcpy(copy, text, strlen(text) + 1);
    if (!split(copy, &host, &port_text))
        return false;
    if (port_text != NULL && (text_read_u32(port_text, &port) != ERR_OK || port == 0 || port > PORT_MAX))
        return false;
    return read_host(host, *text == '[', (uint16_t)port, ret);
}

/* ---- the datagram ---- */

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
