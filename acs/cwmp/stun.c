#include "acs/cwmp/stun.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

enum { HEADER = 20, ATTRIBUTE_HEADER = 4, TRANSACTION_AT = 4, PORT_AT = 2, ADDRESS_AT = 4 };
enum { BINDING_REQUEST = 0x0001, BINDING_RESPONSE = 0x0101, BINDING_ERROR = 0x0111 };
enum { FAMILY_V4 = 1, FAMILY_V6 = 2, V4_BYTES = 4, V6_BYTES = 16 };
enum { UNKNOWN_ATTRIBUTE = 420, MUST_UNDERSTAND_BELOW = 0x8000 };

enum attribute {
    MAPPED_ADDRESS = 0x0001,
    RESPONSE_ADDRESS = 0x0002,
    CHANGE_REQUEST = 0x0003,
    SOURCE_ADDRESS = 0x0004,
    USERNAME = 0x0006,
    MESSAGE_INTEGRITY = 0x0008,
    ERROR_CODE = 0x0009,
    UNKNOWN_ATTRIBUTES = 0x000a,
    REFLECTED_FROM = 0x000b,
    XOR_MAPPED_ADDRESS = 0x0020,
    CONNECTION_REQUEST_BINDING = 0xc001,
    BINDING_CHANGE = 0xc002,
};

static const unsigned char magic[] = {0x21, 0x12, 0xa4, 0x42};
static const char calls_mark[] = "dslforum.org/TR-111 ";

static uint16_t read_u16(const unsigned char *at)
{
    return (uint16_t)(at[0] << 8 | at[1]);
}

static void put_u16(unsigned char *at, unsigned number)
{
    at[0] = (unsigned char)(number >> 8);
    at[1] = (unsigned char)number;
}

/* ---- reading ---- */

static bool read_v4(const unsigned char *value, struct sockaddr_storage *ret)
{
    struct sockaddr_in *in = (struct sockaddr_in *)ret;

    in->sin_family = AF_INET;
    memcpy(&in->sin_port, value + PORT_AT, sizeof(in->sin_port));
    memcpy(&in->sin_addr, value + ADDRESS_AT, V4_BYTES);
    return true;
}

static bool read_v6(const unsigned char *value, struct sockaddr_storage *ret)
{
    struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)ret;

    in6->sin6_family = AF_INET6;
    memcpy(&in6->sin6_port, value + PORT_AT, sizeof(in6->sin6_port));
    memcpy(&in6->sin6_addr, value + ADDRESS_AT, V6_BYTES);
    return true;
}

static bool read_address(const unsigned char *value, size_t len, struct sockaddr_storage *ret)
{
    if (len == ADDRESS_AT + V4_BYTES && value[1] == FAMILY_V4)
        return read_v4(value, ret);
    if (len == ADDRESS_AT + V6_BYTES && value[1] == FAMILY_V6)
        return read_v6(value, ret);
    return false;
}

static void note_unknown(struct stun_request *request, uint16_t type)
{
    if (type < MUST_UNDERSTAND_BELOW && request->unknown_count < STUN_UNKNOWN_MAX)
        request->unknown[request->unknown_count++] = type;
}

/* False: the attribute is one we know and is malformed. */
static bool take_attribute(uint16_t type, const unsigned char *value, size_t len,
                           struct stun_request *request)
{
    switch (type) {
    case RESPONSE_ADDRESS:
        return read_address(value, len, &request->respond_to);
    case CONNECTION_REQUEST_BINDING:
        request->for_calls =
            len == sizeof(calls_mark) - 1 && memcmp(value, calls_mark, sizeof(calls_mark) - 1) == 0;
        return true;
    case BINDING_CHANGE:
        request->changed = true;
        return true;
    case CHANGE_REQUEST: /* there is no second address to answer from (G-11) */
    case USERNAME:
    case MESSAGE_INTEGRITY:
        return true;
    default:
        note_unknown(request, type);
        return true;
    }
}

/* RFC 5389 pads values to four bytes and does not count the padding; in RFC 3489 there is none to count. */
static size_t padded(size_t len)
{
    return (len + 3) & ~(size_t)3;
}

bool stun_read(const unsigned char *bytes, size_t len, struct stun_request *ret)
{
    *ret = (struct stun_request){.modern = false};
    if (len < HEADER || read_u16(bytes) != BINDING_REQUEST || read_u16(bytes + 2) != len - HEADER)
        return false;
    memcpy(ret->transaction, bytes + TRANSACTION_AT, sizeof(ret->transaction));
    ret->modern = memcmp(ret->transaction, magic, sizeof(magic)) == 0;
    for (size_t at = HEADER; at < len;) {
        size_t value_len, step;

        if (len - at < ATTRIBUTE_HEADER)
            return false;
        value_len = read_u16(bytes + at + 2);
        step = ATTRIBUTE_HEADER + padded(value_len);
        if (step > len - at ||
            !take_attribute(read_u16(bytes + at), bytes + at + ATTRIBUTE_HEADER, value_len, ret))
            return false;
        at += step;
    }
    return true;
}

/* ---- writing ---- */

struct answer {
    unsigned char *bytes;
    size_t len;
};

