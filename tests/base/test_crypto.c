#include "acs/base/crypto.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "acs/base/clock.h"

#include "tests/base/check.h"

static void random_bytes_differ_every_time(void **state)
{
    unsigned char a[32] = {0}, b[32] = {0};

    (void)state;
    crypto_random(a, sizeof(a));
    crypto_random(b, sizeof(b));
    assert_memory_not_equal(a, b, sizeof(a));
    crypto_random(a, 0);
    assert_true(crypto_random_u64() != crypto_random_u64());
}

/* RFC 1321 A.5, FIPS 180-4 examples. */
static void digests_are_those_of_the_standards(void **state)
{
    static const struct {
        const char *text, *md5, *sha256;
    } cases[] = {
        {"",               "d41d8cd98f00b204e9800998ecf8427e",
         "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
        {"abc",            "900150983cd24fb0d6963f7d28e17f72",
         "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
        {"message digest", "f96b697d7cb7938d525a2f31aaf161d0",
         "f7846f55cf23e14eebeab5b4e1550cad5b509e3348fbc4efa3a1413d393cb650"},
    };
    char md5[MD5_HEX], sha256[SHA256_HEX];

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        crypto_md5_hex(cases[i].text, strlen(cases[i].text), md5);
        crypto_sha256_hex(cases[i].text, strlen(cases[i].text), sha256);
        assert_string_equal(md5, cases[i].md5);
        assert_string_equal(sha256, cases[i].sha256);
    }
}

static const char *hmac_hex(const char *key, const char *text, char *ret)
{
    unsigned char sum[SHA256_BYTES];

    crypto_hmac_sha256(key, key == NULL ? 0 : strlen(key), text, strlen(text), sum);
    crypto_hex(sum, sizeof(sum), ret);
    return ret;
}

/* RFC 4231 4.3; an empty key must not be the one before. */
/* RFC 2202 */
static void hmac_with_sha1_is_that_of_the_standard(void **state)
{
    unsigned char sum[SHA1_BYTES];
    char hex[2 * SHA1_BYTES + 1];

    (void)state;
    crypto_hmac_sha1("Jefe", 4, "what do ya want for nothing?", 28, sum);
    crypto_hex(sum, sizeof(sum), hex);
    assert_string_equal(hex, "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
}

static void hmac_uses_the_key_it_is_given(void **state)
{
    static const char empty[] = "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad";
    static const char jefe[] = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
    char hex[SHA256_HEX];

    (void)state;
    assert_string_equal(hmac_hex("Jefe", "what do ya want for nothing?", hex), jefe);
    assert_string_equal(hmac_hex(NULL, "", hex), empty);
    assert_string_equal(hmac_hex("", "", hex), empty);
    assert_string_equal(hmac_hex("Jefe", "what do ya want for nothing?", hex), jefe);
}

/* Key and messages 00 01 02 … as in the reference implementation; the first line is also in its published
 * vectors. */
static void siphash_agrees_with_the_reference(void **state)
{
    static const uint64_t key[2] = {UINT64_C(0x0706050403020100), UINT64_C(0x0f0e0d0c0b0a0908)};
    static const struct {
        size_t len;
        uint64_t low, high;
    } cases[] = {
        {0,  UINT64_C(0xe6a825ba047f81a3), UINT64_C(0x930255c71472f66d)},
        {1,  UINT64_C(0x44af996bd8c187da), UINT64_C(0x45fc229b11597634)},
        {8,  UINT64_C(0x61f55862baa9623b), UINT64_C(0xb49714f364e2830f)},
        {15, UINT64_C(0x11a8b03399e99354), UINT64_C(0xd9c3cf970fec087e)},
        {63, UINT64_C(0x4a83502f77d15051), UINT64_C(0x7cbd3f979a063e50)},
    };
    unsigned char message[64];

    (void)state;
    for (size_t i = 0; i < sizeof(message); i++)
        message[i] = (unsigned char)i;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct hash128 hash = crypto_siphash128(key, message, cases[i].len);

        assert_true(hash.low == cases[i].low);
        assert_true(hash.high == cases[i].high);
    }
}

static void *hash_in_a_thread(void *ret)
{
    static const uint64_t key[2] = {0, 0};
    struct hash128 *hash = ret;

    for (int i = 0; i < 1000; i++)
        *hash = crypto_siphash128(key, "same", 4);
    return NULL;
}

static void threads_hash_side_by_side(void **state)
{
    struct hash128 hashes[4];
    pthread_t threads[COUNT_OF(hashes)];

    (void)state;
    for (size_t i = 0; i < COUNT_OF(hashes); i++)
        assert_int_equal(pthread_create(&threads[i], NULL, hash_in_a_thread, &hashes[i]), 0);
    for (size_t i = 0; i < COUNT_OF(hashes); i++)
        pthread_join(threads[i], NULL);
    for (size_t i = 1; i < COUNT_OF(hashes); i++)
        assert_memory_equal(&hashes[i], &hashes[0], sizeof(*hashes));
}

static void comparison_and_wiping(void **state)
{
    char secret[] = "secret";

    (void)state;
    assert_true(crypto_equal("secret", secret, 6));
    assert_false(crypto_equal("secreT", secret, 6));
    assert_true(crypto_equal("a", "b", 0));
    crypto_wipe(secret, 6);
    assert_memory_equal(secret, "\0\0\0\0\0\0", 6);
}

static void hex_goes_there_and_back(void **state)
{
    static const unsigned char bytes[] = {0x00, 0x1f, 0xa0, 0xff};
    unsigned char read[4] = {1, 1, 1, 1};
    char hex[9];

    (void)state;
    crypto_hex(bytes, sizeof(bytes), hex);
    assert_string_equal(hex, "001fa0ff");
    assert_true(crypto_unhex(hex, read, sizeof(read)));
    assert_memory_equal(read, bytes, sizeof(bytes));
    assert_true(crypto_unhex("001FA0fF", read, sizeof(read)));
    assert_memory_equal(read, bytes, sizeof(bytes));
    crypto_hex(bytes, 0, hex);
    assert_string_equal(hex, "");
}

static void what_is_not_exactly_hex_is_refused(void **state)
{
    static const char *const cases[] = {"",          "0",        "001fa0f",  "001fa0fg",
                                        "001fa0ff0", "001fa0f ", "001fa0@f", "001f/0ff"};
    unsigned char read[4];

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        if (crypto_unhex(cases[i], read, sizeof(read)))
            fail_msg("'%s' was read", cases[i]);
}

/* ---- ids ---- */

static void ids_have_their_length_and_alphabet(void **state)
{
    char id[ID_MAX];

    (void)state;
    crypto_new_id("act_", id);
    assert_int_equal(strlen(id), 26);
    assert_memory_equal(id, "act_", 4);
    assert_int_equal(strspn(id + 4, "0123456789abcdefghjkmnpqrstvwxyz"), 22);
}

static void ids_begin_with_the_time_and_sort_by_it(void **state)
{
    static const int64_t times_us[] = {1000, 32000, 1795376401123000, 1795376401124000, 4000000000000000};
    char before[ID_MAX] = "act_", id[ID_MAX];

    (void)state;
    for (size_t i = 0; i < COUNT_OF(times_us); i++) {
        clock_freeze(times_us[i], 1);
        crypto_new_id("act_", id);
        assert_true(strcmp(before, id) < 0);
        memcpy(before, id, sizeof(id));
    }
    clock_freeze(1000, 1);
    crypto_new_id("act_", id);
    clock_freeze(0, 0);
    assert_memory_equal(id, "act_000000000", 13); /* 45 of the 48 bits of the time */
    assert_in_range(id[13], '4', '7');            /* the last bit of the time and two that are random */
}

static int compare(const void *a, const void *b)
{
    return memcmp(a, b, ID_MAX);
}

static void ids_of_one_millisecond_differ(void **state)
{
    enum { IDS = 20000 };
    static char ids[IDS][ID_MAX];

    (void)state;
    clock_freeze(1795376401123000, 1);
    for (size_t i = 0; i < IDS; i++)
        crypto_new_id("act_", ids[i]);
    clock_freeze(0, 0);
    qsort(ids, IDS, ID_MAX, compare);
    for (size_t i = 1; i < IDS; i++)
        assert_string_not_equal(ids[i - 1], ids[i]);
}

static void number_ids_go_there_and_back(void **state)
{
    static const struct {
        int64_t number;
        const char *id;
    } cases[] = {
        {0,         "dev_0000000000000"},
        {31,        "dev_000000000000z"},
        {32,        "dev_0000000000010"},
        {123456789, "dev_00000003nqk8n"},
        {INT64_MAX, "dev_7zzzzzzzzzzzz"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char id[NUMBER_ID_MAX];
        int64_t number = -1;

        crypto_write_number_id("dev_", cases[i].number, id);
        assert_string_equal(id, cases[i].id);
        assert_true(crypto_read_number_id("dev_", id, &number));
        assert_int_equal(number, cases[i].number);
    }
}

static void what_was_not_written_as_an_id_is_none(void **state)
{
    static const char *const cases[] = {
        "",
        "dev_",
        "dev_000000000000",   /* short */
        "dev_00000000000000", /* long */
        "act_0000000000000",  /* of something else */
        "0000000000000",
        "dev_000000000000Z", /* one spelling only */
        "dev_000000000000u", /* not in the alphabet */
        "dev_000000000000 ",
        "dev_8000000000000", /* over 63 bits */
        "dev_zzzzzzzzzzzzz",
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        int64_t number = 77;

        if (crypto_read_number_id("dev_", cases[i], &number) || number != 77)
            fail_msg("'%s' was read", cases[i]);
    }
}

/* RFC 8032 7.1, tests 1 and 2. */
static void signatures_are_those_of_the_standard(void **state)
{
    static const struct {
        const char *seed, *public_key, *message, *signature;
    } rows[] = {
        {"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
         "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
         "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
         "d25bf5f0595bbe24655141438e7a100b"},
        {"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
         "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "r",
         "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c"
         "387b2eaeb4302aeeb00d291612bb0c00"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        unsigned char seed[SIGN_KEY_BYTES], public_key[SIGN_KEY_BYTES], signature[SIGNATURE_BYTES];
        char hex[2 * SIGNATURE_BYTES + 1];
        size_t len = strlen(rows[i].message);

        assert_true(crypto_unhex(rows[i].seed, seed, sizeof(seed)));
        crypto_sign_public(seed, public_key);
        crypto_hex(public_key, sizeof(public_key), hex);
        assert_string_equal(hex, rows[i].public_key);
        crypto_sign(seed, rows[i].message, len, signature);
        crypto_hex(signature, sizeof(signature), hex);
        assert_string_equal(hex, rows[i].signature);
        assert_true(crypto_signed(public_key, rows[i].message, len, signature));
        assert_false(crypto_signed(public_key, "x", 1, signature));
        signature[len] ^= 1;
        assert_false(crypto_signed(public_key, rows[i].message, len, signature));
        assert_false(crypto_signed(seed, rows[i].message, len, signature));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_bytes_differ_every_time),
        cmocka_unit_test(digests_are_those_of_the_standards),
        cmocka_unit_test(hmac_uses_the_key_it_is_given),
        cmocka_unit_test(hmac_with_sha1_is_that_of_the_standard),
        cmocka_unit_test(siphash_agrees_with_the_reference),
        cmocka_unit_test(threads_hash_side_by_side),
        cmocka_unit_test(signatures_are_those_of_the_standard),
        cmocka_unit_test(comparison_and_wiping),
        cmocka_unit_test(hex_goes_there_and_back),
        cmocka_unit_test(what_is_not_exactly_hex_is_refused),
        cmocka_unit_test(ids_have_their_length_and_alphabet),
        cmocka_unit_test(ids_begin_with_the_time_and_sort_by_it),
        cmocka_unit_test(ids_of_one_millisecond_differ),
        cmocka_unit_test(number_ids_go_there_and_back),
        cmocka_unit_test(what_was_not_written_as_an_id_is_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
