#include "acs/files/files.h"

#include <string.h>
#include <strings.h>

#include "acs/base/clock.h"
#include "acs/base/text.h"
#include "acs/files/ticket.h"

enum {
    URL_MAX = 256, /* TR-069 A.3.2.8 */
    TICKET_LEN = 103,
    NAME_LEN = 64,
    BASE_MAX = URL_MAX - TICKET_LEN - 1 - NAME_LEN
};

/* http or https, a host, nothing that could be a user (S-34), a query or a space. */
static enum err check_base(const char *url)
{
    const char *host = strstr(url, "://");

    if (host == NULL || (strncasecmp(url, "http://", 7) != 0 && strncasecmp(url, "https://", 8) != 0))
        return err_set(ERR_INVALID, "files.url: '%.100s' is not an address like http://acs.example:7548",
                       url);
    host += 3;
    if (*host == '\0' || strpbrk(host, "@?# \t\"<>\\") != NULL)
        return err_set(ERR_INVALID, "files.url: '%.100s' has something in it besides a host and a path", url);
    if (strlen(url) > BASE_MAX)
        return err_set(ERR_INVALID, "files.url: longer than %d characters", BASE_MAX);
    return ERR_OK;
}

static enum err read_group(const char *name, enum files_group *ret)
{
    static const char *const names[] = {
        [FILES_GROUP_PON] = "pon", [FILES_GROUP_OLT] = "olt", [FILES_GROUP_MODEL] = "model"};

    for (unsigned i = 0; i < sizeof(names) / sizeof(*names); i++)
        if (strcmp(name, names[i]) == 0) {
            *ret = (enum files_group)i;
            return ERR_OK;
        }
    return err_set(ERR_INVALID, "files.group: '%.32s' is not pon, olt or model", name);
}

static char *without_slash(const char *url)
{
    size_t len = strlen(url);
    char *copy = heap_strdup(url);

    while (len > 0 && copy[len - 1] == '/')
        copy[--len] = '\0';
    return copy;
}

/* suffix: "", or "/" and a name */
static struct action_link write_link(const struct files *files, struct ticket *ticket, const char *action_id,
                                     const char *suffix, struct arena *arena)
{
    const unsigned char *key = depot_key(files->depot);
    struct action_link link = {.username = "", .password = ""};

    memcpy(ticket->action_id, action_id, strnlen(action_id, ID_MAX - 1));
    link.url = arena_printf(arena, "%s%s%s", files->base, ticket_write(ticket, key, arena), suffix);
    if (ticket->login) {
        struct ticket_login login = ticket_login(ticket, key, arena);

        link.username = login.username;
        link.password = login.password.hidden;
    }
    return link;
}

static int64_t expiry(const struct files *files, uint32_t longer_s)
{
    return (clock_now_us() + (int64_t)files->config->files_link_ms * US_PER_MS) / US_PER_S + 1 + longer_s;
}

static struct action_link fetch_link(const void *ctx, const char *action_id, const char *name, bool login,
                                     uint32_t longer_s, struct arena *arena)
{
    struct ticket ticket = {.kind = TICKET_FETCH, .login = login, .expires_s = expiry(ctx, longer_s)};

    return write_link(ctx, &ticket, action_id, arena_printf(arena, "/%.64s", name), arena);
}

static struct action_link send_link(const void *ctx, const char *action_id, bool login, struct arena *arena)
{
    struct ticket ticket = {.kind = TICKET_SEND, .login = login, .expires_s = expiry(ctx, 0)};

    return write_link(ctx, &ticket, action_id, "", arena);
}

/* Good for as long as one test may take, with some rounds of it. */
static const char *speed_link(const void *ctx, const char *action_id, uint64_t bytes, struct arena *arena)
{
    enum { GOOD_S = 20 * 60 };
    const char *suffix = bytes > 0 ? arena_printf(arena, "/%llu", (unsigned long long)bytes) : "";
    struct ticket ticket = {.kind = TICKET_SPEED, .expires_s = clock_now_us() / US_PER_S + GOOD_S};

    return write_link(ctx, &ticket, action_id, suffix, arena).url;
}

const struct action_links *files_links(const struct files *files)
{
    return files == NULL ? NULL : &files->links;
}

enum err files_open(const struct config *config, struct files **ret)
{
    struct depot_limits limits = {.keep_free = config->files_keep_free};
    enum files_group group;
    struct depot *depot;
    struct files *files;

    *ret = NULL;
    if (config->files_directory[0] == '\0')
        return ERR_OK;
    TRY(check_base(config->files_url));
    TRY(read_group(config->files_group, &group));
    TRY(depot_open(config->files_directory, &limits, &depot));
    files = HEAP_NEW(struct files);
    *files = (struct files){
        .depot = depot, .base = without_slash(config->files_url), .config = config, .group = group};
    files->links =
        (struct action_links){.fetch = fetch_link,
                              .send = send_link,
                              .speed = speed_link,
                              .speed_max = config->files_speed_max,
                              .speed_mbps = (uint32_t)(config->files_speed_rate / config->files_speed_tests),
                              .ctx = files};
    *ret = files;
    return ERR_OK;
}

void files_close(struct files *files)
{
    if (files == NULL)
        return;
    heap_free(files->base);
    depot_close(files->depot);
    heap_free(files);
}
