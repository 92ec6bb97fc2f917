#include "acs/files/depot.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "acs/base/clock.h"
#include "tests/base/check.h"

enum { LARGE = 1024 * 1024 };

static char directory[64];
static struct depot *depot;

static int make_directory(void **state)
{
    const struct depot_limits limits = {0};

    (void)state;
    snprintf(directory, sizeof(directory), "/tmp/farol-depot-XXXXXX");
    if (mkdtemp(directory) == NULL)
        return -1;
    return depot_open(directory, &limits, &depot) == ERR_OK ? 0 : -1;
}

static int remove_directory(void **state)
{
    char command[128];

    (void)state;
    depot_close(depot);
    clock_freeze(0, 0);
    snprintf(command, sizeof(command), "rm -rf %s", directory);
    return system(command); /* NOLINT(cert-env33-c,concurrency-mt-unsafe): a name of our own */
}

static struct depot_content put(const void *bytes, size_t len)
{
    struct depot_writer *writer;
    struct depot_content content;

    assert_int_equal(depot_begin(depot, UINT64_MAX, &writer), ERR_OK);
    assert_int_equal(depot_add(writer, bytes, len), ERR_OK);
    assert_int_equal(depot_finish(writer, &content), ERR_OK);
    assert_int_equal(depot_place(writer), ERR_OK);
    return content;
}

static void path_of(const struct depot_content *content, char ret[256])
{
    char hex[SHA256_HEX];

    crypto_hex(content->sha256, SHA256_BYTES, hex);
    snprintf(ret, 256, "%s/%.2s/%s", directory, hex, hex);
}

static unsigned entries_of(const char *folder)
{
    char path[256];
    DIR *stream;
    unsigned count = 0;

    snprintf(path, sizeof(path), "%s/%s", directory, folder);
    stream = opendir(path);
    assert_non_null(stream);
    while (readdir(stream) != NULL) /* NOLINT(concurrency-mt-unsafe): a stream of our own */
        count++;
    closedir(stream);
    return count - 2; /* "." and ".." */
}

static void overwrite(const struct depot_content *content, off_t at, const char *bytes)
{
    char path[256];
    int fd;

    path_of(content, path);
    fd = open(path, O_WRONLY | O_CLOEXEC);
    assert_true(fd >= 0);
    assert_int_equal(pwrite(fd, bytes, strlen(bytes), at), (ssize_t)strlen(bytes));
    close(fd);
}

static void what_was_put_is_read_under_its_hash(void **state)
{
    char text[16] = {0};
    struct depot_content content = put("a file", 6);
    unsigned char sum[SHA256_BYTES];
    int fd;

    (void)state;
    crypto_sha256("a file", 6, sum);
    assert_memory_equal(content.sha256, sum, sizeof(sum));
    assert_int_equal(content.size, 6);
    assert_int_equal(depot_read(depot, &content, &fd), ERR_OK);
    assert_int_equal(read(fd, text, sizeof(text)), 6);
    assert_string_equal(text, "a file");
    close(fd);
    assert_int_equal(entries_of("incoming"), 0);
}

static void the_same_content_is_kept_once(void **state)
{
    struct depot_content first = put("twice", 5);
    struct depot_content second = put("twice", 5);
    char folder[8];

    (void)state;
    assert_memory_equal(&first, &second, sizeof(first));
    snprintf(folder, sizeof(folder), "%02x", first.sha256[0]);
    assert_int_equal(entries_of(folder), 1);
}

static void what_is_not_finished_has_no_name(void **state)
{
    struct depot_writer *writer;
    struct depot_content content = {.size = 4};
    int fd;

    (void)state;
    crypto_sha256("half", 4, content.sha256);
    assert_int_equal(depot_begin(depot, 100, &writer), ERR_OK);
    assert_int_equal(depot_add(writer, "half", 4), ERR_OK);
    assert_int_equal(depot_read(depot, &content, &fd), ERR_NOT_FOUND);
    assert_int_equal(depot_finish(writer, &content), ERR_OK);
    assert_int_equal(depot_read(depot, &content, &fd), ERR_NOT_FOUND);
    depot_abandon(writer);
    assert_int_equal(entries_of("incoming"), 0);
    assert_int_equal(depot_read(depot, &content, &fd), ERR_NOT_FOUND);
}

