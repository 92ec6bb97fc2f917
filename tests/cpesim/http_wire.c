#include "tests/cpesim/http_wire.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "acs/base/text.h"

/* ---- heads ---- */

size_t http_head_length(const char *bytes, size_t len)
{
    const char *end = memmem(bytes, len, "\r\n\r\n", 4);

    return end == NULL ? 0 : (size_t)(end - bytes) + 4;
}

static char *trimmed(char *text, char *end)
{
    while (end > text && (end[-1] == ' ' || end[-1] == '\t'))
        end--;
    *end = '\0';
    return text + strspn(text, " \t");
}

static enum err split_first_line(char *line, struct http_head *ret)
{
    char *first = strchr(line, ' ');
    char *second = first == NULL ? NULL : strchr(first + 1, ' ');

    if (first == NULL)
        return err_set(ERR_INVALID, "'%.60s' is no first line of HTTP", line);
    *first = '\0';
    if (second != NULL)
        *second = '\0';
    ret->line[0] = line;
    ret->line[1] = first + 1;
    ret->line[2] = second == NULL ? "" : second + 1; /* a reason may be left out */
    return ERR_OK;
}

static enum err split_field(char *line, char *end, struct http_head *ret)
{
    char *colon = memchr(line, ':', (size_t)(end - line));

    if (colon == NULL || colon == line || colon[-1] == ' ')
        return err_set(ERR_INVALID, "'%.60s' is no header", line);
    if (ret->count == HTTP_FIELDS_MAX)
        return err_set(ERR_TOO_LARGE, "more than %d headers", HTTP_FIELDS_MAX);
    *colon = '\0';
    ret->fields[ret->count++] = (struct http_field){line, trimmed(colon + 1, end)};
    return ERR_OK;
}

enum err http_head_split(char *bytes, size_t len, struct http_head *ret)
{
    char *end = bytes + len - 2; /* behind the last CR LF of a line */

    ret->count = 0;
    if (memchr(bytes, '\0', len) != NULL)
        return err_set(ERR_INVALID, "a NUL in the head");
    for (char *line = bytes; line < end;) {
        char *line_end = memmem(line, (size_t)(end - line), "\r\n", 2);

        *line_end = '\0';
        if (line == bytes)
            TRY(split_first_line(line, ret));
        else
            TRY(split_field(line, line_end, ret));
        line = line_end + 2;
    }
    return ERR_OK;
}

const char *http_head_find(const struct http_head *head, const char *name)
{
    for (size_t i = 0; i < head->count; i++)
        if (text_equal_nocase(head->fields[i].name, name))
            return head->fields[i].value;
    return NULL;
}

size_t http_head_count(const struct http_head *head, const char *name)
{
    size_t count = 0;

    for (size_t i = 0; i < head->count; i++)
        count += text_equal_nocase(head->fields[i].name, name);
    return count;
}

static bool has_word(const char *list, const char *word)
{
    size_t len = strlen(word);

    while (*list != '\0') {
        list += strspn(list, " \t,");
        if (strcspn(list, " \t,") == len && strncasecmp(list, word, len) == 0)
            return true;
        list += strcspn(list, ",");
    }
    return false;
}

bool http_head_has(const struct http_head *head, const char *name, const char *word)
{
    for (size_t i = 0; i < head->count; i++)
        if (text_equal_nocase(head->fields[i].name, name) &&
            has_word(text_or_empty(head->fields[i].value), word))
            return true;
    return false;
}

bool http_head_closes(const struct http_head *head, const char *version)
{
    if (strcmp(version, "HTTP/1.1") != 0)
        return !http_head_has(head, "Connection", "keep-alive");
    return http_head_has(head, "Connection", "close");
}

enum err http_head_status(const struct http_head *head, unsigned *ret)
{
    uint32_t status;

    if (!text_starts_with(head->line[0], "HTTP/1.") || strlen(head->line[1]) != 3)
        return err_set(ERR_INVALID, "'%.20s %.20s' is no status line", head->line[0], head->line[1]);
    TRY(text_read_u32(head->line[1], &status));
    *ret = status;
    return ERR_OK;
}

