#include "acs/files/intake.h"

enum err intake_begin(struct depot *depot, uint64_t max, struct arena *arena, struct intake *ret)
{
    *ret = (struct intake){.arena = arena};
    return depot_begin(depot, max, &ret->writer);
}

void intake_take(struct intake *intake, const char *bytes, size_t len)
{
    if (intake->writer == NULL)
        return;
    intake->err = depot_add(intake->writer, bytes, len);
    if (intake->err == ERR_OK)
        return;
    intake->why = arena_strdup(intake->arena, err_message());
    intake_drop(intake);
}

enum err intake_finish(struct intake *intake, struct depot_content *ret)
{
    return intake->err != ERR_OK ? err_set(intake->err, "%s", intake->why)
                                 : depot_finish(intake->writer, ret);
}

enum err intake_place(struct intake *intake)
{
    struct depot_writer *writer = intake->writer;

    intake->writer = NULL;
    return depot_place(writer);
}

void intake_drop(struct intake *intake)
{
    depot_abandon(intake->writer);
    intake->writer = NULL;
}
