#include "acs/audit/anchor.h"
#include "acs/audit/checkpoint.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static const struct audit_key key = {.number = 3, .sign = "0123456789abcdef0123456789abcde"};

static struct audit_checkpoint sample(void)
{
    struct audit_checkpoint checkpoint = {
        .seq = 17, .at_us = INT64_C(1796000000123456), .h = {1, 2, 3}
    };

    audit_checkpoint_sign(&key, &checkpoint);
    return checkpoint;
}

static void a_line_is_read_as_it_was_written(void **state)
{
    struct audit_checkpoint checkpoint = sample(), again;
    char line[AUDIT_CHECKPOINT_MAX];

    (void)state;
    audit_checkpoint_write(&checkpoint, line);
    assert_int_equal(strncmp(line, "farol-audit 1 17 2026-11-30T", 28), 0);
    assert_int_equal(audit_checkpoint_read(line, &again), ERR_OK);
    assert_int_equal(again.seq, 17);
    assert_int_equal(again.at_us, checkpoint.at_us);
    assert_int_equal(again.key, 3);
    assert_memory_equal(again.h, checkpoint.h, sizeof(again.h));
    assert_true(audit_checkpoint_is_signed(&key, &again));
}

/* Any character, changed to any other: it is no line any more, or not signed. */
static void a_changed_line_is_never_taken(void **state)
{
    struct audit_checkpoint checkpoint = sample(), again;
    char line[AUDIT_CHECKPOINT_MAX];

    (void)state;
    audit_checkpoint_write(&checkpoint, line);
    for (size_t i = 0; line[i] != '\0'; i++) {
        char was = line[i];

        for (int c = 1; c < 128; c++) {
            line[i] = (char)c;
            if (c != was && audit_checkpoint_read(line, &again) == ERR_OK)
                assert_false(audit_checkpoint_is_signed(&key, &again));
        }
        line[i] = was;
    }
}

static void what_is_no_line_is_refused(void **state)
{
    static const char *const texts[] = {"", "farol-audit 1 ", "farol-audit 2 1 x y z w",
                                        "farol-audit 1 1 2026-11-30T00:00:00.000000Z 00 1 00",
                                        "farol-audit 1  1 2026-11-30T00:00:00.000000Z 00 1 00"};
    struct audit_checkpoint again, checkpoint = sample();
    char line[AUDIT_CHECKPOINT_MAX + 8];
    size_t len;

    (void)state;
    for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
        assert_int_equal(audit_checkpoint_read(texts[i], &again), ERR_INVALID);
    audit_checkpoint_write(&checkpoint, line);
    len = strlen(line);
    memcpy(line + len, " ", 2);
    assert_int_equal(audit_checkpoint_read(line, &again), ERR_INVALID);
    memcpy(line + len, " x", 3);
    assert_int_equal(audit_checkpoint_read(line, &again), ERR_INVALID);
}

static void another_key_has_not_signed_it(void **state)
{
    struct audit_key other = key;
    struct audit_checkpoint checkpoint = sample();

    (void)state;
    other.sign[0] ^= 1;
    assert_false(audit_checkpoint_is_signed(&other, &checkpoint));
    other = key;
    other.number++;
    assert_false(audit_checkpoint_is_signed(&other, &checkpoint));
}

/* ---- the file ---- */

static void put(const char *path, const char *text)
{
    FILE *file = fopen(path, "we");

    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static size_t get(const char *path, char *ret, size_t size)
{
    FILE *file = fopen(path, "re");
    size_t len;

    assert_non_null(file);
    len = fread(ret, 1, size - 1, file);
    ret[len] = '\0';
    fclose(file);
    return len;
}

static void lines_are_appended_even_behind_half_a_line(void **state)
{
    char folder[] = "/tmp/farol-anchor-XXXXXX", path[64], text[2048], line[AUDIT_CHECKPOINT_MAX],
         wanted[2048];
    struct audit_checkpoint checkpoint = sample();

    (void)state;
    assert_non_null(mkdtemp(folder));
    (void)snprintf(path, sizeof(path), "%s/lines", folder);
    audit_checkpoint_write(&checkpoint, line);
    assert_int_equal(audit_anchor_append(path, &checkpoint), ERR_OK);
    assert_int_equal(audit_anchor_append(path, &checkpoint), ERR_OK);
    get(path, text, sizeof(text));
    (void)snprintf(wanted, sizeof(wanted), "%s\n%s\n", line, line);
    assert_string_equal(text, wanted);
    put(path, "farol-audit 1 1");
    assert_int_equal(audit_anchor_append(path, &checkpoint), ERR_OK);
    get(path, text, sizeof(text));
    (void)snprintf(wanted, sizeof(wanted), "farol-audit 1 1\n%s\n", line);
    assert_string_equal(text, wanted);
    unlink(path);
    assert_int_equal(symlink("/dev/null", path), 0);
    assert_int_equal(audit_anchor_append(path, &checkpoint), ERR_UNAVAILABLE); /* nobody leads it elsewhere */
    unlink(path);
    rmdir(folder);
    assert_int_equal(audit_anchor_append(path, &checkpoint), ERR_UNAVAILABLE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_is_read_as_it_was_written),
        cmocka_unit_test(a_changed_line_is_never_taken),
        cmocka_unit_test(what_is_no_line_is_refused),
        cmocka_unit_test(another_key_has_not_signed_it),
        cmocka_unit_test(lines_are_appended_even_behind_half_a_line),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
