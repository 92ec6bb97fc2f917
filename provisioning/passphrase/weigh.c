/* What a password is worth: the cheapest way to put it together from what guessers try. */
#include <ctype.h>
#include <math.h>
#include <string.h>
#include <strings.h>

#include "acs/base/crypto.h"
#include "provisioning/passphrase/passphrase.h"

/* Bits of each choice; the texts beside them say of what. */
static const double word_bits = 11,   /* one of our 2,048 words */
    common_bits = 9,                  /* one of about 500 that are tried first */
    dressed_bits = 1,                 /* capitals, or signs in place of letters: tried next */
    letter_bits = 4.7,                /* one of 26 */
    next_letter_bits = 3,             /* a vowel after a consonant or the other way round: as in any word */
    digit_bits = 3.32, sign_bits = 5, /* one of 10; one of 32 */
    year_bits = 7,                    /* 1900 to 2099, near ones first */
    date_bits = 15,                   /* a day within a hundred years */
    number_bits = 29,                 /* eleven digits: a CPF (two are check digits) or a telephone */
    run_bits = 4, again_bits = 1.5;   /* where a run begins and which way; the same once more */

enum { LONGEST = 63, RUN_LEAST = 3, YEAR = 4, SHORT_DATE = 6, LONG_DATE = 8, NUMBER = 11 };

/* best[n]: the least bits for the first n characters. */
struct weighing {
    char text[LONGEST + 1];  /* as it is */
    char plain[LONGEST + 1]; /* in lower case, signs that stand for letters taken as those */
    size_t len;
    double best[LONGEST + 1];
};

static void offer(struct weighing *w, size_t at, size_t len, double bits)
{
    if (at + len <= w->len && w->best[at] + bits < w->best[at + len])
        w->best[at + len] = w->best[at] + bits;
}

/* ---- single characters ---- */

static bool is_vowel(char c)
{
    return strchr("aeiou", tolower((unsigned char)c)) != NULL;
}

static bool is_letter(char c)
{
    return isalpha((unsigned char)c) != 0;
}

static bool is_digit(char c)
{
    return isdigit((unsigned char)c) != 0;
}

/* What stands between words says nothing: whoever guesses words guesses that, too. */
static double character_bits(const struct weighing *w, size_t at)
{
    char c = w->text[at];

    if (strchr("-_. ", c) != NULL)
        return 0;
    if (is_digit(c))
        return digit_bits;
    if (!is_letter(c))
        return sign_bits;
    return at > 0 && is_letter(w->text[at - 1]) && is_vowel(c) != is_vowel(w->text[at - 1]) ? next_letter_bits
                                                                                            : letter_bits;
}

static void offer_character(struct weighing *w, size_t at)
{
    offer(w, at, 1, character_bits(w, at));
}

/* ---- words ---- */

static const char *const common[] = {
#define COMMON(word) #word,
#include "provisioning/passphrase/common.def"
#undef COMMON
};

static void offer_word(struct weighing *w, size_t at, const char *word, double bits)
{
    size_t len = strlen(word);

    if (strncmp(w->plain + at, word, len) != 0)
        return;
    offer(w, at, len, strncmp(w->text + at, word, len) == 0 ? bits : bits + dressed_bits);
}

static void offer_words(struct weighing *w, size_t at)
{
    for (size_t i = 0; i < PASSPHRASE_LIST; i++)
        offer_word(w, at, passphrase_words[i], word_bits);
    for (size_t i = 0; i < sizeof(common) / sizeof(*common); i++)
        offer_word(w, at, common[i], common_bits);
}

/* ---- numbers ---- */

static unsigned number_at(const struct weighing *w, size_t at, size_t len)
{
    unsigned number = 0;

    for (size_t i = at; i < at + len; i++)
        number = number * 10 + (unsigned)(w->text[i] - '0');
    return number;
}

static size_t digits_at(const struct weighing *w, size_t at)
{
    size_t len = 0;

    while (is_digit(w->text[at + len]))
        len++;
    return len;
}

