#include "soap/xml_encoding.h"

#include <string.h>

enum {
    DECLARATION_MAX = 256,
    CHARSET_MAX = 40,
    REFERENCE_MAX = 12, /* "&#x0010FFFF;" */
    WORD = sizeof(uint64_t),
    REPLACEMENT_LENGTH = 3,
    UTF8_MAX = 4,
};

#define REPLACEMENT "\xEF\xBF\xBD" /* U+FFFD */

static const struct {
    const char *name;
    bool latin1;
} encodings[] = {
    {"UTF-8",          false},
    {"UTF8",           false},
    {"US-ASCII",       false},
    {"ASCII",          false},
    {"ANSI_X3.4-1968", false},
    {"ISO-8859-1",     true },
    {"ISO8859-1",      true },
    {"ISO_8859-1",     true },
    {"LATIN1",         true },
};

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Quotes and spaces around the name are no part of it. */
static enum err encoding_by_name(const char *name, size_t len, bool *ret_latin1)
{
    char text[CHARSET_MAX];

    while (len > 0 && strchr("\"' \t", *name) != NULL) {
        name++;
        len--;
    }
    while (len > 0 && strchr("\"' \t", name[len - 1]) != NULL)
        len--;
    if (len >= sizeof(text))
        return err_set(ERR_INVALID, "encoding name of %zu characters", len);
    memcpy(text, name, len);
    text[len] = '\0';
    for (size_t i = 0; i < sizeof(encodings) / sizeof(*encodings); i++) {
        if (text_equal_nocase(text, encodings[i].name)) {
            *ret_latin1 = encodings[i].latin1;
            return ERR_OK;
        }
    }
    return err_set(ERR_INVALID, "encoding '%s' is not read: send UTF-8, US-ASCII or ISO-8859-1", text);
}

/* The value of encoding="…" between begin and end of a declaration; NULL: there is none. */
static const char *declared_encoding(const char *begin, const char *end, size_t *ret_len)
{
    const char *at = memmem(begin, (size_t)(end - begin), "encoding", 8);
    const char *close;

    if (at == NULL)
        return NULL;
    at += 8;
    while (at < end && is_space(*at))
        at++;
    if (at == end || *at++ != '=')
        return NULL;
    while (at < end && is_space(*at))
        at++;
    if (at == end || (*at != '"' && *at != '\''))
        return NULL;
    close = memchr(at + 1, *at, (size_t)(end - at - 1));
    if (close == NULL)
        return NULL;
    *ret_len = (size_t)(close - at - 1);
    return at + 1;
}

static void skip(struct xml_source *source, size_t len)
{
    source->bytes += len;
    source->len -= len;
}

/* Takes the declaration away, so that libxml2 never learns another encoding than ours. */
static enum err take_declaration(struct xml_source *source, bool encoding_known)
{
    const char *begin = source->bytes;
    const char *end;
    const char *name;
    size_t len;

    if (source->len < 6 || memcmp(begin, "<?xml", 5) != 0 || !is_space(begin[5]))
        return ERR_OK;
    end = memmem(begin, source->len < DECLARATION_MAX ? source->len : DECLARATION_MAX, "?>", 2);
    if (end == NULL)
        return err_set(ERR_INVALID, "XML declaration without an end");
    name = declared_encoding(begin, end, &len);
    if (name != NULL && !encoding_known)
        TRY(encoding_by_name(name, len, &source->latin1));
    skip(source, (size_t)(end - begin) + 2);
    return ERR_OK;
}

enum err xml_source_open(const struct soap_input *input, struct xml_source *ret)
{
    struct xml_source source = {.bytes = input->bytes, .len = input->len};
    bool known = false;

    if (memchr(source.bytes, '\0', source.len) != NULL)
        return err_set(ERR_INVALID, "message holds a NUL byte (binary, UTF-16 or UTF-32?)");
    if (source.len >= 3 && memcmp(source.bytes, "\xEF\xBB\xBF", 3) == 0) {
        skip(&source, 3);
        known = true;
    } else if (input->charset != NULL && *input->charset != '\0') {
        TRY(encoding_by_name(input->charset, strlen(input->charset), &source.latin1));
        known = true;
    }
    while (source.len > 0 && is_space(*source.bytes))
        skip(&source, 1);
    if (source.len == 0 || *source.bytes != '<')
        return err_set(ERR_INVALID, "message does not begin with '<'");
    TRY(take_declaration(&source, known));
    *ret = source;
    return ERR_OK;
}

/* Eight bytes, each from 0x20 to 0x7f. */
static bool is_printable_word(const char *bytes)
{
    const uint64_t tops = UINT64_C(0x8080808080808080);
    const uint64_t spaces = UINT64_C(0x2020202020202020);
    uint64_t word;

    memcpy(&word, bytes, WORD);
    return ((word | (word - spaces)) & tops) == 0;
}

static bool is_control(char c)
{
    return (unsigned char)c < 0x20 && !is_space(c);
}

/* U+FFFE and U+FFFF are characters of UTF-8 but not of XML. */
static bool is_noncharacter(const char *bytes, size_t len)
{
    return len == 3 && memcmp(bytes, "\xEF\xBF", 2) == 0 && (unsigned char)bytes[2] >= 0xBE;
}

