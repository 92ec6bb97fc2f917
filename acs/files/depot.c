#include "acs/files/depot.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "acs/base/clock.h"

enum {
    NAME_SIZE = 128,
    COPY_BYTES = 256 * 1024,
    LOOK_EVERY = 4 * 1024 * 1024, /* bytes written between two looks at the room that is left */
    SEEN_MAX = 64,                /* files of which it is remembered that they were in order */
    SEEN_MS = 10 * 60 * MS_PER_S  /* and for how long */
};

/* What was found in order, and how the file looked then. */
struct seen {
    unsigned char sha256[SHA256_BYTES];
    dev_t device;
    ino_t inode;
    struct timespec changed;
    int64_t at_ms;
};

struct depot {
    int directory;
    struct depot_limits limits;
    unsigned char key[SHA256_BYTES];
    pthread_mutex_t lock; /* over what follows */
    struct seen seen[SEEN_MAX];
};

/* ---- names ---- */

struct name {
    char text[NAME_SIZE]; /* from the depot's directory */
};

static struct name content_name(const unsigned char sha256[SHA256_BYTES])
{
    char hex[SHA256_HEX];
    struct name name;

    crypto_hex(sha256, SHA256_BYTES, hex);
    snprintf(name.text, sizeof(name.text), "%.2s/%s", hex, hex);
    return name;
}

static struct name new_name(const char *folder)
{
    unsigned char random[16];
    char hex[2 * sizeof(random) + 1];
    struct name name;

    crypto_random(random, sizeof(random));
    crypto_hex(random, sizeof(random), hex);
    snprintf(name.text, sizeof(name.text), "%s/%s", folder, hex);
    return name;
}

enum err depot_fail(const char *doing)
{
    int number = errno;

    if (number == ENOSPC || number == EDQUOT)
        return err_set(ERR_UNAVAILABLE, "the disk of the files is full");
    return err_set(ERR_UNAVAILABLE, "%s: %s", doing, strerror(number));
}

/* A rename is on the disk only once its directory is. */
enum err depot_flush_folder(const struct depot *depot, const char *folder)
{
    int fd = openat(depot->directory, folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool flushed = fd >= 0 && fsync(fd) == 0;
    enum err err = flushed ? ERR_OK : depot_fail("a folder of files cannot be flushed to the disk");

    if (fd >= 0)
        close(fd);
    return err;
}

/* ---- the key ---- */

static enum err read_key(struct depot *depot)
{
    int fd = openat(depot->directory, "key", O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    ssize_t got;

    if (fd < 0)
        return errno == ENOENT ? err_set(ERR_NOT_FOUND, "no key yet") : depot_fail("the key cannot be read");
    got = read(fd, depot->key, sizeof(depot->key));
    close(fd);
    if (got != (ssize_t)sizeof(depot->key))
        return err_set(ERR_INVALID, "its file 'key' is not a key of ours");
    return ERR_OK;
}

/* Two servers may start on the directory at once: link() lets one of them win, and both read what is there.
 */
static enum err make_key(struct depot *depot)
{
    struct name name = new_name("incoming");
    int fd = openat(depot->directory, name.text, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    bool written;

    if (fd < 0)
        return depot_fail("a key cannot be written");
    crypto_random(depot->key, sizeof(depot->key));
    written = write(fd, depot->key, sizeof(depot->key)) == (ssize_t)sizeof(depot->key) && fsync(fd) == 0;
    close(fd);
    if (written)
        written = linkat(depot->directory, name.text, depot->directory, "key", 0) == 0 || errno == EEXIST;
    unlinkat(depot->directory, name.text, 0);
    if (!written)
        return depot_fail("a key cannot be written");
    TRY(depot_flush_folder(depot, "."));
    return read_key(depot);
}

/* ---- the directory ---- */

static enum err make_folder(const struct depot *depot, const char *folder)
{
    if (mkdirat(depot->directory, folder, 0700) == 0 || errno == EEXIST)
        return ERR_OK;
    return depot_fail("a folder cannot be made");
}

/* What was left by a server that was killed. Another server on the same directory may be writing: what is new
 * stays. */
static enum err empty_incoming(const struct depot *depot)
{
    enum { OLD_S = 24 * 3600 };
    int fd = openat(depot->directory, "incoming", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *folder = fd >= 0 ? fdopendir(fd) : NULL;
    struct dirent *entry;

    if (folder == NULL)
        return depot_fail("its folder 'incoming' cannot be read");
    while ((entry = readdir(folder)) != NULL) { /* NOLINT(concurrency-mt-unsafe): a stream of our own */
        struct stat status;

        if (entry->d_name[0] != '.' && fstatat(fd, entry->d_name, &status, AT_SYMLINK_NOFOLLOW) == 0 &&
            status.st_mtim.tv_sec + OLD_S < clock_now_us() / US_PER_S)
            unlinkat(fd, entry->d_name, 0);
    }
    closedir(folder);
    return ERR_OK;
}

static enum err prepare(struct depot *depot)
{
    enum err err;

