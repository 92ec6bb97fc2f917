#include "acs/api/threshold_file.h"

#include "acs/base/text_file.h"

enum { FILE_MAX = 1024 * 1024 };

struct threshold_file {
    char *path;
    struct arena *arena;
    const struct threshold_set *set; /* atomic */
};

enum err threshold_file_reload(struct threshold_file *file)
{
    const struct threshold_set *set;
    const char *text = NULL;

    if (*file->path != '\0')
        TRY(text_file_read(file->path, FILE_MAX, file->arena, &text));
    TRY(err_while(threshold_set_new(text, file->arena, &set), "%s",
                  *file->path != '\0' ? file->path : "thresholds"));
    __atomic_store_n(&file->set, set, __ATOMIC_RELEASE);
    return ERR_OK;
}

enum err threshold_file_open(const char *path, struct threshold_file **ret)
{
    struct threshold_file *file = HEAP_NEW(struct threshold_file);
    enum err err;

    file->path = heap_strdup(path);
    file->arena = arena_new(4096);
    err = threshold_file_reload(file);
    if (err != ERR_OK)
        threshold_file_close(file);
    else
        *ret = file;
    return err;
}

const struct threshold_set *threshold_file_set(const struct threshold_file *file)
{
    return __atomic_load_n(&file->set, __ATOMIC_ACQUIRE);
}

void threshold_file_close(struct threshold_file *file)
{
    if (file == NULL)
        return;
    arena_free(file->arena);
    heap_free(file->path);
    heap_free(file);
}
