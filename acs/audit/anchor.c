#include "acs/audit/anchor.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "acs/audit/verify.h"
#include "acs/base/clock.h"
#include "db/audit_scan.h"

enum { FILE_MODE = 0640, TAIL_BYTES = 4096 /* some lines */ };

/* ---- what was signed before ---- */

/* The text of the last lines. */
static enum err read_tail(const char *path, char ret[TAIL_BYTES + 1])
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    ssize_t len;
    off_t end;

    *ret = '\0';
    if (fd < 0)
        return errno == ENOENT
                   ? ERR_OK
                   : err_set(ERR_UNAVAILABLE, "audit.checkpoints_file: %s: %s", path, strerror(errno));
    end = lseek(fd, 0, SEEK_END);
    len = pread(fd, ret, TAIL_BYTES, end > TAIL_BYTES ? end - TAIL_BYTES : 0);
    close(fd);
    if (end < 0 || len < 0)
        return err_set(ERR_UNAVAILABLE, "audit.checkpoints_file: %s: cannot be read", path);
    ret[len] = '\0';
    return ERR_OK;
}

/* The last line that is one: what a crash has cut in two is none. False: there is none. */
static bool find_last(char *tail, struct audit_checkpoint *ret)
{
    bool found = false;
    char *save;

    for (char *line = strtok_r(tail, "\n", &save); line != NULL; line = strtok_r(NULL, "\n", &save)) {
        struct audit_checkpoint checkpoint;

        if (audit_checkpoint_read(line, &checkpoint) == ERR_OK) {
            *ret = checkpoint;
            found = true;
        }
    }
    return found;
}

/* Over an end that was cut off no new one is put: each line vouches for those before it, and the last one
 * must go on saying what is missing. */
static enum err check_last(const char *path, struct db *db, struct arena *arena)
{
    char tail[TAIL_BYTES + 1];
    struct audit_checkpoint last;
    struct audit_place place;
    enum err err;

    TRY(read_tail(path, tail));
    if (!find_last(tail, &last))
        return ERR_OK;
    err = audit_place(db, last.seq, arena, &place);
    if (err == ERR_OK && memcmp(place.h, last.h, sizeof(last.h)) == 0)
        return ERR_OK;
    if (err != ERR_OK && err != ERR_NOT_FOUND)
        return err;
    return err_set(ERR_CONFLICT,
                   "%s: row %" PRId64 " is not in the trail any more as it was signed (acsctl audit verify "
                   "--anchor)",
                   path, last.seq);
}

/* ---- the next ---- */

/* What a crash has cut in two must not swallow the line that comes next. */
static bool ends_within_line(int fd)
{
    off_t end = lseek(fd, 0, SEEK_END);
    char last = '\n';

    return end > 0 && pread(fd, &last, 1, end - 1) == 1 && last != '\n';
}

static enum err write_line(int fd, const struct audit_checkpoint *checkpoint)
{
    char line[AUDIT_CHECKPOINT_MAX + 2], *at = line;
    size_t len;

    if (ends_within_line(fd))
        *at++ = '\n';
    audit_checkpoint_write(checkpoint, at);
    len = strlen(at);
    at[len++] = '\n';
    len += (size_t)(at - line);
    if (write(fd, line, len) != (ssize_t)len || fsync(fd) != 0)
        return err_set(ERR_UNAVAILABLE, "audit.checkpoints_file: %s", strerror(errno));
    return ERR_OK;
}

enum err audit_anchor_append(const char *path, const struct audit_checkpoint *checkpoint)
{
    int fd = open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, FILE_MODE);
    enum err err;

    if (fd < 0)
        return err_set(ERR_UNAVAILABLE, "audit.checkpoints_file: %s: %s", path, strerror(errno));
    err = write_line(fd, checkpoint);
    close(fd);
    return err;
}

enum err audit_anchor_run(struct audit_anchor *anchor, struct db *db, struct arena *arena)
{
    struct audit_checkpoint checkpoint;
    int64_t now_us = clock_mono_us();

    if (now_us < anchor->due_us)
        return ERR_OK;
    anchor->due_us = now_us + anchor->period_us;
    if (anchor->path != NULL && *anchor->path != '\0')
        TRY(check_last(anchor->path, db, arena));
    TRY(audit_sign(anchor->keys, db, arena, &checkpoint));
    if (checkpoint.seq == 0 || checkpoint.seq == anchor->kept_seq)
        return ERR_OK;
    if (anchor->path != NULL && *anchor->path != '\0')
        TRY(audit_anchor_append(anchor->path, &checkpoint));
    anchor->kept_seq = checkpoint.seq;
    return ERR_OK;
}