/* Bytes of the next character that may stay as they are, 0: none. */
static size_t clean_step(const struct xml_source *source, const char *bytes, size_t len)
{
    size_t step;

    if ((unsigned char)*bytes < 0x80)
        return !is_control(*bytes);
    step = source->latin1 ? 0 : text_utf8_step(bytes, len);
    return is_noncharacter(bytes, step) ? 0 : step;
}

static bool has_reference_by_number(const char *bytes, size_t len)
{
    const char *end = bytes + len;

    while ((bytes = memchr(bytes, '&', (size_t)(end - bytes))) != NULL) {
        bytes++;
        if (bytes < end && *bytes == '#')
            return true;
    }
    return false;
}

bool xml_is_clean(const struct xml_source *source, const char *bytes, size_t len)
{
    if (has_reference_by_number(bytes, len)) /* it may name a character that XML has not */
        return false;
    while (len > 0) {
        size_t step = len >= WORD && is_printable_word(bytes) ? WORD : clean_step(source, bytes, len);

        if (step == 0)
            return false;
        bytes += step;
        len -= step;
    }
    return true;
}

static unsigned digit_value(char c)
{
    if (c >= '0' && c <= '9')
        return (unsigned)(c - '0');
    if (c >= 'a' && c <= 'f')
        return (unsigned)(c - 'a') + 10;
    if (c >= 'A' && c <= 'F')
        return (unsigned)(c - 'A') + 10;
    return 16;
}

static bool is_xml_character(uint32_t code)
{
    if (code < 0x20)
        return code == '\t' || code == '\n' || code == '\r';
    return code <= 0x10FFFF && (code < 0xD800 || code > 0xDFFF) && code != 0xFFFE && code != 0xFFFF;
}

/* The length of a reference such as "&#2;" that names no character of XML; 0: it does, or it is no reference.
 */
static size_t bad_reference(const char *bytes, size_t len)
{
    bool hex = len > 2 && bytes[2] == 'x';
    unsigned base = hex ? 16 : 10;
    size_t first = hex ? 3 : 2;
    size_t at = first;
    uint32_t code = 0;

    if (len < 2 || bytes[1] != '#')
        return 0;
    for (; at < len && at < REFERENCE_MAX && digit_value(bytes[at]) < base; at++)
        code = code * base + digit_value(bytes[at]);
    if (at == first || at == len || bytes[at] != ';' || is_xml_character(code))
        return 0;
    return at + 1;
}

static size_t put_latin1(unsigned char byte, char *out)
{
    out[0] = (char)(0xC0 | (byte >> 6));
    out[1] = (char)(0x80 | (byte & 0x3F));
    return 2;
}

/* Is one of the eight bytes an ampersand? */
static bool has_ampersand(const char *bytes)
{
    const uint64_t ones = UINT64_C(0x0101010101010101);
    const uint64_t tops = UINT64_C(0x8080808080808080);
    uint64_t word;

    memcpy(&word, bytes, WORD);
    word ^= ones * '&'; /* which makes it a zero */
    return ((word - ones) & ~word & tops) != 0;
}

/* The bytes from here on that need no look at each of them, in whole words. */
static size_t plain_run(const char *bytes, size_t len)
{
    size_t run = 0;

    while (len - run >= WORD && is_printable_word(bytes + run) && !has_ampersand(bytes + run))
        run += WORD;
    return run;
}

/* What cannot stay as it is: a byte, or a reference of `bad` bytes. How many bytes it was. */
static size_t mend(struct xml_source *source, const char *bytes, size_t bad, char **out)
{
    if (bad == 0 && source->latin1 && (unsigned char)*bytes >= 0x80) {
        *out += put_latin1((unsigned char)*bytes, *out);
        return 1;
    }
    memcpy(*out, REPLACEMENT, REPLACEMENT_LENGTH);
    *out += REPLACEMENT_LENGTH;
    source->repairs++;
    return bad > 0 ? bad : 1;
}

size_t xml_repair(struct xml_source *source, const char *bytes, size_t len, char *out)
{
    const char *end = bytes + len;
    char *begin = out;

    while (bytes < end) {
        size_t left = (size_t)(end - bytes);
        size_t plain = plain_run(bytes, left);
        size_t bad = plain == 0 && *bytes == '&' ? bad_reference(bytes, left) : 0;
        size_t step = plain > 0 ? plain : bad > 0 ? 0 : clean_step(source, bytes, left);

        if (step == 0) {
            bytes += mend(source, bytes, bad, &out);
        } else {
            memcpy(out, bytes, step);
            out += step;
            bytes += step;
        }
    }
    return (size_t)(out - begin);
}

/* Where the last character begins, if its first byte is among the last four. */
static size_t before_last_character(const char *bytes, size_t len)
{
    for (size_t cut = len; cut > 0 && len - cut < UTF8_MAX && (unsigned char)bytes[cut - 1] >= 0x80; cut--)
        if ((unsigned char)bytes[cut - 1] >= 0xC0)
            return cut - 1;
    return len;
}

size_t xml_safe_cut(const char *bytes, size_t len)
{
    size_t tail = len < REFERENCE_MAX ? len : REFERENCE_MAX;
    const char *open = memrchr(bytes + len - tail, '&', tail);
    size_t cut = before_last_character(bytes, len);

    if (open != NULL && (size_t)(open - bytes) < cut)
        cut = (size_t)(open - bytes);
    return cut > 0 ? cut : len;
}
