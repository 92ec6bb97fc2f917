/* Uploads in pieces, on a real directory: where they stand, who may, and what is left of them. */
#include "acs/files/pending.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "acs/base/clock.h"
#include "tests/base/check.h"

static const struct pending_limits few = {.count = 3, .bytes = 1000};
static const char content[] = "what is sent in three pieces";

static char directory[64];
static struct depot *depot;
static struct arena *arena;

static int make_directory(void **state)
{
    const struct depot_limits limits = {0};

    (void)state;
    arena = arena_new(4096);
    snprintf(directory, sizeof(directory), "/tmp/farol-pending-XXXXXX");
    if (mkdtemp(directory) == NULL)
        return -1;
    return depot_open(directory, &limits, &depot) == ERR_OK ? 0 : -1;
}

static int remove_directory(void **state)
{
    char command[128];

    (void)state;
    depot_close(depot);
    arena_free(arena);
    snprintf(command, sizeof(command), "rm -rf %s", directory);
    return system(command); /* NOLINT(cert-env33-c,concurrency-mt-unsafe): a name of our own */
}

static struct pending_order order_of(const char *bytes, size_t len)
{
    struct pending_order order = {.name = "fw.bin", .kind = "firmware", .size = len, .caller_id = 7};
    struct crypto_hash *hash = crypto_hash_new();

    crypto_hash_add(hash, bytes, len);
    crypto_hash_end(hash, order.sha256);
    crypto_hash_free(hash);
    return order;
}

static const char *begin(size_t len)
{
    struct pending_order order = order_of(content, len);
    struct pending pending;

    assert_int_equal(pending_create(depot, &order, &few, arena, &pending), ERR_OK);
    assert_int_equal(pending.offset, 0);
    return pending.id;
}

static enum err add(const char *id, size_t from, size_t len)
{
    struct pending pending;
    struct pending_work *work;
    enum err err;

    assert_int_equal(pending_begin(depot, id, 7, arena, &pending, &work), ERR_OK);
    assert_int_equal(pending.offset, from);
    err = pending_add(work, content + from, len);
    pending_end(work);
    return err;
}

static unsigned entries(const char *folder)
{
    char path[128];
    DIR *entries;
    struct dirent *entry;
    unsigned count = 0;

    snprintf(path, sizeof(path), "%s/%s", directory, folder);
    entries = opendir(path);
    assert_non_null(entries);
    while ((entry = readdir(entries)) != NULL)
        count += entry->d_name[0] != '.';
    closedir(entries);
    return count;
}

static void pieces_are_placed_once_they_are_whole(void **state)
{
    const char *id = begin(sizeof(content));
    unsigned char sha256[SHA256_BYTES];
    struct depot_content placed = {.size = sizeof(content)};
    struct pending pending;
    struct pending_work *work;
    int fd;

    (void)state;
    assert_int_equal(add(id, 0, 10), ERR_OK);
    assert_int_equal(add(id, 10, 5), ERR_OK);
    assert_int_equal(add(id, 15, sizeof(content)), ERR_TOO_LARGE);
    assert_int_equal(add(id, 15, sizeof(content) - 15), ERR_OK);
    assert_int_equal(pending_begin(depot, id, 7, arena, &pending, &work), ERR_OK);
    assert_string_equal(pending.order.name, "fw.bin");
    assert_null(pending.order.version);
    for (unsigned i = 0; i < 2; i++) { /* again, as after a commit that failed */
        assert_int_equal(pending_check(work, sha256), ERR_OK);
        assert_int_equal(pending_place(work), ERR_OK);
    }
    memcpy(placed.sha256, sha256, SHA256_BYTES);
    pending_remove(work);
    pending_end(work);
    assert_int_equal(depot_read(depot, &placed, &fd), ERR_OK);
    close(fd);
    assert_int_equal(entries("pending"), 0);
    assert_int_equal(entries("incoming"), 0);
}