static void more_than_was_allowed_is_refused(void **state)
{
    struct depot_writer *writer;

    (void)state;
    assert_int_equal(depot_begin(depot, 5, &writer), ERR_OK);
    assert_int_equal(depot_add(writer, "12345", 5), ERR_OK);
    assert_int_equal(depot_add(writer, "6", 1), ERR_TOO_LARGE);
    depot_abandon(writer);
}

/* Whichever bit the disk has changed, and however much it has lost. */
static void damage_is_found_and_put_aside(void **state)
{
    char *bytes = heap_alloc(LARGE);
    struct depot_content content;
    char path[256];
    int fd;

    (void)state;
    for (unsigned round = 0; round < 3; round++) {
        content = put(bytes, LARGE);
        if (round < 2)
            overwrite(&content, round == 0 ? 0 : LARGE - 1, "x");
        path_of(&content, path);
        if (round == 2)
            assert_int_equal(truncate(path, LARGE - 1), 0);
        assert_int_equal(depot_read(depot, &content, &fd), ERR_CONFLICT);
        assert_int_equal(access(path, F_OK), -1);
        assert_int_equal(entries_of("damaged"), 1);
        assert_int_equal(depot_read(depot, &content, &fd), ERR_NOT_FOUND);
    }
    heap_free(bytes);
}

/* It is looked at again as soon as it was touched, and after a while in any case. */
static void what_was_seen_in_order_is_believed_for_a_while(void **state)
{
    struct depot_content content = put("believed", 8);
    int64_t now_ms = clock_mono_ms();
    int fd;

    (void)state;
    clock_freeze(clock_now_us(), now_ms);
    assert_int_equal(depot_read(depot, &content, &fd), ERR_OK);
    close(fd);
    usleep(20000); /* the file system's clock is coarse */
    overwrite(&content, 0, "B");
    assert_int_equal(depot_read(depot, &content, &fd), ERR_CONFLICT);
    content = put("believed", 8);
    assert_int_equal(depot_read(depot, &content, &fd), ERR_OK);
    close(fd);
}

static void a_scrubber_goes_through_it_in_pieces(void **state)
{
    char *bytes = heap_alloc(LARGE);
    struct depot_content content = put(bytes, LARGE);
    struct depot_check *check;
    bool done = false;
    unsigned pieces = 0;

    (void)state;
    assert_int_equal(depot_check_begin(depot, &content, &check), ERR_OK);
    for (; !done && pieces < 100; pieces++)
        assert_int_equal(depot_check_go_on(check, LARGE / 4, &done), ERR_OK);
    assert_in_range(pieces, 4, 6);
    depot_check_end(check);

    overwrite(&content, LARGE / 2, "x");
    done = false;
    assert_int_equal(depot_check_begin(depot, &content, &check), ERR_OK);
    assert_int_equal(depot_check_go_on(check, LARGE / 2, &done), ERR_OK);
    assert_false(done);
    assert_int_equal(depot_check_go_on(check, LARGE, &done), ERR_CONFLICT);
    depot_check_end(check);
    heap_free(bytes);
}

/* The scrubber has read what was damaged; somebody brings the file again before it puts that aside. */
static void fresh_content_is_not_put_aside_for_the_old(void **state)
{
    struct depot_content content = put("mended", 6);
    struct depot_check *check;
    bool done = false;
    int fd;

    (void)state;
    overwrite(&content, 0, "M");
    assert_int_equal(depot_check_begin(depot, &content, &check), ERR_OK);
    put("mended", 6);
    assert_int_equal(depot_check_go_on(check, 100, &done), ERR_UNAVAILABLE);
    depot_check_end(check);
    assert_int_equal(depot_read(depot, &content, &fd), ERR_OK);
    close(fd);
}

