#include "tests/cpesim/inform.h"

#include "tests/cpesim/value.h"

static bool is_changed(const struct home *home, uint32_t row)
{
    for (uint32_t i = 0; i < home->change_count; i++)
        if (home->changes[i] == row)
            return true;
    return false;
}

static bool belongs(const struct home *home, uint32_t row)
{
    const struct model *model = home->tree.model;
    unsigned wanted = PARAMETER_INFORM;

    if (!(model->quirks & QUIRK_SHORT_INFORM))
        wanted |= PARAMETER_OFTEN;
    return model->parameters[row].flags & wanted || is_changed(home, row);
}

static struct cwmp_parameter_values list_values(struct home *home, struct arena *arena)
{
    const struct model *model = home->tree.model;
    struct cwmp_parameter_values values = {.items =
                                               ARENA_ARRAY(arena, struct cwmp_parameter_value, model->count)};

    for (uint32_t row = 0; row < model->count; row++) {
        if (!belongs(home, row))
            continue;
        values.items[values.count++] = (struct cwmp_parameter_value){
            .name = model->parameters[row].name,
            .value = tree_shown(&home->tree, row, arena),
            .type = model->parameters[row].type,
        };
    }
    return values;
}

struct cwmp_message inform_make(struct home *home, struct arena *arena)
{
    const struct model *model = home->tree.model;

    if (home->change_count > 0)
        events_add(&home->events, EVENT_VALUE_CHANGE, "");
    return (struct cwmp_message){
        .method = CWMP_INFORM,
        .body.inform =
            {
                          .device =
                    {
                        .manufacturer = model->manufacturer,
                        .oui = model->oui,
                        .product_class = model->product_class,
                        .serial_number = home_serial(home, arena_alloc(arena, SERIAL_MAX)),
                    }, .events = events_to_send(&home->events, arena),
                          .max_envelopes = 1,
                          .current_time = value_local_time(arena),
                          .retry_count = home->retry_count,
                          .parameters = list_values(home, arena),
                          },
    };
}