    TRY(make_folder(depot, "incoming"));
    TRY(make_folder(depot, "damaged"));
    TRY(make_folder(depot, "pending"));
    TRY(empty_incoming(depot));
    err = read_key(depot);
    return err == ERR_NOT_FOUND ? make_key(depot) : err;
}

enum err depot_open(const char *directory, const struct depot_limits *limits, struct depot **ret)
{
    struct depot *depot = HEAP_NEW(struct depot);
    enum err err = ERR_INVALID;

    depot->limits = *limits;
    pthread_mutex_init(&depot->lock, NULL);
    mkdir(directory, 0700); /* if only the last part of it is missing */
    depot->directory = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (depot->directory < 0)
        err_set(ERR_INVALID, "%s", strerror(errno));
    else if (prepare(depot) == ERR_OK)
        err = ERR_OK;
    if (err == ERR_OK) {
        *ret = depot;
        return ERR_OK;
    }
    err_while(ERR_INVALID, "files.directory %s", directory);
    depot_close(depot);
    return ERR_INVALID;
}

void depot_close(struct depot *depot)
{
    if (depot == NULL)
        return;
    if (depot->directory >= 0)
        close(depot->directory);
    pthread_mutex_destroy(&depot->lock);
    crypto_wipe(depot->key, sizeof(depot->key));
    heap_free(depot);
}

const unsigned char *depot_key(const struct depot *depot)
{
    return depot->key;
}

/* ---- writing ---- */

struct depot_writer {
    struct depot *depot;
    struct name name;
    int fd;
    uint64_t max;
    struct crypto_hash *hash;
    struct depot_content content;
};

enum err depot_room(const struct depot *depot, uint64_t bytes)
{
    struct statvfs room;
    uint64_t free_bytes;

    if (fstatvfs(depot->directory, &room) != 0)
        return depot_fail("the disk of the files cannot be looked at");
    free_bytes = (uint64_t)room.f_bavail * room.f_frsize;
    if (free_bytes <= depot->limits.keep_free || free_bytes - depot->limits.keep_free < bytes)
        return err_set(ERR_UNAVAILABLE, "the disk of the files is almost full: %llu MiB must stay free",
                       (unsigned long long)(depot->limits.keep_free >> 20));
    return ERR_OK;
}

enum err depot_begin(struct depot *depot, uint64_t max, struct depot_writer **ret)
{
    struct name name = new_name("incoming");
    struct depot_writer *writer;
    int fd;

    TRY(depot_room(depot, 0));
    fd = openat(depot->directory, name.text, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return depot_fail("a file cannot be written");
    writer = HEAP_NEW(struct depot_writer);
    *writer =
        (struct depot_writer){.depot = depot, .name = name, .fd = fd, .max = max, .hash = crypto_hash_new()};
    *ret = writer;
    return ERR_OK;
}

static enum err write_all(int fd, const char *bytes, size_t len)
{
    while (len > 0) {
        ssize_t written = write(fd, bytes, len);

        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return depot_fail("a file cannot be written");
        bytes += written;
        len -= (size_t)written;
    }
    return ERR_OK;
}

enum err depot_add(struct depot_writer *writer, const void *bytes, size_t len)
{
    uint64_t before = writer->content.size;

