#include "acs/ctl/send.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "acs/api/url.h"

void send_write_query(struct ctl *ctl, const struct send_option *options, size_t count, struct text *query)
{
    for (size_t i = 0; i < count; i++)
        if (ctl_has(ctl, options[i].option))
            text_printf(query, "&%s=%s", options[i].name,
                        url_encode(ctl->values[options[i].option], ctl->arena));
}

enum ctl_exit send_argument(struct ctl *ctl, enum ctl_exit (*send)(struct ctl *ctl, FILE *file, int64_t size))
{
    const char *path = ctl->arguments[0], *slash = strrchr(path, '/');
    FILE *file = fopen(path, "rbe");
    struct stat status;
    enum ctl_exit code;

    if (file == NULL)
        return ctl_fail(CTL_USAGE, "%s: %s", path, strerror(errno)); /* NOLINT(concurrency-mt-unsafe) */
    if (!ctl_has(ctl, OPTION_NAME))
        ctl->values[OPTION_NAME] = slash != NULL ? slash + 1 : path;
    if (fstat(fileno(file), &status) != 0 || !S_ISREG(status.st_mode))
        code = ctl_fail(CTL_USAGE, "%s: not a file", path);
    else
        code = send(ctl, file, status.st_size);
    fclose(file);
    return code;
}
