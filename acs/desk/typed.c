#include "acs/desk/typed.h"

#include <arpa/inet.h>
#include <string.h>

#include "acs/base/text.h"
#include "acs/desk/person.h"
#include "acs/desk/typed_time.h"

enum {
    MAC_LEAST = 4,
    MAC_LEN = 12,
    PHONE_LEAST = 8,
    PHONE_DIGITS_MOST = 13,
    PHONE_KEY = 8,
    SERIAL_LEAST = 6,
    WORDS_LEAST = 2
};

const char *typed_try_name(enum typed_try try)
{
    static const char *const names[TRY_COUNT] = {
        [TRY_ADDRESS] = "address", [TRY_MAC] = "mac",           [TRY_DOCUMENT] = "document",
        [TRY_PHONE] = "phone",     [TRY_CONTRACT] = "contract", [TRY_SERIAL] = "serial",
        [TRY_LOGIN] = "login",     [TRY_WORDS] = "words",
    };

    return names[try];
}

/* ---- what it is made of ---- */

struct looks {
    const char *text;   /* one space between words, none around them */
    const char *packed; /* without separators, in small letters */
    size_t packed_len;
    size_t digits, letters;
    bool is_number;    /* digits and what stands between them in numbers, nothing else */
    bool is_hex;       /* hex digits and what stands between them in a MAC, nothing else */
    bool has_mark;     /* one of . _ @ - : within */
    bool is_one_token; /* no space, ASCII */
};

static const char *squeeze(const char *text, struct arena *arena)
{
    struct text out = TEXT_IN(arena);

    for (; *text != '\0'; text++) {
        bool blank = text_is_blank(text, 1);

        if (!blank)
            text_putc(&out, *text);
        else if (out.len > 0 && out.data[out.len - 1] != ' ')
            text_putc(&out, ' ');
    }
    if (out.len > 0 && out.data[out.len - 1] == ' ')
        out.data[--out.len] = '\0';
    return text_string(&out);
}

static const char *pack(const char *text, struct arena *arena)
{
    struct text out = TEXT_IN(arena);

    for (; *text != '\0'; text++)
        if (strchr(" .-/()+:", *text) == NULL)
            text_putc(&out, (char)(*text >= 'A' && *text <= 'Z' ? *text - 'A' + 'a' : *text));
    return text_string(&out);
}

static struct looks look_at(const char *text, struct arena *arena)
{
    size_t len = strlen(text);
    struct looks looks = {
        .text = text,
        .packed = pack(text, arena),
        .is_number = strspn(text, "0123456789 .-/()+") == len,
        .is_hex = strspn(text, "0123456789abcdefABCDEF :.-") == len,
        .has_mark = strpbrk(text, "._@-:") != NULL,
        .is_one_token = true,
    };

