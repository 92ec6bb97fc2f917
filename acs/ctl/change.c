#include "acs/ctl/change.h"

#include <string.h>

#include "acs/ctl/follow.h"
#include "acs/ctl/output.h"

enum ctl_exit change_send(struct ctl *ctl, struct rest_request *request, struct text *body)
{
    struct rest_answer answer = {0};
    enum ctl_exit code;

    request->body = body != NULL ? text_string(body) : NULL;
    request->key = strcmp(request->method, "POST") == 0 ? rest_new_key(ctl) : NULL;
    code = rest_send(ctl, request, &answer);
    if (code == CTL_OK)
        output_object(ctl, answer.json, "id");
    return code;
}

enum ctl_exit change_device(struct ctl *ctl, const char *method, enum operation operation, change_fill *fill)
{
    struct rest_request request = {.method = method};
    struct text body = TEXT_IN(ctl->arena);
    struct json_writer json = JSON_WRITER(&body);
    const char *id = NULL;
    enum ctl_exit code = follow_device(ctl, ctl->arguments[0], &id);

    if (code != CTL_OK)
        return code;
    json_open_object(&json);
    code = fill(ctl, &json);
    json_close_object(&json);
    request.path = rest_path(ctl, operation, id);
    return code == CTL_OK ? change_send(ctl, &request, &body) : code;
}
