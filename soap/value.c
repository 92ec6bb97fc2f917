#include "soap/value.h"

#include <ctype.h>
#include <string.h>

#include "soap/cwmp_time.h"
#include "soap/value_check.h"

enum { OUI_DIGITS = 6, UTF8_TWO = 2, UTF8_THREE = 3 };

static const char *const type_names[] = {
    [CWMP_UNKNOWN_TYPE] = "",
    [CWMP_STRING] = "xsd:string",
    [CWMP_INT] = "xsd:int",
    [CWMP_UNSIGNED_INT] = "xsd:unsignedInt",
    [CWMP_LONG] = "xsd:long",
    [CWMP_UNSIGNED_LONG] = "xsd:unsignedLong",
    [CWMP_BOOLEAN] = "xsd:boolean",
    [CWMP_DATE_TIME] = "xsd:dateTime",
    [CWMP_BASE64] = "xsd:base64Binary",
    [CWMP_HEX_BINARY] = "xsd:hexBinary",
};

enum { PREFIX = sizeof("xsd:") - 1 };

const char *cwmp_type_name(enum cwmp_type type)
{
    return type_names[type];
}

static enum cwmp_type type_by_local_name(const char *local, size_t len)
{
    for (enum cwmp_type type = CWMP_STRING; type < CWMP_TYPE_COUNT; type++) {
        const char *name = type_names[type] + PREFIX;

        if (strlen(name) == len && memcmp(name, local, len) == 0)
            return type;
    }
    return len == 6 && memcmp(local, "base64", 6) == 0 ? CWMP_BASE64
                                                       : CWMP_UNKNOWN_TYPE; /* SOAP-ENC:base64 */
}

enum cwmp_type cwmp_type_by_name(const char *local)
{
    return type_by_local_name(local, strlen(local));
}

enum cwmp_type value_type(const char *qname, size_t len)
{
    const char *colon = memchr(qname, ':', len);
    const char *local = colon == NULL ? qname : colon + 1;
    size_t left = len - (size_t)(local - qname);
    const char *size = memchr(local, '(', left);

    return type_by_local_name(local, size == NULL ? left : (size_t)(size - local));
}

enum err value_read_bool(const char *text, bool *ret)
{
    int64_t number = 0;

    if (text_equal_nocase(text, "true")) {
        *ret = true;
        return ERR_OK;
    }
    if (*text != '\0' && !text_equal_nocase(text, "false") && text_read_i64(text, &number) != ERR_OK)
        return err_set(ERR_INVALID, "'%.64s' is not a boolean", text);
    *ret = number != 0; /* a device was seen to write 30 */
    return ERR_OK;
}

enum err value_read_number(const char *text, int64_t min, int64_t max, int64_t *ret)
{
    int64_t number = 0;

    if (*text != '\0')
        TRY(text_read_i64(text, &number));
    if (number < min || number > max)
        return err_set(ERR_INVALID, "%lld is not from %lld to %lld", (long long)number, (long long)min,
                       (long long)max);
    *ret = number;
    return ERR_OK;
}

void value_normalise_oui(char *text)
{
    char digits[OUI_DIGITS + 1];
    size_t count = 0;

    for (const char *c = text; *c != '\0'; c++) {
        if (strchr(":-. ", *c) != NULL)
            continue;
        if (count == OUI_DIGITS || !isxdigit((unsigned char)*c))
            return;
        digits[count++] = (char)toupper((unsigned char)*c);
    }
    if (count < OUI_DIGITS)
        return;
    digits[OUI_DIGITS] = '\0';
    memcpy(text, digits, sizeof(digits));
}

static bool needs_no_escape(char c)
{
    return (c >= ' ' && c <= '~' && strchr("<>&\"'", c) == NULL) || c == '\n' || c == '\t';
}