    for (const char *c = text; *c != '\0'; c++) {
        looks.digits += *c >= '0' && *c <= '9';
        looks.letters += (*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z');
        looks.is_one_token = looks.is_one_token && *c > ' ' && *c <= '~';
    }
    looks.packed_len = strlen(looks.packed);
    return looks;
}

/* ---- what it is tried as ---- */

static void add(struct typed *typed, enum typed_try try, const char *value)
{
    if (typed->values[try] != NULL)
        return;
    typed->values[try] = value;
    typed->order[typed->count++] = try;
}

static void add_phone(struct typed *typed, const struct looks *looks, struct arena *arena)
{
    char number[PHONE_MAX];
    size_t len = looks->packed_len;

    if (len < PHONE_LEAST)
        return;
    if (phone_read(looks->text, number)) {
        len = strlen(number);
        if (strncmp(number, "+55", 3) == 0)
            typed->phone_area = arena_memdup(arena, number + 3, 2);
        add(typed, TRY_PHONE, arena_strdup(arena, number + len - PHONE_KEY));
    } else if (len <= PHONE_DIGITS_MOST) { /* as people say it within their town */
        add(typed, TRY_PHONE, looks->packed + len - PHONE_KEY);
    }
}

static void read_number(const struct looks *looks, struct arena *arena, struct typed *typed)
{
    char document[DOCUMENT_MAX];
    bool is_document = looks->text[0] != '+' && document_read(looks->text, document);
    size_t len = looks->packed_len;

    if (is_document && document_is_right(document))
        add(typed, TRY_DOCUMENT, looks->packed);
    if (len <= PHONE_DIGITS_MOST || looks->text[0] == '+')
        add_phone(typed, looks, arena);
    typed->kind = TRY_PHONE;
    if (looks->text[0] == '+' && typed->count > 0)
        return; /* nothing else begins so */
    add(typed, TRY_CONTRACT, looks->packed);
    if (is_document)
        add(typed, TRY_DOCUMENT, looks->packed);
    if ((len >= MAC_LEAST && len < PHONE_LEAST) || len == MAC_LEN)
        add(typed, TRY_MAC, looks->packed);
    if (len >= MAC_LEAST)
        add(typed, TRY_SERIAL, looks->packed);
    typed->kind = typed->order[0];
    if (typed->kind == TRY_CONTRACT) /* has no name of its own on the screen */
        typed->kind = typed->values[TRY_MAC] != NULL ? TRY_MAC : TRY_SERIAL;
}

/* Letters alone may be a word, unless something stands between that stands in no word. */
static bool is_mac(const struct looks *looks)
{
    return looks->is_hex && looks->packed_len >= MAC_LEAST && looks->packed_len <= MAC_LEN &&
           (looks->digits > 0 || strchr(looks->text, ':') != NULL);
}

static void read_token(const struct looks *looks, struct typed *typed)
{
    bool is_serial = looks->digits > 0 && looks->letters + looks->digits >= SERIAL_LEAST;

    if (is_serial && strpbrk(looks->text, "@_") == NULL)
        add(typed, TRY_SERIAL, looks->text);
    if (is_serial || looks->has_mark)
        add(typed, TRY_LOGIN, looks->text);
    add(typed, TRY_WORDS, looks->text);
    if (looks->letters + looks->digits >= 3)
        add(typed, TRY_LOGIN, looks->text);
    if (looks->letters + looks->digits >= SERIAL_LEAST)
        add(typed, TRY_SERIAL, looks->text);
}

static void read_other(const struct looks *looks, struct typed *typed)
{
    if (is_mac(looks))
        add(typed, TRY_MAC, looks->packed);
    typed->kind = TRY_MAC;
    if (typed->count > 0 && strchr(looks->text, ':') != NULL)
        return; /* and nothing else */
    if (looks->is_one_token)
        read_token(looks, typed);
    else
        add(typed, TRY_WORDS, looks->text);
    if (looks->is_hex && looks->packed_len >= MAC_LEAST && looks->packed_len <= MAC_LEN)
        add(typed, TRY_MAC, looks->packed);
    typed->kind = typed->order[0];
}

/* ---- addresses ---- */

/* In the one form that is kept; NULL: it is none. */
static const char *read_address(const char *text, struct arena *arena)
{
    unsigned char bytes[sizeof(struct in6_addr)];
    char canonical[INET6_ADDRSTRLEN];

    for (int family = AF_INET;; family = AF_INET6) {
        if (inet_pton(family, text, bytes) == 1)
            return arena_strdup(arena, inet_ntop(family, bytes, canonical, sizeof(canonical)));
        if (family == AF_INET6)
            return NULL;
    }
}

/* ret: it is an address, or one with a time behind it. */
static enum err try_address(const char *text, struct arena *arena, struct typed *typed, bool *ret)
{
    const char *at = strchr(text, '@');
    size_t len = at == NULL ? strlen(text) : (size_t)(at - text);
    const char *address;

    while (len > 0 && text[len - 1] == ' ')
        len--;
    address = read_address(arena_memdup(arena, text, len), arena);
    *ret = address != NULL;
    if (address == NULL)
        return ERR_OK;
    add(typed, TRY_ADDRESS, address);
    typed->kind = TRY_ADDRESS;
    return at == NULL ? ERR_OK : typed_read_time(at + 1, arena, typed);
}

/* ---- all of it ---- */

enum err typed_read(const char *text, struct arena *arena, struct typed *ret)
{
    const char *squeezed;
    struct looks looks;
    bool is_address;

    *ret = (struct typed){0};
    if (strlen(text) > TYPED_MAX || !text_is_utf8(text, strlen(text)))
        return err_set(ERR_INVALID, "too long, or not UTF-8");
    squeezed = squeeze(text, arena);
    TRY(try_address(squeezed, arena, ret, &is_address));
    if (is_address)
        return ERR_OK;
    looks = look_at(squeezed, arena);
    if (looks.packed_len < WORDS_LEAST)
        return err_set(ERR_INVALID, "at least two letters or digits");
    if (looks.is_number)
        read_number(&looks, arena, ret);
    else
        read_other(&looks, ret);
    return ERR_OK;
}
