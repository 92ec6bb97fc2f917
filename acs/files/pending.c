#include "acs/files/pending.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "acs/base/clock.h"
#include "acs/base/json.h"

enum {
    NAME_SIZE = 64,
    ORDER_MAX = 4096,
    COPY_BYTES = 256 * 1024,
    LOOK_EVERY = 4 * 1024 * 1024, /* bytes written between two looks at the room that is left */
    ID_LEN = ID_MAX - 1
};

static const char folder[] = "pending";
static const char suffix[] = ".order";

struct name {
    char text[NAME_SIZE]; /* from the depot's directory */
};

static struct name name_of(const char *id, const char *end)
{
    struct name name;

    snprintf(name.text, sizeof(name.text), "%s/%.*s%s", folder, ID_LEN, id, end);
    return name;
}

/* Comes from addresses, and becomes a part of a name. */
static bool is_id(const char *id)
{
    return strncmp(id, "upl_", 4) == 0 && strlen(id) == ID_LEN &&
           strspn(id + 4, "0123456789abcdefghijklmnopqrstuvwxyz") == ID_LEN - 4;
}

/* ---- what was said ---- */

void pending_write_order(const struct pending_order *order, struct text *out)
{
    struct json_writer json = JSON_WRITER(out);
    char hex[SHA256_HEX];

    crypto_hex(order->sha256, SHA256_BYTES, hex);
    json_open_object(&json);
    json_field_string(&json, "name", order->name);
    json_field_string(&json, "kind", order->kind);
    json_field_string(&json, "version", order->version);
    json_field_string(&json, "manufacturer", order->manufacturer);
    json_field_string(&json, "product_class", order->product_class);
    json_field_int(&json, "size", (int64_t)order->size);
    json_field_string(&json, "sha256", hex);
    json_field_int(&json, "caller", order->caller_id);
    json_close_object(&json);
}

static const char *text_of(const struct json *order, const char *key, struct arena *arena)
{
    const char *text = json_string(json_get(order, key), NULL);

    return text == NULL ? NULL : arena_strdup(arena, text);
}

enum err pending_read_order(const char *bytes, size_t len, struct arena *arena, struct pending_order *ret)
{
    AUTO_JSON order = NULL;
    int64_t size;

    TRY(json_read(bytes, len, &order));
    size = json_int(json_get(order, "size"), -1);
    *ret = (struct pending_order){
        .name = text_of(order, "name", arena),
        .kind = text_of(order, "kind", arena),
        .version = text_of(order, "version", arena),
        .manufacturer = text_of(order, "manufacturer", arena),
        .product_class = text_of(order, "product_class", arena),
        .size = (uint64_t)size,
        .caller_id = json_int(json_get(order, "caller"), 0),
    };
    if (ret->name == NULL || ret->kind == NULL || size < 0 ||
        !crypto_unhex(json_string(json_get(order, "sha256"), ""), ret->sha256, SHA256_BYTES))
        return err_set(ERR_INVALID, "what was said of an upload is not to be read");
    return ERR_OK;
}

static enum err load_order(const struct depot *depot, const char *id, struct arena *arena,
                           struct pending_order *ret)
{
    struct name name = name_of(id, suffix);
    int fd = openat(depot_directory(depot), name.text, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    char bytes[ORDER_MAX];
    ssize_t got;

    if (fd < 0)
        return errno == ENOENT ? err_set(ERR_NOT_FOUND, "no upload %.32s", id)
                               : depot_fail("an upload cannot be read");
    got = read(fd, bytes, sizeof(bytes));
    close(fd);
    if (got < 0)
        return depot_fail("an upload cannot be read");
    return pending_read_order(bytes, (size_t)got, arena, ret);
}

static bool write_whole(int fd, const char *bytes, size_t len)
{
    return write(fd, bytes, len) == (ssize_t)len && fsync(fd) == 0;
}

/* Under another name first, so that it is there whole or not at all. */
static enum err save_order(const struct depot *depot, const char *id, const struct pending_order *order,
                           struct arena *arena)
{
    struct name draft = name_of(id, ".draft"), name = name_of(id, suffix);
    struct text text = TEXT_IN(arena);
    int directory = depot_directory(depot);
    int fd = openat(directory, draft.text, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    bool saved;
    enum err err;

    pending_write_order(order, &text);
    saved = fd >= 0 && write_whole(fd, text_string(&text), text.len) &&
            renameat(directory, draft.text, directory, name.text) == 0;
    err = saved ? ERR_OK : depot_fail("an upload cannot be begun");
    if (fd >= 0)
        close(fd);
    if (!saved)
        unlinkat(directory, draft.text, 0);
    TRY(err);
    return depot_flush_folder(depot, folder);
}

/* ---- one of them ---- */

static enum err load(const struct depot *depot, const char *id, struct arena *arena, struct pending *ret)
{
    struct name name = name_of(id, "");
    struct stat status;

