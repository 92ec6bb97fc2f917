/* Passwords that can be said over the phone, and what a password is worth. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "acs/base/text.h"
#include "provisioning/passphrase/passphrase.h"
#include "tests/base/check.h"

/* ---- the list ---- */

enum { KEY_MAX = 16 };

/* What is taken for what over the phone: b for p, d for t, g and qu for k, v for f, z, ç and ce for s, j for
 * x, m for n; and the vowels e and i, o and u, where nobody stresses them. */
static char sound_of(const char *word, size_t *at)
{
    static const char spoken[] = "abcdefgijklmnopqrstuvwxyz", heard[] = "apktifkixklnnupkrstuffxis";
    char c = word[*at], next = word[*at + 1];
    bool front = next == 'e' || next == 'i';

    if ((c == 'c' || c == 'l' || c == 'n') && next == 'h') {
        ++*at;
        return c == 'c' ? 'x' : c;
    }
    if (c == 'h')
        return '\0';
    if ((c == 'q' || c == 'g') && next == 'u') {
        ++*at;
        return 'k';
    }
    if (front && (c == 'c' || c == 'g'))
        return c == 'c' ? 's' : 'x';
    return heard[strchr(spoken, c) - spoken];
}

static void sound(const char *word, char key[KEY_MAX])
{
    size_t len = 0;

    for (size_t at = 0; word[at] != '\0'; at++) {
        char heard = sound_of(word, &at);

        if (heard != '\0' && (len == 0 || key[len - 1] != heard))
            key[len++] = heard;
    }
    assert_true(len < KEY_MAX);
    key[len] = '\0';
}

static int compare(const void *a, const void *b)
{
    return strcmp(a, b);
}

static void no_two_words_sound_alike(void **state)
{
    static char keys[PASSPHRASE_LIST][KEY_MAX];

    (void)state;
    for (size_t i = 0; i < PASSPHRASE_LIST; i++)
        sound(passphrase_words[i], keys[i]);
    qsort(keys, PASSPHRASE_LIST, KEY_MAX, compare);
    for (size_t i = 1; i < PASSPHRASE_LIST; i++)
        assert_string_not_equal(keys[i - 1], keys[i]);
}

static void every_word_is_short_sorted_and_without_accents(void **state)
{
    (void)state;
    for (size_t i = 0; i < PASSPHRASE_LIST; i++) {
        const char *word = passphrase_words[i];

        assert_true(strlen(word) >= 3 && strlen(word) <= 8);
        for (size_t at = 0; word[at] != '\0'; at++)
            assert_true(word[at] >= 'a' && word[at] <= 'z');
        if (i > 0)
            assert_true(strcmp(passphrase_words[i - 1], word) < 0);
    }
}

/* ---- making ---- */

static const char *four_times(const char *word, const char *digits, struct arena *arena)
{
    return arena_printf(arena, "%s-%s-%s-%s-%s", word, word, word, word, digits);
}

static void all_words_and_all_numbers_are_made(void **state)
{
    struct arena *arena = arena_new(4096);

    (void)state;
    assert_string_equal(passphrase_make(0, arena), four_times(passphrase_words[0], "00", arena));
    assert_string_equal(passphrase_make(UINT64_MAX, arena),
                        four_times(passphrase_words[PASSPHRASE_LIST - 1], "99", arena));
    assert_string_equal(passphrase_make(1 | 2U << 11 | UINT64_C(3) << 22 | UINT64_C(4) << 33, arena),
                        arena_printf(arena, "%s-%s-%s-%s-00", passphrase_words[1], passphrase_words[2],
                                     passphrase_words[3], passphrase_words[4]));
    arena_free(arena);
}

/* 4 × 11 bits and one of a hundred: the meter says no more than that of what was made. */
static void what_is_made_is_strong_and_not_flattered(void **state)
{
    uint64_t random = 1;

    (void)state;
    for (int i = 0; i < 200; i++) {
        struct arena *arena = arena_new(4096);
        double bits;

        random = random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        bits = passphrase_bits(passphrase_make(random, arena));
        assert_true(bits <= 50.7);
        assert_true(bits > 40); /* words that hold others, or years, are worth less by chance */
        arena_free(arena);
    }
}

/* ---- weighing ---- */