static void removed_content_is_gone(void **state)
{
    struct depot_content content = put("gone", 4);
    int fd;

    (void)state;
    depot_remove(depot, content.sha256);
    depot_remove(depot, content.sha256);
    assert_int_equal(depot_read(depot, &content, &fd), ERR_NOT_FOUND);
}

static void a_disk_that_is_almost_full_takes_nothing(void **state)
{
    const struct depot_limits limits = {.keep_free = UINT64_MAX / 2};
    struct depot *full;
    struct depot_writer *writer;

    (void)state;
    assert_int_equal(depot_open(directory, &limits, &full), ERR_OK);
    assert_int_equal(depot_begin(full, 100, &writer), ERR_UNAVAILABLE);
    assert_non_null(strstr(err_message(), "almost full"));
    depot_close(full);
}

/* A write that fails in the middle: the limit of the process stands for the disk. */
static void a_write_that_fails_is_an_error(void **state)
{
    struct rlimit before, small;
    struct depot_writer *writer;
    char bytes[8192] = {0};
    enum err err;

    (void)state;
    assert_int_equal(depot_begin(depot, UINT64_MAX, &writer), ERR_OK);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    small = (struct rlimit){.rlim_cur = 4096, .rlim_max = before.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    err = depot_add(writer, bytes, sizeof(bytes));
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_int_equal(err, ERR_UNAVAILABLE);
    depot_abandon(writer);
    assert_int_equal(entries_of("incoming"), 0);
}

static void the_key_stays_the_same(void **state)
{
    const struct depot_limits limits = {0};
    unsigned char key[SHA256_BYTES];
    struct depot *again;
    char path[128];
    struct stat status;

    (void)state;
    memcpy(key, depot_key(depot), sizeof(key));
    assert_int_equal(depot_open(directory, &limits, &again), ERR_OK);
    assert_memory_equal(depot_key(again), key, sizeof(key));
    depot_close(again);
    snprintf(path, sizeof(path), "%s/key", directory);
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    assert_int_equal(truncate(path, 5), 0);
    assert_int_equal(depot_open(directory, &limits, &again), ERR_INVALID);
}

static void a_directory_that_cannot_be_used_is_named(void **state)
{
    const struct depot_limits limits = {0};
    struct depot *none;

    (void)state;
    assert_int_equal(depot_open("/dev/null/files", &limits, &none), ERR_INVALID);
    assert_non_null(strstr(err_message(), "/dev/null/files"));
}

#define DEPOT_TEST(name) cmocka_unit_test_setup_teardown(name, make_directory, remove_directory)

int main(void)
{
    const struct CMUnitTest tests[] = {
        DEPOT_TEST(what_was_put_is_read_under_its_hash),
        DEPOT_TEST(the_same_content_is_kept_once),
        DEPOT_TEST(what_is_not_finished_has_no_name),
        DEPOT_TEST(more_than_was_allowed_is_refused),
        DEPOT_TEST(damage_is_found_and_put_aside),
        DEPOT_TEST(what_was_seen_in_order_is_believed_for_a_while),
        DEPOT_TEST(a_scrubber_goes_through_it_in_pieces),
        DEPOT_TEST(fresh_content_is_not_put_aside_for_the_old),
        DEPOT_TEST(removed_content_is_gone),
        DEPOT_TEST(a_disk_that_is_almost_full_takes_nothing),
        DEPOT_TEST(a_write_that_fails_is_an_error),
        DEPOT_TEST(the_key_stays_the_same),
        DEPOT_TEST(a_directory_that_cannot_be_used_is_named),
    };

    signal(SIGXFSZ, SIG_IGN); /* NOLINT(bugprone-signal-handler,cert-sig30-c): the write shall fail instead */
    return cmocka_run_group_tests(tests, NULL, NULL);
}
