#include "acs/audit/anchor.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "acs/audit/verify.h"
#include "acs/base/clock.h"

enum { FILE_MODE = 0640 };

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
    TRY(audit_sign(anchor->keys, db, arena, &checkpoint));
    if (checkpoint.seq == 0 || checkpoint.seq == anchor->kept_seq)
        return ERR_OK;
    if (anchor->path != NULL && *anchor->path != '\0')
        TRY(audit_anchor_append(anchor->path, &checkpoint));
    anchor->kept_seq = checkpoint.seq;
    return ERR_OK;
}