static void what_is_wrong_or_too_short_goes(void **state)
{
    const char *id = begin(10);
    unsigned char sha256[SHA256_BYTES];
    struct pending pending;
    struct pending_work *work;

    (void)state;
    assert_int_equal(pending_begin(depot, id, 7, arena, &pending, &work), ERR_OK);
    assert_int_equal(pending_add(work, "0123456789", 10), ERR_OK);
    assert_int_equal(pending_check(work, sha256), ERR_INVALID);
    pending_end(work);
    assert_int_equal(pending_show(depot, id, 7, arena, &pending), ERR_NOT_FOUND);
    assert_int_equal(entries("pending"), 0);
}

static void one_at_a_time_and_nobody_elses(void **state)
{
    const char *id = begin(10);
    struct pending pending;
    struct pending_work *work, *second;
    pid_t child;
    int status;

    (void)state;
    assert_int_equal(pending_begin(depot, id, 8, arena, &pending, &work), ERR_NOT_FOUND);
    assert_int_equal(pending_begin(depot, id, 7, arena, &pending, &work), ERR_OK);
    assert_int_equal(pending_begin(depot, id, 7, arena, &pending, &second), ERR_CONFLICT);
    child = fork();
    if (child == 0)
        _exit(pending_begin(depot, id, 7, arena, &pending, &second) == ERR_CONFLICT ? 0 : 1);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    pending_remove(work);
    pending_end(work);
    assert_int_equal(pending_begin(depot, id, 7, arena, &pending, &work), ERR_NOT_FOUND);
}

static void ids_are_not_paths(void **state)
{
    static const char *const ids[] = {"",
                                      "upl_",
                                      "../key",
                                      "upl_../../key",
                                      "upl_000000000000000000/../",
                                      "upl_00000000000000000000000",
                                      "UPL_0000000000000000000000",
                                      "upl_000000000000000000000.",
                                      "fil_0000000000000000000000"};
    struct pending pending;
    struct pending_work *work;

    (void)state;
    for (unsigned i = 0; i < COUNT_OF(ids); i++) {
        assert_int_equal(pending_show(depot, ids[i], 7, arena, &pending), ERR_NOT_FOUND);
        assert_int_equal(pending_begin(depot, ids[i], 7, arena, &pending, &work), ERR_NOT_FOUND);
    }
}

static void a_caller_has_so_many_bytes_and_no_more(void **state)
{
    struct pending_order order = order_of(content, 10);
    struct pending pending;
    struct pendings found;

    (void)state;
    order.size = 600;
    assert_int_equal(pending_create(depot, &order, &few, arena, &pending), ERR_OK);
    assert_int_equal(pending_create(depot, &order, &few, arena, &pending), ERR_CONFLICT);
    order.size = 200;
    assert_int_equal(pending_create(depot, &order, &few, arena, &pending), ERR_OK);
    assert_int_equal(pending_create(depot, &order, &few, arena, &pending), ERR_OK);
    order.size = 0;
    assert_int_equal(pending_create(depot, &order, &few, arena, &pending), ERR_CONFLICT);
    order.caller_id = 8;
    assert_int_equal(pending_create(depot, &order, &few, arena, &pending), ERR_OK);
    assert_int_equal(pending_list(depot, 7, arena, &found), ERR_OK);
    assert_int_equal(found.count, 3);
    assert_int_equal(pending_list(depot, 9, arena, &found), ERR_OK);
    assert_int_equal(found.count, 0);
    pending_trim(depot, INT64_MAX);
    assert_int_equal(entries("pending"), 0);
}

static void touch(const char *name, int64_t seconds_ago)
{
    struct timespec times[2] = {{.tv_sec = clock_now_us() / US_PER_S - seconds_ago}};
    char path[128];

    times[1] = times[0];
    snprintf(path, sizeof(path), "%s/pending/%s", directory, name);
    assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
}