    *ret = (struct pending){0};
    TRY(load_order(depot, id, arena, &ret->order));
    if (fstatat(depot_directory(depot), name.text, &status, AT_SYMLINK_NOFOLLOW) != 0)
        return errno == ENOENT ? err_set(ERR_NOT_FOUND, "no upload %.32s", id)
                               : depot_fail("an upload cannot be read");
    ret->id = arena_strdup(arena, id);
    ret->offset = (uint64_t)status.st_size;
    ret->touched_us = status.st_mtim.tv_sec * US_PER_S;
    return ERR_OK;
}

enum err pending_show(struct depot *depot, const char *id, int64_t caller_id, struct arena *arena,
                      struct pending *ret)
{
    if (!is_id(id))
        return err_set(ERR_NOT_FOUND, "no upload '%.32s'", id);
    TRY(load(depot, id, arena, ret));
    return ret->order.caller_id == caller_id ? ERR_OK : err_set(ERR_NOT_FOUND, "no upload %.32s", id);
}

/* ---- all of them ---- */

typedef void visit_fn(struct depot *depot, const char *name, void *ctx);

static enum err walk(struct depot *depot, visit_fn *visit, void *ctx)
{
    int fd = openat(depot_directory(depot), folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *entries = fd >= 0 ? fdopendir(fd) : NULL;
    struct dirent *entry;

    if (entries == NULL)
        return depot_fail("the folder of uploads cannot be read");
    while ((entry = readdir(entries)) != NULL) /* NOLINT(concurrency-mt-unsafe): a stream of our own */
        if (entry->d_name[0] != '.')
            visit(depot, entry->d_name, ctx);
    closedir(entries);
    return ERR_OK;
}

struct listing {
    struct pendings *found;
    size_t room;
    int64_t caller_id;
    struct arena *arena;
};

/* One that is being removed meanwhile is none. */
static void list_one(struct depot *depot, const char *name, void *ctx)
{
    struct listing *listing = ctx;
    struct pendings *found = listing->found;
    struct pending pending;
    size_t room = found->count == listing->room ? 2 * listing->room + 4 : listing->room;

    if (!is_id(name) || pending_show(depot, name, listing->caller_id, listing->arena, &pending) != ERR_OK)
        return;
    found->items =
        arena_grow(listing->arena, found->items, listing->room * sizeof(pending), room * sizeof(pending));
    listing->room = room;
    found->items[found->count++] = pending;
}

enum err pending_list(struct depot *depot, int64_t caller_id, struct arena *arena, struct pendings *ret)
{
    struct listing listing = {.found = ret, .caller_id = caller_id, .arena = arena};