    if (len > writer->max - before)
        return err_set(ERR_TOO_LARGE, "more than %llu bytes", (unsigned long long)writer->max);
    if (before / LOOK_EVERY != (before + len) / LOOK_EVERY)
        TRY(depot_room(writer->depot, 0));
    TRY(write_all(writer->fd, bytes, len));
    crypto_hash_add(writer->hash, bytes, len);
    writer->content.size += len;
    return ERR_OK;
}

enum err depot_finish(struct depot_writer *writer, struct depot_content *ret)
{
    if (fsync(writer->fd) != 0)
        return depot_fail("a file cannot be flushed to the disk");
    crypto_hash_end(writer->hash, writer->content.sha256);
    *ret = writer->content;
    return ERR_OK;
}

static void writer_free(struct depot_writer *writer)
{
    close(writer->fd);
    crypto_hash_free(writer->hash);
    heap_free(writer);
}

void depot_abandon(struct depot_writer *writer)
{
    if (writer == NULL)
        return;
    unlinkat(writer->depot->directory, writer->name.text, 0);
    writer_free(writer);
}

/* The same content from before is replaced: it may have been damaged since, and this one is fresh. */
static enum err rename_to_content(const struct depot *depot, const char *name,
                                  const unsigned char sha256[SHA256_BYTES])
{
    struct name to = content_name(sha256);
    char folder[3];

    memcpy(folder, to.text, 2);
    folder[2] = '\0';
    TRY(make_folder(depot, folder));
    if (renameat(depot->directory, name, depot->directory, to.text) != 0)
        return depot_fail("a file cannot be given its name");
    TRY(depot_flush_folder(depot, folder));
    return depot_flush_folder(depot, ".");
}

enum err depot_place(struct depot_writer *writer)
{
    enum err err = rename_to_content(writer->depot, writer->name.text, writer->content.sha256);

    if (err == ERR_OK)
        writer_free(writer);
    else
        depot_abandon(writer);
    return err;
}

/* ---- looking at it ---- */

struct depot_check {
    struct depot *depot;
    struct depot_content content;
    int fd;
    uint64_t done;
    struct crypto_hash *hash;
};

static enum err open_content(const struct depot *depot, const struct depot_content *content, int *ret_fd)
{
    struct name name = content_name(content->sha256);

    *ret_fd = openat(depot->directory, name.text, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (*ret_fd >= 0)
        return ERR_OK;
    return errno == ENOENT ? err_set(ERR_NOT_FOUND, "the content of the file is not there")
                           : depot_fail("a file cannot be read");
}

static bool is_same(const struct seen *seen, const struct stat *status)
{
    return seen->device == status->st_dev && seen->inode == status->st_ino &&
           seen->changed.tv_sec == status->st_ctim.tv_sec &&
           seen->changed.tv_nsec == status->st_ctim.tv_nsec && clock_mono_ms() - seen->at_ms < SEEN_MS;
}

/* Its place in the table, or the one that is to be given up for it. With the lock held. */
static struct seen *find_seen(struct depot *depot, const unsigned char sha256[SHA256_BYTES])
{
    struct seen *oldest = &depot->seen[0];

    for (unsigned i = 0; i < SEEN_MAX; i++) {
        struct seen *seen = &depot->seen[i];

        if (memcmp(seen->sha256, sha256, SHA256_BYTES) == 0)
            return seen;
        if (seen->at_ms < oldest->at_ms)
            oldest = seen;
    }
    return oldest;
}

static bool was_seen(struct depot *depot, const struct depot_content *content, int fd)
{
    struct stat status;
    const struct seen *seen;
    bool known;

    if (fstat(fd, &status) != 0)
        return false;
    pthread_mutex_lock(&depot->lock);
    seen = find_seen(depot, content->sha256);
    known = memcmp(seen->sha256, content->sha256, SHA256_BYTES) == 0 && is_same(seen, &status);
    pthread_mutex_unlock(&depot->lock);
    return known;
}

static void note_seen(struct depot *depot, const struct depot_content *content, const struct stat *status)
{
    struct seen *seen;

    pthread_mutex_lock(&depot->lock);
    seen = find_seen(depot, content->sha256);
    *seen = (struct seen){.device = status->st_dev,
                          .inode = status->st_ino,
                          .changed = status->st_ctim,
                          .at_ms = clock_mono_ms()};
    memcpy(seen->sha256, content->sha256, SHA256_BYTES);
    pthread_mutex_unlock(&depot->lock);
}

/* Unless somebody has brought it again meanwhile: then there is another file under the name. */
static enum err put_aside(const struct depot *depot, const struct depot_content *content,
                          const struct stat *read)
{
    struct name from = content_name(content->sha256);
    struct name to;
    struct stat now;
    char hex[SHA256_HEX];

    if (fstatat(depot->directory, from.text, &now, AT_SYMLINK_NOFOLLOW) == 0 && now.st_ino != read->st_ino)
        return err_set(ERR_UNAVAILABLE, "the content of a file was replaced while it was read");
    crypto_hex(content->sha256, SHA256_BYTES, hex);
    snprintf(to.text, sizeof(to.text), "damaged/%s", hex);
    if (renameat(depot->directory, from.text, depot->directory, to.text) != 0)
        unlinkat(depot->directory, from.text, 0);
    return err_set(ERR_CONFLICT, "the content of the file %s was damaged on the disk", hex);
}

enum err depot_check_begin(struct depot *depot, const struct depot_content *content, struct depot_check **ret)
{
    struct depot_check *check;
    int fd;

