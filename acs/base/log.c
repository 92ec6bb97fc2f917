#include "acs/base/log.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "acs/base/clock.h"
#include "acs/base/metrics.h"
#include "acs/base/text.h"

/*
 * A line has at most PIPE_BUF bytes, so that a pipe takes it whole. The reserve is for what closes a line of
 * which something was left out: a quote, the mark, a brace, the line feed.
 */
enum { LINE_BYTES = 4096, RESERVE = 32, VALUE_BYTES = 1024, PATIENCE_MS = 20 };

struct line {
    char bytes[LINE_BYTES];
    size_t len;
    bool json;
    bool cut; /* something did not fit */
};

static const struct {
    const char *name;
    const char *journal; /* sd-daemon(3) */
} levels[] = {
    [LOG_DEBUG] = {"debug", "<7>"},
    [LOG_INFO] = {"info",  "<6>"},
    [LOG_WARN] = {"warn",  "<4>"},
    [LOG_ERROR] = {"error", "<3>"},
};

static _Atomic int lowest_level = LOG_INFO;
static _Atomic int line_format = LOG_TEXT;

void log_setup(enum log_level lowest, enum log_format format)
{
    atomic_store(&lowest_level, (int)lowest);
    atomic_store(&line_format, (int)format);
}

bool log_wants(enum log_level level)
{
    return (int)level >= atomic_load_explicit(&lowest_level, memory_order_relaxed);
}

/* ---- building the line ---- */

static bool put_within(struct line *line, const char *bytes, size_t len, size_t limit)
{
    if (line->len + len > limit) {
        line->cut = true;
        return false;
    }
    memcpy(line->bytes + line->len, bytes, len);
    line->len += len;
    return true;
}

static bool put(struct line *line, const char *string)
{
    return put_within(line, string, strlen(string), LINE_BYTES - RESERVE);
}

static void put_last(struct line *line, const char *string)
{
    put_within(line, string, strlen(string), LINE_BYTES);
}

/*
 * What could end the line or a quoted value, or deceive who reads it on a terminal: the controls of both
 * tables, line and paragraph separators, and the marks that turn the direction of writing.
 */
static bool is_harmful(unsigned code)
{
    return code < 0x20 || (code >= 0x7f && code < 0xa0) || (code >= 0x200e && code <= 0x200f) ||
           (code >= 0x2028 && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);
}

static unsigned code_point(const char *bytes, size_t step)
{
    static const unsigned char lead_bits[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
    unsigned code = (unsigned char)*bytes & lead_bits[step];

    for (size_t i = 1; i < step; i++)
        code = code << 6 | ((unsigned char)bytes[i] & 0x3f);
    return code;
}

static bool put_character(struct line *line, const char *at, size_t step)
{
    char escape[16];
    unsigned code = code_point(at, step);

    if (code == '"' || code == '\\')
        snprintf(escape, sizeof(escape), "\\%c", *at);
    else if (code == '\n')
        snprintf(escape, sizeof(escape), "\\n");
    else if (is_harmful(code))
        snprintf(escape, sizeof(escape), "\\u%04x", code);
    else
        return put_within(line, at, step, LINE_BYTES - RESERVE);
    return put(line, escape);
}

static bool put_bad_byte(struct line *line, unsigned char byte)
{
    char escape[8];

    snprintf(escape, sizeof(escape), "\\x%02x", byte);
    return put(line, line->json ? "\\ufffd" : escape);
}

static void put_escaped(struct line *line, const char *text)
{
    size_t left = strlen(text);
    size_t most = line->len + VALUE_BYTES;

    while (left > 0) {
        size_t step = text_utf8_step(text, left);
        bool fits = line->len < most &&
                    (step > 0 ? put_character(line, text, step) : put_bad_byte(line, (unsigned char)*text));

        if (!fits) {
            line->cut = true;
            return;
        }
        step += step == 0;
        text += step;
        left -= step;
    }
}

/* Text that nobody could take for more than one value needs no quotes in LOG_TEXT. */
static bool is_bare(const char *text)
{
    for (const char *at = text; *at != '\0'; at++)
        if (*at <= ' ' || *at > '~' || *at == '"' || *at == '\\' || *at == '=')
            return false;
    return *text != '\0';
}

static bool put_text(struct line *line, const char *text)
{
    bool quoted;

    if (text == NULL)
        return put(line, line->json ? "null" : "");
    quoted = line->json || !is_bare(text);
    if (quoted && !put(line, "\""))
        return false;
    put_escaped(line, text);
    if (quoted)
        put_last(line, "\"");
    return true;
}

static bool put_number(struct line *line, int64_t number)
{
    char digits[24];

    snprintf(digits, sizeof(digits), "%lld", (long long)number);
    return put(line, digits);
}

static void put_field(struct line *line, const struct log_field *field)
{
    size_t before = line->len;

    if (put(line, line->json ? ",\"" : " ") && put(line, field->key) && put(line, line->json ? "\":" : "=") &&
        (field->kind == LOG_FIELD_INT ? put_number(line, field->number) : put_text(line, field->text)))
        return;
    line->len = before; /* half a field is none */
}

static void put_head(struct line *line, enum log_level level, enum log_format format)
{
    char now[TEXT_TIME_MAX];

    text_write_time(now, clock_now_us(), true);
    memcpy(now + strlen("2026-11-22T19:40:01.123"), "Z", sizeof("Z"));
    switch (format) {
    case LOG_TEXT:
        put(line, now);
        put(line, " ");
        put(line, levels[level].name);
        put(line, " ");
        break;
    case LOG_JOURNAL:
        put(line, levels[level].journal);
        break;
    case LOG_JSON:
        put(line, "{\"ts\":\"");
        put(line, now);
        put(line, "\",\"level\":\"");
        put(line, levels[level].name);
        put(line, "\",\"msg\":");
        break;
    }
}

/* ---- writing it ---- */

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static bool stalled; /* under mutex: the reader did not keep up last time, so do not wait for him again */

/* A reader that hangs or is gone must cost lines, not the server: a full pipe would block, a broken one would
 * kill. */
static bool has_room(void)
{
    struct pollfd out = {.fd = STDERR_FILENO, .events = POLLOUT};
    int ready;

    do
        ready = poll(&out, 1, stalled ? 0 : PATIENCE_MS);
    while (ready < 0 && errno == EINTR);
    stalled = ready == 0;
    return ready == 1 && out.revents == POLLOUT;
}

static void write_line(const struct line *line)
{
    ssize_t written = -1;

    pthread_mutex_lock(&mutex);
    if (has_room()) {
        do
            written = write(STDERR_FILENO, line->bytes, line->len);
        while (written < 0 && errno == EINTR);
    }
    pthread_mutex_unlock(&mutex);
    if (written != (ssize_t)line->len)
        metric_count(METRIC_LOG_LINES_LOST);
}

void log_write(enum log_level level, const char *message, const struct log_field *fields, unsigned count)
{
    enum log_format format = (enum log_format)atomic_load_explicit(&line_format, memory_order_relaxed);
    struct line line;
    int saved = errno;

    line.len = 0;
    line.cut = false;
    line.json = format == LOG_JSON;
    put_head(&line, level, format);
    if (line.json)
        put_text(&line, message);
    else
        put_escaped(&line, message);
    for (unsigned i = 0; i < count; i++)
        put_field(&line, &fields[i]);
    if (line.cut)
        put_last(&line, line.json ? ",\"cut\":true" : " cut=1");
    put_last(&line, line.json ? "}\n" : "\n");
    write_line(&line);
    errno = saved;
}