    *ret = (struct pendings){0};
    return walk(depot, list_one, &listing);
}

/* ---- the beginning ---- */

static enum err check_limits(struct depot *depot, const struct pending_order *order,
                             const struct pending_limits *limits, struct arena *arena)
{
    struct pendings others;
    uint64_t bytes = 0;

    TRY(pending_list(depot, order->caller_id, arena, &others));
    for (size_t i = 0; i < others.count; i++)
        bytes += others.items[i].order.size;
    if (others.count >= limits->count)
        return err_set(ERR_CONFLICT, "%zu uploads are not finished", others.count);
    if (bytes >= limits->bytes || limits->bytes - bytes < order->size)
        return err_set(ERR_CONFLICT,
                       "with this one, uploads that are not finished would have more than %llu MiB",
                       (unsigned long long)(limits->bytes >> 20));
    return ERR_OK;
}

static enum err create(struct depot *depot, const struct pending_order *order, struct arena *arena,
                       const char **ret_id)
{
    char id[ID_MAX];
    struct name name;
    int fd;

    crypto_new_id("upl_", id);
    name = name_of(id, "");
    fd = openat(depot_directory(depot), name.text, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return depot_fail("an upload cannot be begun");
    close(fd);
    *ret_id = arena_strdup(arena, id);
    return save_order(depot, id, order, arena);
}

/* One at a time, so that two at once are not each the last one allowed. */
enum err pending_create(struct depot *depot, const struct pending_order *order,
                        const struct pending_limits *limits, struct arena *arena, struct pending *ret)
{
    int lock = openat(depot_directory(depot), folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const char *id = "";
    enum err err = ERR_OK;

    if (lock < 0 || flock(lock, LOCK_EX) != 0)
        err = depot_fail("the folder of uploads cannot be used");
    if (err == ERR_OK)
        err = check_limits(depot, order, limits, arena);
    if (err == ERR_OK)
        err = depot_room(depot, order->size);
    if (err == ERR_OK)
        err = create(depot, order, arena, &id);
    if (lock >= 0)
        close(lock);
    TRY(err);
    return load(depot, id, arena, ret);
}

/* ---- one at work ---- */

struct pending_work {
    struct depot *depot;
    char id[ID_MAX];
    int fd;
    uint64_t offset, size;
    unsigned char sha256[SHA256_BYTES];
    bool written;
};

/* ERR_NOT_FOUND: it was removed while we waited for it. */
static enum err lock(const struct depot *depot, const char *id, int *ret_fd)
{
    struct name name = name_of(id, "");
    int fd = openat(depot_directory(depot), name.text, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
    struct stat status;
    enum err err = ERR_OK;

    if (fd < 0)
        return errno == ENOENT ? err_set(ERR_NOT_FOUND, "no upload %.32s", id)
                               : depot_fail("an upload cannot be opened");
    if (flock(fd, LOCK_EX | LOCK_NB) != 0)
        err = errno == EWOULDBLOCK ? err_set(ERR_CONFLICT, "another is sending to this upload")
                                   : depot_fail("an upload cannot be locked");
    else if (fstat(fd, &status) != 0 || status.st_nlink == 0)
        err = err_set(ERR_NOT_FOUND, "no upload %.32s", id);
    if (err == ERR_OK)
        *ret_fd = fd;
    else
        close(fd);
    return err;
}

enum err pending_begin(struct depot *depot, const char *id, int64_t caller_id, struct arena *arena,
                       struct pending *ret, struct pending_work **ret_work)
{
    struct pending_work *work;
    int fd = -1;
    enum err err;

    TRY(pending_show(depot, id, caller_id, arena, ret));
    TRY(lock(depot, id, &fd));
    err = pending_show(depot, id, caller_id, arena, ret); /* as it is now that nobody else is at it */
    if (err != ERR_OK) {
        close(fd);
        return err;
    }
    work = HEAP_NEW(struct pending_work);
    *work = (struct pending_work){.depot = depot, .fd = fd, .offset = ret->offset, .size = ret->order.size};
    memcpy(work->id, id, ID_LEN);
    memcpy(work->sha256, ret->order.sha256, SHA256_BYTES);
    *ret_work = work;
    return ERR_OK;
}

enum err pending_add(struct pending_work *work, const void *bytes, size_t len)
{
    const char *at = bytes;

    if (len > work->size - work->offset)
        return err_set(ERR_TOO_LARGE, "more than the %llu bytes that were announced",
                       (unsigned long long)work->size);
    if (!work->written || work->offset / LOOK_EVERY != (work->offset + len) / LOOK_EVERY)
        TRY(depot_room(work->depot, len));
    work->written = true;
    while (len > 0) {
        ssize_t written = pwrite(work->fd, at, len, (off_t)work->offset);

        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return depot_fail("an upload cannot be written");
        at += written;
        len -= (size_t)written;
        work->offset += (uint64_t)written;
    }
    return ERR_OK;
}

uint64_t pending_offset(const struct pending_work *work)
{
    return work->offset;
}

static enum err hash_file(int fd, unsigned char ret[SHA256_BYTES])
{
    struct crypto_hash *hash = crypto_hash_new();
    char *buffer = heap_alloc(COPY_BYTES);
    off_t at = 0;
    ssize_t got = 1;

    while (got > 0) {
        got = pread(fd, buffer, COPY_BYTES, at);
        if (got < 0 && errno == EINTR)
            got = 1;
        else if (got > 0) {
            crypto_hash_add(hash, buffer, (size_t)got);
            at += got;
        }
    }
    if (got == 0)
        crypto_hash_end(hash, ret);
    crypto_hash_free(hash);
    heap_free(buffer);
    return got == 0 ? ERR_OK : depot_fail("an upload cannot be read");
}

enum err pending_check(struct pending_work *work, unsigned char ret_sha256[SHA256_BYTES])
{
    TRY(hash_file(work->fd, ret_sha256));
    if (work->offset == work->size && crypto_equal(ret_sha256, work->sha256, SHA256_BYTES))
        return ERR_OK;
    pending_remove(work);
    return err_set(ERR_INVALID, "what arrived is not what was announced");
}

enum err pending_place(struct pending_work *work)
{
    struct name name = name_of(work->id, "");

    if (fsync(work->fd) != 0)
        return depot_fail("an upload cannot be flushed to the disk");
    return depot_adopt(work->depot, name.text, work->sha256);
}

/* What was said first: without it the rest is nothing, and goes one day. */
static void remove_files(struct depot *depot, const char *id)
{
    struct name order = name_of(id, suffix), name = name_of(id, "");

    unlinkat(depot_directory(depot), order.text, 0);
    unlinkat(depot_directory(depot), name.text, 0);
}

void pending_remove(struct pending_work *work)
{
    remove_files(work->depot, work->id);
    work->written = false;
}

void pending_end(struct pending_work *work)
{
    if (work == NULL)
        return;
    if (work->written)
        (void)fsync(work->fd); /* if that fails, its hash shows what is lost */
    close(work->fd);
    heap_free(work);
}

/* ---- those that nobody has continued ---- */

static bool is_old(struct depot *depot, const struct name *name, int64_t before_us)
{
    struct stat status;

    return fstatat(depot_directory(depot), name->text, &status, AT_SYMLINK_NOFOLLOW) == 0 &&
           status.st_mtim.tv_sec * US_PER_S < before_us;
}

/* Also what is left of one that was being begun or removed: orders without a file, and files without one. */
static void trim_one(struct depot *depot, const char *entry, void *ctx)
{
    const int64_t *before_us = ctx;
    char id[ID_MAX] = {0};
    struct name name, bytes;
    int fd = -1;

    memcpy(id, entry, strnlen(entry, ID_LEN));
    if (!is_id(id))
        return;
    snprintf(name.text, sizeof(name.text), "%s/%.*s", folder, NAME_SIZE - 16, entry);
    bytes = name_of(id, "");
    if (entry[ID_LEN] != '\0' && faccessat(depot_directory(depot), bytes.text, F_OK, 0) == 0)
        return; /* goes with its file */
    if (!is_old(depot, &name, *before_us))
        return;
    if (entry[ID_LEN] != '\0')
        unlinkat(depot_directory(depot), name.text, 0);
    else if (lock(depot, id, &fd) == ERR_OK) {
        if (is_old(depot, &name, *before_us)) /* nobody has continued it meanwhile */
            remove_files(depot, id);
        close(fd);
    }
}

void pending_trim(struct depot *depot, int64_t before_us)
{
    if (walk(depot, trim_one, &before_us) != ERR_OK)
        return;
}
