#include "tests/bench/reply.h"

#include <stdint.h>
#include <string.h>
#include <strings.h>

enum { STATUS_AT = 9, STATUS_END = 12, NO_CONTENT = 204 };

struct head {
    struct reply reply;
    size_t body_len;
    bool has_length;
};

static void take_length(struct bytes value, struct head *head)
{
    head->body_len = 0;
    for (size_t i = 0; i < value.len && value.at[i] >= '0' && value.at[i] <= '9'; i++) {
        if (head->body_len > UINT32_MAX)
            return;
        head->body_len = head->body_len * 10 + (size_t)(value.at[i] - '0');
        head->has_length = true;
    }
}

static void take_cookie(struct bytes value, struct head *head)
{
    const char *end = memchr(value.at, ';', value.len);

    head->reply.cookie.at = value.at;
    head->reply.cookie.len = end ? (size_t)(end - value.at) : value.len;
}

static void take_challenge(struct bytes value, struct head *head)
{
    head->reply.challenge = value;
}

static void take_connection(struct bytes value, struct head *head)
{
    head->reply.close = value.len == strlen("close") && strncasecmp(value.at, "close", value.len) == 0;
}

#define HEADER(text)           \
    {                          \
        text, sizeof(text) - 1 \
    }

static const struct header {
    struct bytes name;
    void (*take)(struct bytes value, struct head *head);
} headers[] = {
    {HEADER("Content-Length:"),   take_length    },
    {HEADER("Set-Cookie:"),       take_cookie    },
    {HEADER("WWW-Authenticate:"), take_challenge },
    {HEADER("Connection:"),       take_connection},
};

static void take_line(const char *line, size_t len, struct head *head)
{
    for (size_t i = 0; i < sizeof(headers) / sizeof(*headers); i++) {
        struct bytes name = headers[i].name;

        if (len < name.len || strncasecmp(line, name.at, name.len) != 0)
            continue;
        line += name.len;
        len -= name.len;
        while (len > 0 && *line == ' ') {
            line++;
            len--;
        }
        headers[i].take((struct bytes){line, len}, head);
        return;
    }
}

/* Lines end in CR LF; the last one's CR LF is the first half of the empty line. */
static void take_lines(const char *line, const char *end, struct head *head)
{
    while (line < end) {
        const char *next = memchr(line, '\r', (size_t)(end - line));

        if (next == NULL)
            next = end;
        take_line(line, (size_t)(next - line), head);
        line = next + 2;
    }
}

static bool read_status(const char *bytes, unsigned *ret)
{
    unsigned status = 0;

    for (int i = STATUS_AT; i < STATUS_END; i++) {
        if (bytes[i] < '0' || bytes[i] > '9')
            return false;
        status = status * 10 + (unsigned)(bytes[i] - '0');
    }
    *ret = status;
    return true;
}

enum reply_state reply_read(const char *bytes, size_t len, struct reply *ret)
{
    const char *end = memmem(bytes, len, "\r\n\r\n", 4);
    struct head head = {0};
    size_t head_len;

    if (len >= STATUS_END && (memcmp(bytes, "HTTP/1.", 7) != 0 || !read_status(bytes, &head.reply.status)))
        return REPLY_BROKEN;
    if (end == NULL)
        return REPLY_PARTIAL;
    if (end - bytes < STATUS_END)
        return REPLY_BROKEN;
    take_lines(bytes + STATUS_END, end, &head);
    if (!head.has_length && head.reply.status != NO_CONTENT)
        return REPLY_BROKEN;
    head_len = (size_t)(end - bytes) + 4;
    if (len - head_len < head.body_len)
        return REPLY_PARTIAL;
    head.reply.body = (struct bytes){bytes + head_len, head.body_len};
    head.reply.len = head_len + head.body_len;
    *ret = head.reply;
    return REPLY_COMPLETE;
}