static bool is_day(unsigned day, unsigned month)
{
    return day >= 1 && day <= 31 && month >= 1 && month <= 12;
}

static bool is_year(unsigned year)
{
    return year >= 1900 && year < 2100;
}

static void offer_numbers(struct weighing *w, size_t at)
{
    size_t digits = digits_at(w, at);

    if (digits >= YEAR && is_year(number_at(w, at, YEAR)))
        offer(w, at, YEAR, year_bits);
    if (digits >= SHORT_DATE && is_day(number_at(w, at, 2), number_at(w, at + 2, 2)))
        offer(w, at, SHORT_DATE, date_bits);
    if (digits >= LONG_DATE && is_day(number_at(w, at, 2), number_at(w, at + 2, 2)) &&
        is_year(number_at(w, at + 4, YEAR)))
        offer(w, at, LONG_DATE, date_bits);
    if (digits >= NUMBER)
        offer(w, at, NUMBER, number_bits);
}

/* ---- runs and repetitions ---- */

static const char *const rows[] = {"qwertyuiop", "asdfghjkl", "zxcvbnm", "1234567890",
                                   "abcdefghijklmnopqrstuvwxyz"};

static bool follows(char before, char after)
{
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        const char *place = strchr(rows[i], before);

        if (place != NULL && (place[1] == after || (place > rows[i] && place[-1] == after)))
            return after != '\0';
    }
    return false;
}

static void offer_runs(struct weighing *w, size_t at)
{
    for (size_t len = 1; at + len < w->len && follows((char)tolower((unsigned char)w->text[at + len - 1]),
                                                      (char)tolower((unsigned char)w->text[at + len]));
         len++)
        if (len + 1 >= RUN_LEAST)
            offer(w, at, len + 1, run_bits + log2((double)(len + 1)));
}

static void offer_repetitions(struct weighing *w, size_t at)
{
    for (size_t len = 1; len <= at && at + len <= w->len; len++)
        if (strncmp(w->plain + at - len, w->plain + at, len) == 0)
            offer(w, at, len, again_bits);
}

/* ---- all of it ---- */

static char plain_of(char c)
{
    static const char signs[] = "@4310$5!7", letters[] = "aaeiossit";
    const char *sign = strchr(signs, c);

    return sign != NULL && c != '\0' ? letters[sign - signs] : (char)tolower((unsigned char)c);
}

static void begin(struct weighing *w, const char *password)
{
    w->len = strnlen(password, LONGEST);
    memcpy(w->text, password, w->len);
    w->text[w->len] = w->plain[w->len] = '\0';
    for (size_t i = 0; i < w->len; i++)
        w->plain[i] = plain_of(w->text[i]);
    for (size_t i = 1; i <= w->len; i++)
        w->best[i] = (double)INFINITY;
}

double passphrase_bits(const char *password)
{
    static void (*const ways[])(struct weighing * w, size_t at) = {
        offer_character, offer_words, offer_numbers, offer_runs, offer_repetitions};
    struct weighing w = {0};

    begin(&w, password);
    for (size_t at = 0; at < w.len; at++)
        for (size_t i = 0; i < sizeof(ways) / sizeof(*ways); i++)
            ways[i](&w, at);
    crypto_wipe(w.text, sizeof(w.text));
    crypto_wipe(w.plain, sizeof(w.plain));
    return w.best[w.len];
}

enum passphrase_strength passphrase_strength(double bits)
{
    if (bits < PASSPHRASE_FAIR_BITS)
        return PASSPHRASE_WEAK;
    return bits < PASSPHRASE_STRONG_BITS ? PASSPHRASE_FAIR : PASSPHRASE_STRONG;
}

bool passphrase_holds(const char *password, const char *name)
{
    enum { NAME_LEAST = 3 };
    size_t len = strlen(name);

    for (const char *at = password; len >= NAME_LEAST && *at != '\0'; at++)
        if (strncasecmp(at, name, len) == 0)
            return true;
    return false;
}
