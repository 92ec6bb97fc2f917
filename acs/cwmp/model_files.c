#include "acs/cwmp/model_files.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "acs/base/text.h"

enum { FILE_MAX = 4 * 1024 * 1024 };

struct model_files {
    char *quirks_path, *map_path;
    struct arena *arena;
    const struct model_data *data;
};

static void close_file(FILE **file)
{
    if (*file != NULL)
        fclose(*file);
}

static enum err read_all(const char *path, struct arena *arena, const char **ret)
{
    __attribute__((cleanup(close_file))) FILE *file = fopen(path, "re");
    struct text text = TEXT_IN(arena);
    char piece[4096];
    size_t got;

    if (file == NULL)
        return err_set(ERR_NOT_FOUND, "cannot read %s: %s", path, strerror(errno));
    while ((got = fread(piece, 1, sizeof(piece), file)) > 0) {
        text_add(&text, piece, got);
        if (text.len > FILE_MAX)
            return err_set(ERR_INVALID, "%s is larger than %d bytes", path, FILE_MAX);
    }
    if (ferror(file))
        return err_set(ERR_NOT_FOUND, "cannot read %s: %s", path, strerror(errno));
    *ret = text_string(&text);
    if (!text_is_utf8(*ret, text.len))
        return err_set(ERR_INVALID, "%s is not UTF-8", path);
    return ERR_OK;
}

enum err model_files_reload(struct model_files *files)
{
    struct model_data *data = ARENA_NEW(files->arena, struct model_data);
    const char *quirks = NULL, *map = NULL;

    if (*files->quirks_path != '\0')
        TRY(read_all(files->quirks_path, files->arena, &quirks));
    if (*files->map_path != '\0')
        TRY(read_all(files->map_path, files->arena, &map));
    TRY(err_while(quirk_set_new(quirks, files->arena, &data->quirks), "%s",
                  *files->quirks_path != '\0' ? files->quirks_path : "quirks.def"));
    TRY(err_while(model_map_new(map, files->arena, &data->map), "%s",
                  *files->map_path != '\0' ? files->map_path : "map"));
    files->data = data;
    return ERR_OK;
}

enum err model_files_open(const char *quirks_path, const char *map_path, struct model_files **ret)
{
    struct model_files *files = HEAP_NEW(struct model_files);
    enum err err;

    files->quirks_path = heap_strdup(quirks_path);
    files->map_path = heap_strdup(map_path);
    files->arena = arena_new(4096);
    err = model_files_reload(files);
    if (err != ERR_OK)
        model_files_close(files);
    else
        *ret = files;
    return err;
}

const struct model_data *model_files_data(const struct model_files *files)
{
    return files->data;
}

void model_files_close(struct model_files *files)
{
    if (files == NULL)
        return;
    arena_free(files->arena);
    heap_free(files->quirks_path);
    heap_free(files->map_path);
    heap_free(files);
}
