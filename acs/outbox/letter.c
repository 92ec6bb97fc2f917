#include "acs/outbox/letter.h"

#include <ctype.h>
#include <string.h>
#include <time.h>

#include "acs/base/clock.h"
#include "acs/base/crypto.h"

/* No base64 has "_": it cannot be in a part. */
#define BOUNDARY "=_farol_="

enum {
    LOCAL_MAX = 64,
    LABEL_MAX = 63,
    WORD_BYTES = 42, /* of what an encoded word holds: "=?UTF-8?B?" + 56 + "?=" is within its 75 */
    LINE_BYTES = 57, /* 76 characters of base64 */
};

/* ---- addresses ---- */

/* Dots stand between something. */
static bool is_dotted(const char *bytes, size_t len, size_t most, const char *besides)
{
    size_t part = 0;

    for (size_t i = 0; i < len; i++) {
        if (bytes[i] == '.' && part == 0)
            return false;
        part = bytes[i] == '.' ? 0 : part + 1;
        if (part > most ||
            (part > 0 && !isalnum((unsigned char)bytes[i]) && strchr(besides, bytes[i]) == NULL))
            return false;
    }
    return part > 0;
}

/* Labels neither begin nor end with a hyphen (RFC 1123 2.1). */
static bool is_domain(const char *domain)
{
    size_t len = strlen(domain);

    if (!is_dotted(domain, len, LABEL_MAX, "-") || domain[0] == '-' || domain[len - 1] == '-')
        return false;
    return strstr(domain, ".-") == NULL && strstr(domain, "-.") == NULL;
}

bool letter_address_is_good(const char *address)
{
    const char *at = strchr(address, '@');

    if (at == NULL || at - address > LOCAL_MAX || strlen(address) > LETTER_ADDRESS_MAX)
        return false;
    return address[0] != '-' &&
           is_dotted(address, (size_t)(at - address), LOCAL_MAX, "!#$%&'*+/=?^_`{|}~-") && is_domain(at + 1);
}

enum err letter_read_addresses(const char *list, struct arena *arena, const char *ret[LETTER_TO_MOST],
                               size_t *ret_count)
{
    static const char separators[] = ", ";

    *ret_count = 0;
    for (const char *at = list + strspn(list, separators); *at != '\0'; at += strspn(at, separators)) {
        size_t len = strcspn(at, separators);
        const char *address = arena_memdup(arena, at, len);

        if (!letter_address_is_good(address))
            return err_set(ERR_INVALID, "'%.*s' is no address of e-mail", LETTER_ADDRESS_MAX, address);
        if (*ret_count == LETTER_TO_MOST)
            return err_set(ERR_INVALID, "there are more than %d addresses", LETTER_TO_MOST);
        ret[(*ret_count)++] = address;
        at += len;
    }
    return *ret_count > 0 ? ERR_OK : err_set(ERR_INVALID, "an address of e-mail is missing");
}

const char *letter_domain(const char *address)
{
    return strchr(address, '@') + 1;
}

/* ---- what is in it ---- */

static void put_base64(struct text *out, const char *bytes, size_t len)
{
    char line[WORD_BYTES / 3 * 4 + 4];

    crypto_base64(bytes, len, line);
    text_puts(out, line);
}

/* So many bytes from here that no character is cut; what is malformed is given away byte by byte. */
static size_t whole_characters(const char *text, size_t most)
{
    size_t len = 0, left = strlen(text);

    while (len < left) {
        size_t step = text_utf8_step(text + len, left - len);

        if (step == 0)
            step = 1;
        if (len + step > most)
            break;
        len += step;
    }
    return len;
}

/* Encoded words of which each is whole by itself (RFC 2047 5). */
static void put_words(struct text *out, const char *text)
{
    const char *space = "";

    while (*text != '\0') {
        size_t len = whole_characters(text, WORD_BYTES);

        text_printf(out, "%s=?UTF-8?B?", space);
        put_base64(out, text, len);
        text_puts(out, "?=");
        text += len;
        space = "\r\n ";
    }
}

/* Lines of text end in CRLF inside of base64, too (RFC 2045 6.8). */
static const char *with_crlf(const char *text, struct arena *arena)
{
    struct text out = TEXT_IN(arena);

    for (; *text != '\0'; text++) {
        if (*text == '\n')
            text_putc(&out, '\r');
        if (*text != '\r')
            text_putc(&out, *text);
    }
    return text_string(&out);
}

static void put_body(struct text *out, const char *bytes)
{
    size_t left = strlen(bytes);
    char line[LINE_BYTES / 3 * 4 + 1];

    while (left > 0) {
        size_t len = left < LINE_BYTES ? left : LINE_BYTES;

        crypto_base64(bytes, len, line);
        text_printf(out, "%s\r\n", line);
        bytes += len;
        left -= len;
    }
}

/* ---- the letter ---- */

static void put_date(struct text *out, int64_t at_us)
{
    static const char *const days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    enum { FIRST_YEAR = 1900 };
    time_t seconds = (time_t)(at_us / US_PER_S);
    struct tm at;

    gmtime_r(&seconds, &at);
    text_printf(out, "Date: %s, %d %s %d %02d:%02d:%02d +0000\r\n", days[at.tm_wday], at.tm_mday,
                months[at.tm_mon], at.tm_year + FIRST_YEAR, at.tm_hour, at.tm_min, at.tm_sec);
}

static void put_people(struct text *out, const struct letter *letter)
{
    text_puts(out, "From: ");
    put_words(out, letter->sender);
    text_printf(out, "%s<%s>\r\nTo: ", letter->sender[0] == '\0' ? "" : "\r\n ", letter->from);
    for (size_t i = 0; i < letter->to_count; i++)
        text_printf(out, "%s%s", i == 0 ? "" : ",\r\n ", letter->to[i]);
    text_puts(out, "\r\nSubject: ");
    put_words(out, letter->subject);
    text_puts(out, "\r\n");
}

static void put_headers(struct text *out, const struct letter *letter)
{
    put_people(out, letter);
    put_date(out, letter->at_us);
    text_printf(out, "Message-ID: <%s>\r\n", letter->id);
    if (letter->answers != NULL)
        text_printf(out, "In-Reply-To: <%s>\r\nReferences: <%s>\r\n", letter->answers, letter->answers);
    if (letter->urgent)
        text_puts(out, "Importance: high\r\n");
    text_puts(out, "Auto-Submitted: auto-generated\r\n" /* RFC 3834: nobody's absence note answers it */
                   "MIME-Version: 1.0\r\n");
}

static void put_part(struct text *out, const char *headers, const char *bytes)
{
    text_puts(out, headers);
    text_puts(out, "Content-Transfer-Encoding: base64\r\n\r\n");
    put_body(out, bytes);
}

void letter_write(const struct letter *letter, struct text *out)
{
    static const char plain[] = "Content-Type: text/plain; charset=utf-8\r\n";
    const char *text = with_crlf(letter->text, out->arena);

    put_headers(out, letter);
    if (letter->page == NULL) {
        put_part(out, plain, text);
        return;
    }
    text_puts(out, "Content-Type: multipart/mixed; boundary=\"" BOUNDARY "\"\r\n\r\n--" BOUNDARY "\r\n");
    put_part(out, plain, text);
    text_puts(out, "--" BOUNDARY "\r\n");
    put_part(out,
             arena_printf(out->arena,
                          "Content-Type: text/html; charset=utf-8\r\n"
                          "Content-Disposition: attachment; filename=\"%s\"\r\n",
                          letter->page->name),
             letter->page->html);
    text_puts(out, "--" BOUNDARY "--\r\n");
}
