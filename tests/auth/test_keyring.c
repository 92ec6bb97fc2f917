#include "acs/auth/keyring.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static const struct seal_context context = {7, "password"};
static char path[64];

static int make_name(void **state)
{
    char directory[] = "/tmp/farol-keyring-XXXXXX";

    (void)state;
    assert_non_null(mkdtemp(directory));
    snprintf(path, sizeof(path), "%s/keys", directory);
    return 0;
}

static int remove_file(void **state)
{
    (void)state;
    unlink(path);
    *strrchr(path, '/') = '\0';
    rmdir(path);
    return 0;
}

static void write_file(const char *text, mode_t mode)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);

    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    assert_int_equal(fchmod(fd, mode), 0);
    close(fd);
}

#define KEY_A "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
#define KEY_B "ff0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"

static struct keyring *load(const char *text)
{
    struct keyring *keyring = NULL;

    write_file(text, 0600);
    assert_int_equal(keyring_load(path, &keyring), ERR_OK);
    return keyring;
}

static void a_made_key_is_private_and_never_overwritten(void **state)
{
    struct keyring *keyring = NULL;
    struct stat status;

    (void)state;
    assert_int_equal(keyring_make(path), ERR_OK);
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    assert_int_equal(keyring_make(path), ERR_CONFLICT);
    assert_int_equal(keyring_load(path, &keyring), ERR_OK);
    keyring_free(keyring);
}

static void a_secret_comes_back_in_its_own_context_only(void **state)
{
    static const struct seal_context others[] = {
        {8, "password"},
        {7, "call"    },
    };
    struct keyring *keyring = load("1:" KEY_A "\n");
    struct keyring *other = load("1:" KEY_B "\n");
    char sealed[SEALED_MAX], again[SEALED_MAX], open[SECRET_BYTES_MAX + 1];

    (void)state;
    keyring_seal(keyring, &context, (struct secret){"p\"\\:\xc3\xa9"}, sealed);
    keyring_seal(keyring, &context, (struct secret){"p\"\\:\xc3\xa9"}, again);
    assert_string_not_equal(sealed, again);
    assert_int_equal(keyring_open(keyring, &context, sealed, open), ERR_OK);
    assert_string_equal(open, "p\"\\:\xc3\xa9");
    for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
        assert_int_equal(keyring_open(keyring, &others[i], sealed, open), ERR_INVALID);
    assert_int_equal(keyring_open(other, &context, sealed, open), ERR_INVALID);
    keyring_free(keyring);
    keyring_free(other);
}

static void every_altered_digit_is_noticed(void **state)
{
    struct keyring *keyring = load("1:" KEY_A "\n");
    char sealed[SEALED_MAX], open[SECRET_BYTES_MAX + 1];

    (void)state;
    keyring_seal(keyring, &context, (struct secret){"a secret"}, sealed);
    for (size_t i = 0; sealed[i] != '\0'; i++) {
        char kept = sealed[i];

        sealed[i] = kept == '0' ? '1' : '0';
        assert_int_equal(keyring_open(keyring, &context, sealed, open), ERR_INVALID);
        sealed[i] = kept;
    }
    for (size_t len = strlen(sealed); len-- > 0;) {
        sealed[len] = '\0';
        assert_int_equal(keyring_open(keyring, &context, sealed, open), ERR_INVALID);
    }
    keyring_free(keyring);
}

static void a_newer_key_seals_and_the_older_still_opens(void **state)
{
    struct keyring *old = load("1:" KEY_A "\n");
    struct keyring *both = load("# two\n2:" KEY_B "\n\n1:" KEY_A "\n");
    char sealed[SEALED_MAX], open[SECRET_BYTES_MAX + 1];
    char check[KEYRING_CHECK_MAX], other_check[KEYRING_CHECK_MAX];

    (void)state;
    keyring_seal(old, &context, (struct secret){"kept"}, sealed);
    assert_int_equal(keyring_open(both, &context, sealed, open), ERR_OK);
    assert_string_equal(open, "kept");
    keyring_seal(both, &context, (struct secret){"kept"}, sealed);
    assert_memory_equal(sealed, "02", 2);
    assert_int_equal(keyring_open(old, &context, sealed, open), ERR_INVALID);
    keyring_check(old, check);
    keyring_check(both, other_check);
    assert_string_equal(check, other_check); /* servers of both kinds agree on nonces while keys change */
    keyring_free(old);
    keyring_free(both);
}

static void a_bad_file_is_refused_and_its_keys_are_not_quoted(void **state)
{
    static const char *const texts[] = {
        "",
        "# nothing\n",
        KEY_A "\n",
        "0:" KEY_A "\n",
        "256:" KEY_A "\n",
        "1:" KEY_A "00\n",
        "1:" KEY_A "\n1:" KEY_B "\n",
    };
    struct keyring *keyring = NULL;

    (void)state;
    assert_int_equal(keyring_load("/does/not/exist", &keyring), ERR_NOT_FOUND);
    for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
        write_file(texts[i], 0600);
        assert_int_equal(keyring_load(path, &keyring), ERR_INVALID);
        assert_null(strstr(err_message(), "0102030405"));
    }
    write_file("1:" KEY_A "\n", 0640);
    assert_int_equal(keyring_load(path, &keyring), ERR_INVALID);
    assert_non_null(strstr(err_message(), "chmod 600"));
    assert_null(keyring);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_made_key_is_private_and_never_overwritten, make_name, remove_file),
        cmocka_unit_test_setup_teardown(a_secret_comes_back_in_its_own_context_only, make_name, remove_file),
        cmocka_unit_test_setup_teardown(every_altered_digit_is_noticed, make_name, remove_file),
        cmocka_unit_test_setup_teardown(a_newer_key_seals_and_the_older_still_opens, make_name, remove_file),
        cmocka_unit_test_setup_teardown(a_bad_file_is_refused_and_its_keys_are_not_quoted, make_name,
                                        remove_file),
    };

    return cmocka_run_group_tests_name("keyring", tests, NULL, NULL);
}
