#include "acs/ctl/context.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "acs/ctl/rest.h"

enum { FILE_MAX = 1 << 20, SECRET_FILE_MAX = 4096 };

/* ---- the file ---- */

static const char *folder(struct ctl *ctl)
{
    const char *config = getenv("XDG_CONFIG_HOME");

    if (config != NULL && config[0] == '/')
        return arena_printf(ctl->arena, "%s/farol", config);
    return arena_printf(ctl->arena, "%s/.config/farol", text_or_empty(getenv("HOME")));
}

static const char *file_path(struct ctl *ctl)
{
    return arena_printf(ctl->arena, "%s/contexts.json", folder(ctl));
}

/* The whole of a small file. NULL with errno: it could not be read. */
static const char *read_file(struct ctl *ctl, FILE *file, size_t max, size_t *ret_len)
{
    char *bytes = arena_alloc(ctl->arena, max + 1);
    size_t len = fread(bytes, 1, max, file);

    if (ferror(file) != 0)
        return NULL;
    bytes[len] = '\0';
    *ret_len = len;
    return bytes;
}

/* A document without contexts when there is no file yet. */
static enum ctl_exit load(struct ctl *ctl, const struct json **ret)
{
    const char *path = file_path(ctl);
    FILE *file = fopen(path, "re");
    const char *bytes = "{}";
    struct json *document;
    size_t len = 2;

    if (file == NULL && errno != ENOENT)
        return ctl_fail(CTL_ERROR, "%s: %s", path, strerror(errno));
    if (file != NULL) {
        bytes = read_file(ctl, file, FILE_MAX, &len);
        fclose(file);
    }
    if (bytes == NULL)
        return ctl_fail(CTL_ERROR, "%s cannot be read", path);
    if (json_read(bytes, len, &document) != ERR_OK)
        return ctl_fail(CTL_ERROR, "%s: %s", path, err_message());
    rest_keep(ctl, document);
    *ret = document;
    return CTL_OK;
}

static enum ctl_exit make_folders(struct ctl *ctl)
{
    char *path = arena_strdup(ctl->arena, folder(ctl));

    for (char *slash = strchr(path + 1, '/');; slash = strchr(slash + 1, '/')) {
        if (slash != NULL)
            *slash = '\0';
        if (mkdir(path, 0700) != 0 && errno != EEXIST)
            return ctl_fail(CTL_ERROR, "%s: %s", path, strerror(errno));
        if (slash == NULL)
            return CTL_OK;
        *slash = '/';
    }
}

static enum ctl_exit write_all(int fd, const char *path, const char *bytes, size_t len)
{
    for (size_t done = 0; done < len;) {
        ssize_t written = write(fd, bytes + done, len - done);

        if (written < 0)
            return ctl_fail(CTL_ERROR, "%s: %s", path, strerror(errno));
        done += (size_t)written;
    }
    return CTL_OK;
}

/* Written beside it and renamed, so that an interruption leaves the old file; never readable by others. */
static enum ctl_exit save(struct ctl *ctl, const struct text *document)
{
    const char *path = file_path(ctl);
    const char *draft = arena_printf(ctl->arena, "%s.new", path);
    enum ctl_exit code = make_folders(ctl);
    int fd;

    if (code != CTL_OK)
        return code;
    unlink(draft);
    fd = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return ctl_fail(CTL_ERROR, "%s: %s", draft, strerror(errno));
    code = write_all(fd, draft, document->data, document->len);
    close(fd);
    if (code == CTL_OK && rename(draft, path) != 0)
        return ctl_fail(CTL_ERROR, "%s: %s", path, strerror(errno));
    return code;
}

/* Everything but the context of this name is kept; url NULL: that one, too. */
static void write_document(const struct json *old, const char *name, const char *url, const char *token,
                           struct text *out)
{
    const struct json *contexts = json_get(old, "contexts");
    struct json_writer json = JSON_WRITER(out);
    const char *key;

    json_open_object(&json);
    json_field_string(&json, "current", name);
    json_key(&json, "contexts");
    json_open_object(&json);
    for (size_t i = 0; i < json_count(contexts); i++) {
        const struct json *context = json_member(contexts, i, &key);

        if (url != NULL && strcmp(key, name) == 0)
            continue;
        json_key(&json, key);
        json_put_value(&json, context);
    }
    if (url != NULL) {
        json_key(&json, name);
        json_open_object(&json);
        json_field_string(&json, "url", url);
        json_field_string(&json, "token", token);
        json_close_object(&json);
    }
    json_close_object(&json);
    json_close_object(&json);
}

enum ctl_exit context_store(struct ctl *ctl, const char *name, const char *url, const char *token)
{
    struct text out = TEXT_IN(ctl->arena);
    const struct json *old = NULL;
    enum ctl_exit code = load(ctl, &old);

    if (code != CTL_OK)
        return code;
    write_document(old, name, url, token, &out);
    return save(ctl, &out);
}