static void who_is_not_continued_goes_and_so_do_remains(void **state)
{
    const char *old = begin(10), *fresh = begin(10), *busy = begin(10);
    int64_t before_us = clock_now_us() - 100 * US_PER_S;
    struct pending pending;
    struct pending_work *work;
    char path[128];

    (void)state;
    touch(old, 200);
    touch(busy, 200);
    assert_int_equal(pending_begin(depot, busy, 7, arena, &pending, &work), ERR_OK);
    snprintf(path, sizeof(path), "%s/pending/%s.order", directory, "upl_0000000000000000000000");
    close(open(path, O_CREAT | O_WRONLY, 0600));
    touch("upl_0000000000000000000000.order", 200);
    pending_trim(depot, before_us);
    assert_int_equal(pending_show(depot, old, 7, arena, &pending), ERR_NOT_FOUND);
    assert_int_equal(pending_show(depot, fresh, 7, arena, &pending), ERR_OK);
    assert_int_equal(pending_show(depot, busy, 7, arena, &pending), ERR_OK);
    assert_int_equal(entries("pending"), 4);
    pending_end(work);
    pending_trim(depot, INT64_MAX);
    assert_int_equal(entries("pending"), 0);
}

static void a_full_disk_is_said_before_and_meanwhile(void **state)
{
    const struct depot_limits limits = {.keep_free = UINT64_MAX / 2};
    struct pending_order order = order_of(content, 10);
    const char *id = begin(10);
    struct depot *full;
    struct pending pending;
    struct pending_work *work;

    (void)state;
    assert_int_equal(add(id, 0, 4), ERR_OK);
    assert_int_equal(depot_open(directory, &limits, &full), ERR_OK);
    assert_int_equal(pending_create(full, &order, &few, arena, &pending), ERR_UNAVAILABLE);
    assert_int_equal(pending_begin(full, id, 7, arena, &pending, &work), ERR_OK);
    assert_int_equal(pending_add(work, content + 4, 6), ERR_UNAVAILABLE);
    assert_int_equal(pending_offset(work), 4);
    pending_end(work);
    depot_close(full);
    assert_int_equal(add(id, 4, 6), ERR_OK);
    pending_trim(depot, INT64_MAX);
}

static void what_was_said_is_read_as_it_was_written(void **state)
{
    static const char *const wrong[] = {"", "{", "[]", "{}",
                                        "{\"name\":\"a\",\"kind\":\"b\",\"size\":-1,\"sha256\":\"00\"}"};
    struct pending_order order = order_of(content, 10), again;
    struct text text = TEXT_IN(arena);

    (void)state;
    order.product_class = "F\"6";
    pending_write_order(&order, &text);
    assert_int_equal(pending_read_order(text_string(&text), text.len, arena, &again), ERR_OK);
    assert_string_equal(again.product_class, "F\"6");
    assert_null(again.version);
    assert_int_equal(again.size, 10);
    assert_int_equal(again.caller_id, 7);
    assert_memory_equal(again.sha256, order.sha256, SHA256_BYTES);
    for (unsigned i = 0; i < COUNT_OF(wrong); i++)
        assert_int_equal(pending_read_order(wrong[i], strlen(wrong[i]), arena, &again), ERR_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces_are_placed_once_they_are_whole),
        cmocka_unit_test(what_is_wrong_or_too_short_goes),
        cmocka_unit_test(one_at_a_time_and_nobody_elses),
        cmocka_unit_test(ids_are_not_paths),
        cmocka_unit_test(a_caller_has_so_many_bytes_and_no_more),
        cmocka_unit_test(who_is_not_continued_goes_and_so_do_remains),
        cmocka_unit_test(a_full_disk_is_said_before_and_meanwhile),
        cmocka_unit_test(what_was_said_is_read_as_it_was_written),
    };

    return cmocka_run_group_tests(tests, make_directory, remove_directory);
}
