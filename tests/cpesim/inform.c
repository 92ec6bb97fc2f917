#include "tests/cpesim/inform.h"

#include "tests/cpesim/value.h"

static void put(struct home *home, uint32_t row, struct arena *arena, struct cwmp_parameter_values *values)
{
    const struct parameter *parameter = &home->tree.model->parameters[row];

    values->items[values->count++] = (struct cwmp_parameter_value){
        .name = parameter->name,
        .value = tree_shown(&home->tree, row, arena),
        .type = parameter->type,
    };
}

static bool is_informed(const struct model *model, uint32_t row)
{
    for (size_t i = 0; i < model->inform_count; i++)
        if (model->informs[i] == row)
            return true;
    return false;
}

/* Those of every Inform, and what has changed. */
static struct cwmp_parameter_values list_values(struct home *home, struct arena *arena)
{
    const struct model *model = home->tree.model;
    struct cwmp_parameter_values values = {
        .items = ARENA_ARRAY(arena, struct cwmp_parameter_value, model->inform_count + home->change_count)};

    for (size_t i = 0; i < model->inform_count; i++)
        put(home, model->informs[i], arena, &values);
    for (uint32_t i = 0; i < home->change_count; i++)
        if (!is_informed(model, home->changes[i]))
            put(home, home->changes[i], arena, &values);
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