static void a_password_is_worth_what_it_takes_to_guess_it(void **state)
{
    static const struct {
        const char *password;
        enum passphrase_strength strength;
    } rows[] = {
        {"12345678",                       PASSPHRASE_WEAK  },
        {"87654321",                       PASSPHRASE_WEAK  },
        {"11111111",                       PASSPHRASE_WEAK  },
        {"qwertyuiop",                     PASSPHRASE_WEAK  },
        {"senha123",                       PASSPHRASE_WEAK  },
        {"Senha@123",                      PASSPHRASE_WEAK  },
        {"S3nh4W1f1",                      PASSPHRASE_WEAK  },
        {"flamengo2024",                   PASSPHRASE_WEAK  },
        {"maria1985",                      PASSPHRASE_WEAK  },
        {"mariajose2010",                  PASSPHRASE_WEAK  },
        {"familiasilva",                   PASSPHRASE_WEAK  },
        {"jesuscristo",                    PASSPHRASE_WEAK  },
        {"25121987",                       PASSPHRASE_WEAK  },
        {"joao25121987",                   PASSPHRASE_WEAK  },
        {"12345678909",                    PASSPHRASE_WEAK  }, /* a CPF */
        {"11987654321",                    PASSPHRASE_WEAK  }, /* a telephone */
        {"abcabcabcabc",                   PASSPHRASE_WEAK  },
        {"casacasacasa",                   PASSPHRASE_WEAK  },
        {"abelha-sapato",                  PASSPHRASE_WEAK  },
        {"farolazul",                      PASSPHRASE_WEAK  },
        {"abelha-sapato-jardim-72",        PASSPHRASE_FAIR  }, /* three words: 39.6 bits */
        {"abelha-sapato-jardim-xadrez",    PASSPHRASE_FAIR  },
        {"abelha-sapato-jardim-xadrez-72", PASSPHRASE_STRONG},
        {"k7#Tq9!xW2",                     PASSPHRASE_FAIR  },
        {"k7#Tq9!xW2bV",                   PASSPHRASE_STRONG},
        {"wqzkdbxrtgpl",                   PASSPHRASE_STRONG},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        double bits = passphrase_bits(rows[i].password);

        if (passphrase_strength(bits) != rows[i].strength)
            fail_msg("%s: %.1f bits", rows[i].password, bits);
    }
}

static void more_never_weighs_less(void **state)
{
    char password[80] = "";

    (void)state;
    for (size_t len = 0; len < 63; len++) {
        double before = passphrase_bits(password);

        password[len] = (char)('!' + (len * 37 + 11) % 94);
        assert_true(passphrase_bits(password) >= before);
    }
    assert_true(passphrase_bits("") < 0.1);
    memset(password, 'x', sizeof(password) - 1); /* longer than any password: weighed as far as one goes */
    assert_true(passphrase_bits(password) < 200);
}

static void bytes_of_any_kind_are_weighed(void **state)
{
    (void)state;
    assert_true(passphrase_bits("\xc3\xa1\xff\x01\x7f\x80 \t") > 0);
}

static void a_name_inside_is_found_whatever_its_case(void **state)
{
    (void)state;
    assert_true(passphrase_holds("casa-da-MARIA-2024", "Maria"));
    assert_true(passphrase_holds("CASA", "casa"));
    assert_false(passphrase_holds("lua-verde", "Maria"));
    assert_false(passphrase_holds("lua-verde", "lu"));
    assert_false(passphrase_holds("lua-verde", ""));
}

/* ---- saying ---- */

static void it_is_said_word_by_word_and_sign_by_sign(void **state)
{
    struct arena *arena = arena_new(4096);

    (void)state;
    assert_string_equal(passphrase_spell("abelha-sapato-72", true, arena),
                        "abelha, traço, sapato, traço, sete, dois");
    assert_string_equal(passphrase_spell("abelha-72", false, arena), "abelha, dash, seven, two");
    assert_string_equal(passphrase_spell("aB3!q", true, arena), "a, B maiúsculo, três, exclamação, q");
    assert_string_equal(passphrase_spell("Xabelha", true, arena), "X maiúsculo, a, b, e, l, h, a");
    assert_string_equal(passphrase_spell("", true, arena), "");
    for (int sign = ' '; sign <= '~'; sign++) { /* nothing that may be in a password is left unsaid */
        const char one[2] = {(char)sign, '\0'};

        assert_true(*passphrase_spell(one, true, arena) != '\0');
        assert_true(*passphrase_spell(one, false, arena) != '\0');
    }
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_word_is_short_sorted_and_without_accents),
        cmocka_unit_test(no_two_words_sound_alike),
        cmocka_unit_test(all_words_and_all_numbers_are_made),
        cmocka_unit_test(what_is_made_is_strong_and_not_flattered),
        cmocka_unit_test(a_password_is_worth_what_it_takes_to_guess_it),
        cmocka_unit_test(more_never_weighs_less),
        cmocka_unit_test(bytes_of_any_kind_are_weighed),
        cmocka_unit_test(a_name_inside_is_found_whatever_its_case),
        cmocka_unit_test(it_is_said_word_by_word_and_sign_by_sign),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