enum ctl_exit context_make_current(struct ctl *ctl, const char *name)
{
    struct text out = TEXT_IN(ctl->arena);
    const struct json *old = NULL;
    enum ctl_exit code = load(ctl, &old);

    if (code != CTL_OK)
        return code;
    if (json_get(json_get(old, "contexts"), name) == NULL)
        return ctl_fail(CTL_NOT_FOUND, "there is no context '%s'; acsctl context list shows them", name);
    write_document(old, name, NULL, NULL, &out);
    return save(ctl, &out);
}

enum ctl_exit context_print(struct ctl *ctl)
{
    const struct json *document = NULL;
    const struct json *contexts;
    enum ctl_exit code = load(ctl, &document);
    const char *name;

    if (code != CTL_OK)
        return code;
    contexts = json_get(document, "contexts");
    for (size_t i = 0; i < json_count(contexts); i++) {
        const struct json *context = json_member(contexts, i, &name);
        bool current = strcmp(name, json_string(json_get(document, "current"), "")) == 0;

        fprintf(ctl->out, "%c %s %s\n", current ? '*' : ' ', name, json_string(json_get(context, "url"), ""));
    }
    return CTL_OK;
}

/* ---- the token ---- */

enum ctl_exit context_read_secret(struct ctl *ctl, const char *path, const char *ends, const char **ret)
{
    bool from_input = path == NULL || strcmp(path, "-") == 0;
    FILE *file = from_input ? stdin : fopen(path, "re");
    const char *bytes;
    size_t len;

    if (file == NULL)
        return ctl_fail(CTL_ERROR, "%s: %s", path, strerror(errno));
    bytes = read_file(ctl, file, SECRET_FILE_MAX, &len);
    if (!from_input)
        fclose(file);
    if (bytes == NULL || strcspn(bytes, ends) == 0)
        return ctl_fail(CTL_ERROR, "%s holds nothing in its first line",
                        from_input ? "standard input" : path);
    *ret = arena_memdup(ctl->arena, bytes, strcspn(bytes, ends));
    return CTL_OK;
}

enum ctl_exit context_read_token(struct ctl *ctl, const char **ret)
{
    const char *path = ctl->values[OPTION_TOKEN_FILE];

    if (path == NULL && getenv("ACSCTL_TOKEN") != NULL) {
        *ret = arena_strdup(ctl->arena, getenv("ACSCTL_TOKEN"));
        return CTL_OK;
    }
    if (path == NULL && isatty(STDIN_FILENO))
        fputs("Token: ", stderr);
    return context_read_secret(ctl, path, " \r\n", ret);
}

/* ---- choosing ---- */

static const struct json *find_context(const struct json *document, const char *name, const char *url)
{
    const struct json *contexts = json_get(document, "contexts");
    const char *key;

    if (name != NULL)
        return json_get(contexts, name);
    if (url == NULL)
        return json_get(contexts, json_string(json_get(document, "current"), ""));
    for (size_t i = 0; i < json_count(contexts); i++) {
        const struct json *context = json_member(contexts, i, &key);

        if (strcmp(json_string(json_get(context, "url"), ""), url) == 0)
            return context;
    }
    return NULL;
}

/* "https://host/" and "https://host" are the same server. */
static const char *trim_url(struct ctl *ctl, const char *url)
{
    size_t len = strlen(url);

    while (len > 0 && url[len - 1] == '/')
        len--;
    return arena_memdup(ctl->arena, url, len);
}

enum ctl_exit context_choose(struct ctl *ctl)
{
    const char *name = ctl->values[OPTION_CONTEXT];
    const char *url = ctl_has(ctl, OPTION_URL) ? ctl->values[OPTION_URL]
                      : name == NULL           ? getenv("ACSCTL_URL")
                                               : NULL;
    const struct json *document = NULL;
    const struct json *context = NULL;
    enum ctl_exit code = load(ctl, &document);

    if (code != CTL_OK)
        return code;
    if (url != NULL)
        url = trim_url(ctl, url);
    context = find_context(document, name, url);
    if (name != NULL && context == NULL)
        return ctl_fail(CTL_USAGE, "there is no context '%s'; acsctl context list shows them", name);
    ctl->url = url != NULL ? url : arena_strdup(ctl->arena, json_string(json_get(context, "url"), NULL));
    if (ctl->url == NULL)
        return ctl_fail(CTL_USAGE, "no server: acsctl login URL, or --url, or ACSCTL_URL");
    if (ctl_has(ctl, OPTION_TOKEN_FILE) || (name == NULL && getenv("ACSCTL_TOKEN") != NULL))
        return context_read_token(ctl, &ctl->token);
    if (strcmp(ctl->url, json_string(json_get(context, "url"), "")) == 0)
        ctl->token = arena_strdup(ctl->arena, json_string(json_get(context, "token"), NULL));
    return CTL_OK;
}
