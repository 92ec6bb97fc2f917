#include "acs/audit/keys.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define ONE "1:000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n"
#define TWO "2:ff0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n"

static struct audit_keys *keys_of(const char *text)
{
    char path[] = "/tmp/farol-audit-keys-XXXXXX";
    int fd = mkstemp(path); /* for its owner alone, as it must be */
    struct keyring *keyring;
    struct audit_keys *keys;

    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    close(fd);
    assert_int_equal(keyring_load(path, &keyring), ERR_OK);
    unlink(path);
    keys = audit_keys_new(keyring);
    keyring_free(keyring);
    return keys;
}

/* By HMAC-SHA256 over the purpose, as others can do it. */
static void a_key_is_derived_as_documented(void **state)
{
    struct audit_keys *keys = keys_of(ONE);
    const struct audit_key *newest = audit_keys_newest(keys);
    unsigned char root[SEAL_KEY_BYTES], wanted[SHA256_BYTES];

    (void)state;
    for (size_t i = 0; i < sizeof(root); i++)
        root[i] = (unsigned char)i;
    assert_int_equal(newest->number, 1);
    crypto_hmac_sha256(root, sizeof(root), "farol audit chain", 17, wanted);
    assert_memory_equal(newest->chain, wanted, sizeof(wanted));
    crypto_hmac_sha256(root, sizeof(root), "farol audit checkpoint", 22, wanted);
    assert_memory_equal(newest->sign, wanted, sizeof(wanted));
    audit_keys_free(keys);
}

static void after_a_rotation_the_old_key_is_still_found(void **state)
{
    struct audit_keys *before = keys_of(ONE), *after = keys_of(TWO ONE);

    (void)state;
    assert_int_equal(audit_keys_newest(after)->number, 2);
    assert_memory_equal(audit_keys_find(after, 1)->chain, audit_keys_newest(before)->chain, SHA256_BYTES);
    assert_memory_not_equal(audit_keys_find(after, 1)->chain, audit_keys_find(after, 2)->chain, SHA256_BYTES);
    assert_null(audit_keys_find(before, 2));
    audit_keys_free(before);
    audit_keys_free(after);
}

static void without_a_key_file_there_is_the_open_key(void **state)
{
    struct audit_keys *keys = audit_keys_new(NULL), *with = keys_of(ONE);

    (void)state;
    assert_int_equal(audit_keys_newest(keys)->number, AUDIT_KEY_OPEN);
    assert_memory_equal(audit_keys_find(with, AUDIT_KEY_OPEN)->chain, audit_keys_newest(keys)->chain,
                        SHA256_BYTES);
    audit_keys_free(keys);
    audit_keys_free(with);
    audit_keys_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_key_is_derived_as_documented),
        cmocka_unit_test(after_a_rotation_the_old_key_is_still_found),
        cmocka_unit_test(without_a_key_file_there_is_the_open_key),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