static unsigned char *put_attribute(struct answer *answer, enum attribute type, size_t len)
{
    unsigned char *at = answer->bytes + answer->len;

    put_u16(at, type);
    put_u16(at + 2, (unsigned)len);
    memset(at + ATTRIBUTE_HEADER, 0, padded(len));
    answer->len += ATTRIBUTE_HEADER + padded(len);
    return at + ATTRIBUTE_HEADER;
}

static bool is_v4_inside(const struct sockaddr_storage *address)
{
    return address->ss_family == AF_INET6 &&
           IN6_IS_ADDR_V4MAPPED(&((const struct sockaddr_in6 *)address)->sin6_addr);
}

/* What it says on the wire; a v4 address that a v6 socket has seen is a v4 address. */
static size_t address_bytes(const struct sockaddr_storage *address, const void **ret)
{
    const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)address;

    if (address->ss_family == AF_INET) {
        *ret = &((const struct sockaddr_in *)address)->sin_addr;
        return V4_BYTES;
    }
    *ret = in6->sin6_addr.s6_addr + (is_v4_inside(address) ? V6_BYTES - V4_BYTES : 0);
    return is_v4_inside(address) ? V4_BYTES : V6_BYTES;
}

static const in_port_t *port_of(const struct sockaddr_storage *address)
{
    return address->ss_family == AF_INET ? &((const struct sockaddr_in *)address)->sin_port
                                         : &((const struct sockaddr_in6 *)address)->sin6_port;
}

static unsigned char *put_address(struct answer *answer, enum attribute type,
                                  const struct sockaddr_storage *address)
{
    const void *host;
    size_t len = address_bytes(address, &host);
    unsigned char *value = put_attribute(answer, type, ADDRESS_AT + len);

    value[1] = len == V4_BYTES ? FAMILY_V4 : FAMILY_V6;
    memcpy(value + PORT_AT, port_of(address), sizeof(in_port_t));
    memcpy(value + ADDRESS_AT, host, len);
    return value;
}

/* RFC 5389 15.2: port and address are hidden from NATs that rewrite whatever looks like an address. */
static void put_hidden_address(struct answer *answer, const struct stun_request *request,
                               const struct sockaddr_storage *address)
{
    unsigned char *value = put_address(answer, XOR_MAPPED_ADDRESS, address);
    size_t len = value[1] == FAMILY_V4 ? V4_BYTES : V6_BYTES;

    for (size_t i = 0; i < sizeof(in_port_t); i++)
        value[PORT_AT + i] ^= magic[i];
    for (size_t i = 0; i < len; i++)
        value[ADDRESS_AT + i] ^= request->transaction[i];
}

static void put_unknown(struct answer *answer, const struct stun_request *request)
{
    /* RFC 3489 wants an even number of them: the last one is told twice */
    unsigned count = request->unknown_count + request->unknown_count % 2;
    unsigned char *value = put_attribute(answer, ERROR_CODE, 4);

    value[2] = UNKNOWN_ATTRIBUTE / 100;
    value[3] = UNKNOWN_ATTRIBUTE % 100;
    value = put_attribute(answer, UNKNOWN_ATTRIBUTES, 2 * (size_t)count);
    for (unsigned i = 0; i < count; i++)
        put_u16(value + 2 * (size_t)i,
                request->unknown[i < request->unknown_count ? i : request->unknown_count - 1]);
}

static void put_binding(struct answer *answer, const struct stun_request *request,
                        const struct sockaddr_storage *from, const struct sockaddr_storage *own,
                        bool elsewhere)
{
    put_address(answer, MAPPED_ADDRESS, from); /* G-02 */
    put_address(answer, SOURCE_ADDRESS, own);
    if (elsewhere)
        put_address(answer, REFLECTED_FROM, from);
    if (request->modern)
        put_hidden_address(answer, request, from);
}

static bool is_same_host(const struct sockaddr_storage *a, const struct sockaddr_storage *b)
{
    const void *host_a, *host_b;
    size_t len = address_bytes(a, &host_a);

    return len == address_bytes(b, &host_b) && memcmp(host_a, host_b, len) == 0;
}

/* Only the port may be another one (G-10), so the socket's own form of the address is kept. */
static bool goes_elsewhere(const struct stun_request *request, struct sockaddr_storage *to)
{
    if (request->respond_to.ss_family == 0 || !is_same_host(&request->respond_to, to))
        return false;
    if (to->ss_family == AF_INET)
        ((struct sockaddr_in *)to)->sin_port = *port_of(&request->respond_to);
    else
        ((struct sockaddr_in6 *)to)->sin6_port = *port_of(&request->respond_to);
    return true;
}

size_t stun_answer(const struct stun_request *request, const struct sockaddr_storage *from,
                   const struct sockaddr_storage *own, unsigned char ret[STUN_ANSWER_MAX],
                   struct sockaddr_storage *ret_to)
{
    struct answer answer = {ret, HEADER};
    bool refused = request->unknown_count > 0;

    *ret_to = *from;
    put_u16(ret, refused ? BINDING_ERROR : BINDING_RESPONSE);
    memcpy(ret + TRANSACTION_AT, request->transaction, sizeof(request->transaction));
    if (refused)
        put_unknown(&answer, request);
    else
        put_binding(&answer, request, from, own, goes_elsewhere(request, ret_to));
    put_u16(ret + 2, (unsigned)(answer.len - HEADER));
    return answer.len;
}
