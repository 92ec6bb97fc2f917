#include "acs/ctl/deliveries.h"

#include "acs/api/url.h"
#include "acs/ctl/change.h"
#include "acs/ctl/output.h"
#include "acs/ctl/pages.h"

enum ctl_exit deliveries_print(struct ctl *ctl, enum operation operation)
{
    static const struct output_column columns[] = {
        {"ID",     "id",      OUTPUT_AS_IS},
        {"TYPE",   "type",    OUTPUT_AS_IS},
        {"AGE",    "at",      OUTPUT_AGE  },
        {"STATE",  "state",   OUTPUT_AS_IS},
        {"TRIES",  "tries",   OUTPUT_AS_IS},
        {"STATUS", "status",  OUTPUT_AS_IS},
        {"NEXT",   "next_at", OUTPUT_AS_IS},
        {"WHY",    "detail",  OUTPUT_AS_IS},
    };
    struct text query = TEXT_IN(ctl->arena);

    if (ctl_has(ctl, OPTION_STATE))
        text_printf(&query, "&state=%s", url_encode(ctl->values[OPTION_STATE], ctl->arena));
    return pages_print(ctl, &(struct pages){
                                .path = rest_path(ctl, operation, ctl->arguments[0]),
                                .query = text_string(&query),
                                .columns = columns,
                                .column_count = sizeof(columns) / sizeof(*columns),
                                .name_member = "id",
                            });
}

enum ctl_exit deliveries_replay(struct ctl *ctl, enum operation operation)
{
    struct rest_request request = {.method = "POST", .path = rest_path(ctl, operation, ctl->arguments[0])};
    struct text body = TEXT_IN(ctl->arena);
    struct json_writer json = JSON_WRITER(&body);

    json_open_object(&json);
    if (ctl->argument_count > 1)
        json_field_string(&json, "delivery", ctl->arguments[1]);
    json_close_object(&json);
    return change_send(ctl, &request, &body);
}
