#include "acs/auth/group_role.h"

#include <string.h>

#include "acs/base/text_file.h"

enum { FILE_MAX = 256 * 1024, ROLE_NAME_MAX = 32 };

struct row {
    const char *role, *group;
};

struct group_roles {
    struct arena *arena;
    struct row *rows;
    size_t count;
};

static const char blanks[] = " \t\r";

/* As roles are called (db: table role). */
static bool is_role_name(const char *name)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz";
    static const char all[] = "abcdefghijklmnopqrstuvwxyz0123456789_-";
    size_t len = strlen(name);

    return len > 0 && len <= ROLE_NAME_MAX && strchr(letters, name[0]) != NULL && strspn(name, all) == len;
}

/* Without what is blank at its ends. */
static char *trim(char *text)
{
    size_t len;

    text += strspn(text, blanks);
    len = strlen(text);
    while (len > 0 && strchr(blanks, text[len - 1]) != NULL)
        len--;
    text[len] = '\0';
    return text;
}

static enum err read_line(struct group_roles *roles, char *line, unsigned number)
{
    char *role = trim(line);
    size_t len = strcspn(role, blanks);
    char *group = role + len;

    if (*role == '\0' || *role == '#')
        return ERR_OK;
    if (*group != '\0')
        *group++ = '\0';
    group = trim(group);
    if (!is_role_name(role) || *group == '\0')
        return err_set(ERR_INVALID, "line %u: not a role and a group with a space between", number);
    roles->rows[roles->count++] = (struct row){.role = role, .group = group};
    return ERR_OK;
}

static size_t count_lines(const char *text)
{
    size_t count = 1;

    while ((text = strchr(text, '\n')) != NULL) {
        count++;
        text++;
    }
    return count;
}

static enum err read_lines(struct group_roles *roles, char *text)
{
    unsigned number = 0;

    for (char *line; (line = strsep(&text, "\n")) != NULL;)
        TRY(read_line(roles, line, ++number));
    return roles->count > 0 ? ERR_OK : err_set(ERR_INVALID, "it gives no group a role");
}

enum err group_roles_read(const char *text, struct group_roles **ret)
{
    struct group_roles *roles = HEAP_NEW(struct group_roles);
    enum err err;

    roles->arena = arena_new(1024);
    roles->rows = ARENA_ARRAY(roles->arena, struct row, count_lines(text));
    err = read_lines(roles, arena_strdup(roles->arena, text));
    if (err == ERR_OK)
        *ret = roles;
    else
        group_roles_free(roles);
    return err;
}

enum err group_roles_load(const char *path, struct group_roles **ret)
{
    AUTO_ARENA arena = arena_new(1024);
    const char *text;

    TRY(text_file_read(path, FILE_MAX, arena, &text));
    return err_while(group_roles_read(text, ret), "%s", path);
}

void group_roles_free(struct group_roles *roles)
{
    if (roles == NULL)
        return;
    arena_free(roles->arena);
    heap_free(roles);
}

static bool is_among(const char *group, const char *const *groups, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (text_equal_nocase(group, groups[i]))
            return true;
    return false;
}

const char *group_roles_find(const struct group_roles *roles, const char *const *groups, size_t count)
{
    for (size_t i = 0; i < roles->count; i++)
        if (is_among(roles->rows[i].group, groups, count))
            return roles->rows[i].role;
    return NULL;
}
