#include "acs/cwmp/model_files.h"

#include "acs/base/text_file.h"

enum { FILE_MAX = 4 * 1024 * 1024 };

struct model_files {
    char *quirks_path, *map_path;
    struct arena *arena;
    const struct model_data *data;
};

/* path "": no file. */
static enum err read_text(const char *path, struct arena *arena, const char **ret)
{
    *ret = NULL;
    return *path == '\0' ? ERR_OK : text_file_read(path, FILE_MAX, arena, ret);
}

enum err model_files_reload(struct model_files *files)
{
    struct model_data *data = ARENA_NEW(files->arena, struct model_data);
    const char *quirks, *map;

    TRY(read_text(files->quirks_path, files->arena, &quirks));
    TRY(read_text(files->map_path, files->arena, &map));
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
