#include "acs/http/audit.h"

#include <string.h>
#include <strings.h>

/*
 * libmicrohttpd 0.9.75 takes the first of several Content-Length, does not mind one beside Transfer-Encoding,
 * joins a folded line to the *name* of its header, ends a value at a NUL, and takes a blank before the colon
 * for a part of the name. Each of these lets a body pass for a second request when something in front of us
 * reads them otherwise (RFC 9112 6.3, 11.2).
 *
 * Folding and NUL are no longer visible in names and values. But the headers stay where they were received,
 * with only line ends and colons overwritten, so whatever lies between two of them gives it away.
 */
enum { LENGTH_DIGITS_MAX = 18, GAP_MAX = 64 };

static const struct refusal fine;

struct audit {
    const char *end; /* of what was looked at last */
    struct framing *framing;
    struct refusal refusal;
};

/* RFC 9110 5.6.2 */
static bool is_token(const char *text, size_t len)
{
    static const char more[] = "!#$%&'*+-.^_`|~";

    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)text[i];
        bool alnum = (c | 0x20U) - 'a' < 26U || c - (unsigned)'0' < 10U;

        if (!alnum && (c == '\0' || memchr(more, c, sizeof(more) - 1) == NULL))
            return false;
    }
    return len > 0;
}

/* Between what was read before and here there are only these bytes, and the order is that of the lines. */
static bool is_gap(const char *from, const char *to, const char *allowed)
{
    if ((uintptr_t)to - (uintptr_t)from > GAP_MAX) /* nor backwards */
        return false;
    for (; from < to; from++)
        if (*from != '\0' && strchr(allowed, *from) == NULL)
            return false;
    return true;
}

static struct refusal read_length(struct framing *framing, const char *value, size_t len)
{
    uint64_t length = 0;

    if (framing->has_length)
        return (struct refusal){400, "more than one Content-Length"};
    if (len == 0 || len > LENGTH_DIGITS_MAX)
        return (struct refusal){400, "Content-Length is not a length"};
    for (size_t i = 0; i < len; i++) {
        if (value[i] < '0' || value[i] > '9')
            return (struct refusal){400, "Content-Length is not a number"};
        length = length * 10 + (uint64_t)(value[i] - '0');
    }
    framing->has_length = true;
    framing->content_length = length;
    return fine;
}

static struct refusal read_transfer_encoding(struct framing *framing, const char *value, size_t len)
{
    (void)len;
    if (framing->chunked)
        return (struct refusal){400, "more than one Transfer-Encoding"};
    if (strcasecmp(value, "chunked") != 0)
        return (struct refusal){400, "the only Transfer-Encoding known is chunked"};
    framing->chunked = true;
    return fine;
}

static struct refusal read_content_encoding(struct framing *framing, const char *value, size_t len)
{
    (void)len;
    if (framing->coded)
        return (struct refusal){400, "more than one Content-Encoding"};
    framing->coded = true;
    if (!coding_by_name(value, &framing->coding))
        return (struct refusal){415, "the Content-Encoding is none that is known here"};
    return fine;
}

static const struct {
    const char *name;
    size_t len;
    struct refusal (*read)(struct framing *framing, const char *value, size_t len);
} readers[] = {
    {"content-length",    14, read_length           },
    {"transfer-encoding", 17, read_transfer_encoding},
    {"content-encoding",  16, read_content_encoding },
};

static struct refusal read_header(struct audit *audit, const char *name, size_t name_len, const char *value,
                                  size_t len)
{
    if (!is_token(name, name_len))
        return (struct refusal){400, "a header name has a character that does not belong there"};
    if (!is_gap(audit->end, name, "\r\n") || !is_gap(name + name_len + 1, value, " \t") ||
        memchr(value, '\r', len) != NULL)
        return (struct refusal){400, "a header is folded or has a NUL or a lone CR in it"};
    audit->end = value + len;
    for (size_t i = 0; i < sizeof(readers) / sizeof(*readers); i++)
        if (readers[i].len == name_len && strncasecmp(readers[i].name, name, name_len) == 0)
            return readers[i].read(audit->framing, value, len);
    return fine;
}

static enum MHD_Result on_header(void *cls, enum MHD_ValueKind kind, const char *name, size_t name_len,
                                 const char *value, size_t len)
{
    struct audit *audit = cls;

    (void)kind;
    audit->refusal = value == NULL ? (struct refusal){400, "a header has no value"}
                                   : read_header(audit, name, name_len, value, len);
    return audit->refusal.status == 0 ? MHD_YES : MHD_NO;
}

/* The last header, too, is followed by nothing but the end of its line and the empty line. */
static bool ends_well(struct MHD_Connection *mhd, const char *method, const char *end)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);

    return info != NULL && is_gap(end, method + info->header_size, " \t\r\n");
}

/* One space on either side of the target, and no NUL in it (RFC 9112 3). */
static struct refusal audit_line(const char *method, const char *target, const char *version)
{
    size_t method_len = strlen(method);
    size_t target_len = strlen(target);

    if (!is_token(method, method_len))
        return (struct refusal){400, "the method is not a word"};
    if ((uintptr_t)version - (uintptr_t)method != method_len + target_len + 2)
        return (struct refusal){400, "the request line is not <method> <target> <version>"};
    for (size_t i = 0; i < target_len; i++)
        if ((unsigned char)target[i] <= ' ' || target[i] == '\x7f')
            return (struct refusal){400, "the request target has a space or a control character in it"};
    return fine;
}

struct refusal audit_request(struct MHD_Connection *mhd, const char *method, const char *target,
                             const char *version, struct framing *ret)
{
    struct audit audit = {.end = version + strlen(version), .framing = ret};

    *ret = (struct framing){0};
    audit.refusal = audit_line(method, target, version);
    if (audit.refusal.status != 0)
        return audit.refusal;
    MHD_get_connection_values_n(mhd, MHD_HEADER_KIND, on_header, &audit);
    if (audit.refusal.status != 0)
        return audit.refusal;
    if (!ends_well(mhd, method, audit.end))
        return (struct refusal){400, "a header is folded or has a NUL in it"};
    if (ret->chunked && ret->has_length)
        return (struct refusal){400, "both Content-Length and Transfer-Encoding"};
    if (ret->chunked && strcmp(version, "HTTP/1.0") == 0)
        return (struct refusal){400, "HTTP/1.0 has no Transfer-Encoding"};
    return fine;
}