    TRY(open_content(depot, content, &fd));
    check = HEAP_NEW(struct depot_check);
    *check = (struct depot_check){.depot = depot, .content = *content, .fd = fd, .hash = crypto_hash_new()};
    *ret = check;
    return ERR_OK;
}

void depot_check_end(struct depot_check *check)
{
    if (check == NULL)
        return;
    close(check->fd);
    crypto_hash_free(check->hash);
    heap_free(check);
}

static enum err judge(struct depot_check *check)
{
    unsigned char sum[SHA256_BYTES];
    struct stat status;

    if (fstat(check->fd, &status) != 0)
        return depot_fail("a file cannot be read");
    crypto_hash_end(check->hash, sum);
    if (check->done != check->content.size || !crypto_equal(sum, check->content.sha256, sizeof(sum)))
        return put_aside(check->depot, &check->content, &status);
    note_seen(check->depot, &check->content, &status);
    return ERR_OK;
}

enum err depot_check_go_on(struct depot_check *check, uint64_t bytes, bool *ret_done)
{
    uint64_t until = check->done + bytes;
    char *buffer = heap_alloc(COPY_BYTES);
    ssize_t got = 1;

    while (check->done < until && got > 0) {
        got = pread(check->fd, buffer, COPY_BYTES, (off_t)check->done);
        if (got < 0 && errno == EINTR)
            got = 1;
        else if (got > 0) {
            crypto_hash_add(check->hash, buffer, (size_t)got);
            check->done += (uint64_t)got;
        }
    }
    heap_free(buffer);
    if (got < 0)
        return depot_fail("a file cannot be read");
    *ret_done = got == 0;
    return got == 0 ? judge(check) : ERR_OK;
}

/* ---- reading ---- */

static enum err check_all(struct depot *depot, const struct depot_content *content)
{
    struct depot_check *check;
    bool done = false;
    enum err err;

    TRY(depot_check_begin(depot, content, &check));
    do
        err = depot_check_go_on(check, UINT64_MAX / 2, &done);
    while (err == ERR_OK && !done);
    depot_check_end(check);
    return err;
}

enum err depot_read(struct depot *depot, const struct depot_content *content, int *ret_fd)
{
    enum err err = ERR_OK;
    int fd;

    TRY(open_content(depot, content, &fd));
    if (!was_seen(depot, content, fd))
        err = check_all(depot, content);
    if (err != ERR_OK) {
        close(fd);
        return err;
    }
    *ret_fd = fd;
    return ERR_OK;
}

void depot_remove(struct depot *depot, const unsigned char sha256[SHA256_BYTES])
{
    struct name name = content_name(sha256);

    unlinkat(depot->directory, name.text, 0);
}

/* ---- what is on its way in for days ---- */

int depot_directory(const struct depot *depot)
{
    return depot->directory;
}

/* If it has the name already, the rename of a second name does nothing, and leaves it. */
enum err depot_adopt(struct depot *depot, const char *name, const unsigned char sha256[SHA256_BYTES])
{
    struct name second = new_name("incoming");
    enum err err;

    if (linkat(depot->directory, name, depot->directory, second.text, 0) != 0)
        return depot_fail("a file cannot be given its name");
    err = rename_to_content(depot, second.text, sha256);
    unlinkat(depot->directory, second.text, 0);
    return err;
}
