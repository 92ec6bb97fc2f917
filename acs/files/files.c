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
static enum err check_base(const char *setting, const char *url)
{
    const char *host = strstr(url, "://");

    if (host == NULL || (strncasecmp(url, "http://", 7) != 0 && strncasecmp(url, "https://", 8) != 0))
        return err_set(ERR_INVALID, "%s: '%.100s' is not an address like http://acs.example:7548", setting,
                       url);
    host += 3;
    if (*host == '\0' || strpbrk(host, "@?# \t\"<>\\") != NULL)
        return err_set(ERR_INVALID, "%s: '%.100s' has something in it besides a host and a path", setting,
                       url);
    if (strlen(url) > BASE_MAX)
        return err_set(ERR_INVALID, "%s: longer than %d characters", setting, BASE_MAX);
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

const char *files_base(const struct files *files, const char *path)
{
    return text_starts_with(path, "/f/") || text_starts_with(path, "/F/") ? files->fetch_base : files->base;
}

/* suffix: "", or "/" and a name */
static struct action_link write_link(const struct files *files, struct ticket *ticket, const char *action_id,
                                     const char *suffix, struct arena *arena)
{
    const unsigned char *key = depot_key(files->depot);
    struct action_link link = {.username = "", .password = ""};
    const char *path;

    memcpy(ticket->action_id, action_id, strnlen(action_id, ID_MAX - 1));
    path = ticket_write(ticket, key, arena);
    link.url = arena_printf(arena, "%s%s%s", files_base(files, path), path, suffix);
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

/* What devices fetch may come from elsewhere; what they send, and speed tests, never do. */
static const char *fetch_url(const struct config *config)
{
    return text_or_empty(config->files_external_url)[0] != '\0' ? config->files_external_url
                                                                : config->files_url;
}

static enum err fill(struct files *files)
{
    const struct config *config = files->config;
    struct depot_limits limits = {.keep_free = config->files_keep_free};

    TRY(check_base("files.url", config->files_url));
    TRY(check_base("files.external_url", fetch_url(config)));
    TRY(read_group(config->files_group, &files->group));
    TRY(err_while(networks_read(text_or_empty(config->trusted_proxies), &files->proxies),
                  "devices.trusted_proxies"));
    files->base = without_slash(config->files_url);
    files->fetch_base = without_slash(fetch_url(config));
    return depot_open(config->files_directory, &limits, &files->depot);
}

enum err files_open(const struct config *config, struct files **ret)
{
    struct files *files;
    enum err err;

    *ret = NULL;
    if (config->files_directory[0] == '\0')
        return ERR_OK;
    files = HEAP_NEW(struct files);
    files->config = config;
    files->links =
        (struct action_links){.fetch = fetch_link,
                              .send = send_link,
                              .speed = speed_link,
                              .speed_max = config->files_speed_max,
                              .speed_mbps = (uint32_t)(config->files_speed_rate / config->files_speed_tests),
                              .ctx = files};
    err = fill(files);
    if (err == ERR_OK)
        *ret = files;
    else
        files_close(files);
    return err;
}

void files_close(struct files *files)
{
    if (files == NULL)
        return;
    heap_free(files->base);
    heap_free(files->fetch_base);
    networks_free(files->proxies);
    depot_close(files->depot);
    heap_free(files);
}