static uint32_t decode(const char *bytes, size_t step)
{
    static const unsigned char lead_bits[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
    uint32_t code = (unsigned char)bytes[0] & lead_bits[step];

    for (size_t i = 1; i < step; i++)
        code = code << 6 | ((unsigned char)bytes[i] & 0x3f);
    return code;
}

static void put_escape(char c, struct text *out)
{
    switch (c) {
    case '<':
        text_puts(out, "&lt;");
        return;
    case '>':
        text_puts(out, "&gt;");
        return;
    case '&':
        text_puts(out, "&amp;");
        return;
    case '"':
        text_puts(out, "&quot;");
        return;
    default:
        text_puts(out, "&apos;");
    }
}

/* One character that may not stand as it is. Returns its bytes, 0: XML cannot hold it. */
static size_t put_character(const char *at, struct text *out)
{
    size_t step = text_utf8_step(at, strnlen(at, 4));
    uint32_t code = step == 0 ? 0 : decode(at, step);

    if (step == 0 || (code < ' ' && code != '\r') || code == 0xFFFE || code == 0xFFFF)
        return 0;
    if (code >= ' ' && code <= '~') {
        put_escape(*at, out);
        return step;
    }
    text_puts(out, "&#");
    text_put_u64(out, code);
    text_putc(out, ';');
    return step;
}

/* Up to the end, or to a byte that XML cannot carry; returns where it stopped. */
static const char *write_until(const char *text, struct text *out)
{
    while (*text != '\0') {
        const char *plain = text;
        size_t step;

        while (*text != '\0' && needs_no_escape(*text))
            text++;
        text_add(out, plain, (size_t)(text - plain));
        step = *text == '\0' ? 0 : put_character(text, out);
        if (step == 0)
            break;
        text += step;
    }
    return text;
}

enum err value_write_text(const char *text, struct text *out)
{
    text = write_until(text, out);
    if (*text != '\0')
        return err_set(ERR_INVALID, "text holds a byte that XML cannot carry (0x%02x)",
                       (unsigned)(unsigned char)*text);
    return ERR_OK;
}

void value_write_prose(const char *text, struct text *out)
{
    for (text = write_until(text, out); *text != '\0'; text = write_until(text + 1, out))
        text_puts(out, "&#65533;"); /* U+FFFD */
}

static enum err check_unsigned_long(const char *text)
{
    uint64_t number;

    return text_read_u64(text + (*text == '+'), &number);
}

static enum err check_number(const char *text, int64_t min, int64_t max)
{
    int64_t number;

    if (*text == '\0')
        return err_set(ERR_INVALID, "an empty text is no number");
    return value_read_number(text, min, max, &number);
}

static enum err check_hex(const char *text)
{
    size_t digits = strspn(text, "0123456789abcdefABCDEF");

    if (text[digits] != '\0' || digits % 2 != 0)
        return err_set(ERR_INVALID, "'%.64s' is not a text of hexadecimal bytes", text);
    return ERR_OK;
}

enum err value_check_typed(enum cwmp_type type, const char *text)
{
    bool boolean;

    switch (type) {
    case CWMP_INT:
        return check_number(text, INT32_MIN, INT32_MAX);
    case CWMP_UNSIGNED_INT:
        return check_number(text, 0, UINT32_MAX);
    case CWMP_LONG:
        return check_number(text, INT64_MIN, INT64_MAX);
    case CWMP_UNSIGNED_LONG:
        return check_unsigned_long(text);
    case CWMP_BOOLEAN:
        return text_read_bool(text, &boolean);
    case CWMP_DATE_TIME:
        return value_check_time(text);
    case CWMP_BASE64:
        return value_check_base64(text);
    case CWMP_HEX_BINARY:
        return check_hex(text);
    case CWMP_STRING:
        return ERR_OK;
    case CWMP_UNKNOWN_TYPE:
    case CWMP_TYPE_COUNT:
        break;
    }
    return err_set(ERR_INVALID, "a value to be set needs its type (E-25)");
}

void value_write_bool(bool value, const struct soap_dialect *dialect, struct text *out)
{
    if (dialect->boolean_words)
        text_puts(out, value ? "true" : "false");
    else
        text_putc(out, value ? '1' : '0');
}

enum err value_write_typed(enum cwmp_type type, const char *text, const struct soap_dialect *dialect,
                           struct text *out)
{
    char utc[TEXT_TIME_MAX];

    TRY(value_check_typed(type, text));
    if (type == CWMP_BOOLEAN) {
        value_write_bool(*text == '1' || *text == 't', dialect, out);
        return ERR_OK;
    }
    return value_write_text(type == CWMP_DATE_TIME ? cwmp_time_in_utc(text, utc) : text, out);
}