/* ---- bodies ---- */

static enum err read_length(const struct http_head *head, uint64_t *ret)
{
    const char *length = http_head_find(head, "Content-Length");

    if (http_head_count(head, "Content-Length") > 1)
        return err_set(ERR_INVALID, "two Content-Length headers");
    return err_while(text_read_u64(length, ret), "Content-Length");
}

enum err http_body_begin(const struct http_head *head, unsigned status, struct http_body *ret)
{
    bool has_length = http_head_find(head, "Content-Length") != NULL;
    bool chunked = http_head_has(head, "Transfer-Encoding", "chunked");

    *ret = (struct http_body){.framing = HTTP_TO_END};
    if (has_length && http_head_find(head, "Transfer-Encoding") != NULL)
        return err_set(ERR_INVALID, "both Content-Length and Transfer-Encoding");
    if (status / 100 == 1 || status == 204 || status == 304) {
        ret->framing = HTTP_NO_BODY;
        ret->done = true;
    } else if (chunked) {
        ret->framing = HTTP_CHUNKED;
    } else if (has_length) {
        TRY(read_length(head, &ret->left));
        ret->framing = HTTP_BY_LENGTH;
        ret->done = ret->left == 0;
    }
    return ERR_OK;
}

/* A line of a chunked body up to its LF; what does not fit is counted but not kept. */
static bool take_line(struct http_body *body, char c)
{
    if (c == '\n')
        return true;
    if (body->line_len < sizeof(body->line) - 1)
        body->line[body->line_len] = c;
    body->line_len++;
    return false;
}

static void end_line(struct http_body *body)
{
    size_t len = body->line_len < sizeof(body->line) - 1 ? body->line_len : sizeof(body->line) - 1;

    if (len > 0 && body->line[len - 1] == '\r')
        len--;
    body->line[len] = '\0';
    body->line_len = 0;
}

static enum err begin_chunk(struct http_body *body)
{
    size_t digits = strspn(body->line, "0123456789abcdefABCDEF");
    char after = body->line[digits];

    if (digits == 0 || digits > 8 || (after != '\0' && after != ';' && after != ' '))
        return err_set(ERR_INVALID, "'%.20s' is no size of a chunk", body->line);
    body->line[digits] = '\0';
    body->left = strtoull(body->line, NULL, 16);
    body->part = body->left > 0 ? HTTP_DATA : HTTP_TRAILER;
    return ERR_OK;
}

static enum err end_chunk_line(struct http_body *body)
{
    end_line(body);
    switch (body->part) {
    case HTTP_SIZE_LINE:
        return begin_chunk(body);
    case HTTP_DATA_END:
        if (body->line[0] != '\0')
            return err_set(ERR_INVALID, "a chunk is longer than it says");
        body->part = HTTP_SIZE_LINE;
        break;
    case HTTP_TRAILER:
        body->done = body->line[0] == '\0';
        break;
    case HTTP_DATA:
        break;
    }
    return ERR_OK;
}

/* Content of a body or of a chunk; how much of the bytes it was. */
static size_t take_data(struct http_body *body, const char *bytes, size_t len, struct bytes *out)
{
    if (body->framing != HTTP_TO_END && len > body->left)
        len = (size_t)body->left;
    bytes_add(out, bytes, len);
    if (body->framing == HTTP_TO_END)
        return len;
    body->left -= len;
    if (body->left == 0 && body->framing == HTTP_CHUNKED)
        body->part = HTTP_DATA_END;
    else if (body->left == 0)
        body->done = true;
    return len;
}

enum err http_body_take(struct http_body *body, const char *bytes, size_t len, struct bytes *out,
                        size_t *ret_used)
{
    size_t used = 0;

    while (!body->done && used < len) {
        if (body->framing != HTTP_CHUNKED || body->part == HTTP_DATA)
            used += take_data(body, bytes + used, len - used, out);
        else if (take_line(body, bytes[used++]))
            TRY(end_chunk_line(body));
    }
    *ret_used = used;
    return ERR_OK;
}
