#include "acs/desk/person.h"

#include <string.h>

enum { CPF_LEN = 11, CNPJ_LEN = 14, CHECK_DIGITS = 2 };

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Without what stands between; the length, or room if there is more than fits. */
static size_t copy_without(const char *text, const char *between, char *ret, size_t room)
{
    size_t len = 0;

    for (; *text != '\0'; text++) {
        if (strchr(between, *text) != NULL)
            continue;
        if (len + 1 == room)
            return room;
        ret[len++] = (char)(*text >= 'a' && *text <= 'z' ? *text - 'a' + 'A' : *text);
    }
    ret[len] = '\0';
    return len;
}

/* ---- documents ---- */

static bool is_cpf(const char *document, size_t len)
{
    return len == CPF_LEN && strspn(document, "0123456789") == len;
}

static bool is_cnpj(const char *document, size_t len)
{
    return len == CNPJ_LEN && strspn(document, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") == len &&
           is_digit(document[len - 1]) && is_digit(document[len - CHECK_DIGITS]);
}

bool document_read(const char *text, char ret[DOCUMENT_MAX])
{
    size_t len = copy_without(text, ".-/ ", ret, DOCUMENT_MAX);

    return is_cpf(ret, len) || is_cnpj(ret, len);
}

/* The digit behind len characters: weights grow from the right, from 2 up to most and then from 2 again. */
static char check_digit(const char *document, size_t len, unsigned most)
{
    unsigned sum = 0, weight = 2;

    for (size_t i = len; i-- > 0;) {
        sum += (unsigned)(document[i] - '0') * weight;
        weight = weight == most ? 2 : weight + 1;
    }
    return (char)(sum % 11 < 2 ? '0' : '0' + (int)(11 - sum % 11));
}

/* 000.000.000-00 and its like fit the rule, and are nobody's. */
static bool is_one_digit_repeated(const char *document, size_t len)
{
    return strspn(document, (const char[]){document[0], '\0'}) == len;
}

bool document_is_right(const char *document)
{
    size_t len = strlen(document);
    unsigned most = len == CPF_LEN ? CPF_LEN : 9;

    if (len < CPF_LEN || is_one_digit_repeated(document, len))
        return false;
    return check_digit(document, len - 2, most) == document[len - 2] &&
           check_digit(document, len - 1, most) == document[len - 1];
}

/* ---- telephones ---- */

enum { AREA_LEN = 2, FIXED_LEN = 10, MOBILE_LEN = 11, ABROAD_LEAST = 8, ABROAD_MOST = 15 };

/* With its area code, without the country's. */
static bool is_national(const char *digits, size_t len)
{
    if ((len != FIXED_LEN && len != MOBILE_LEN) || digits[0] == '0' || digits[1] == '0')
        return false;
    return len == MOBILE_LEN ? digits[AREA_LEN] == '9' : digits[AREA_LEN] >= '2';
}

static bool write_number(const char *country, const char *digits, char ret[PHONE_MAX])
{
    size_t country_len = strlen(country), len = strlen(digits);

    ret[0] = '+';
    memcpy(ret + 1, country, country_len);
    memcpy(ret + 1 + country_len, digits, len + 1);
    return true;
}

static bool read_abroad(const char *digits, char ret[PHONE_MAX])
{
    size_t len = strlen(digits);

    if (strncmp(digits, "55", 2) == 0)
        return is_national(digits + 2, len - 2) && write_number("", digits, ret);
    return len >= ABROAD_LEAST && len <= ABROAD_MOST && digits[0] != '0' && write_number("", digits, ret);
}

bool phone_read(const char *text, char ret[PHONE_MAX])
{
    char digits[PHONE_MAX + 2] = "";
    size_t len = copy_without(text, " ().-/", digits, sizeof(digits));
    const char *rest = digits + (digits[0] == '+');

    if (len == 0 || len == sizeof(digits) || strspn(rest, "0123456789") != strlen(rest))
        return false;
    if (digits[0] == '+' || strncmp(digits, "00", 2) == 0)
        return read_abroad(digits[0] == '+' ? rest : digits + 2, ret);
    rest += digits[0] == '0'; /* for calls to another area */
    len = strlen(rest);
    if (is_national(rest, len))
        return write_number("55", rest, ret);
    return strncmp(rest, "55", 2) == 0 && is_national(rest + 2, len - 2) && write_number("", rest, ret);
}
