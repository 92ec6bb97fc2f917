#include "acs/api/case_rules.h"

#include <string.h>

#include "acs/config.h"
#include "provisioning/desk/desk.h"

enum { QUEUE_MAX = 40 };

bool case_queue_next(const char **at, const char **ret_name, size_t *ret_len)
{
    const char *name = *at + strspn(*at, ", ");
    size_t len = strcspn(name, ",");

    *at = name + len;
    while (len > 0 && name[len - 1] == ' ')
        len--;
    *ret_name = name;
    *ret_len = len;
    return len > 0;
}

bool case_queue_is_known(const struct case_rules *rules, const char *name)
{
    const char *at = rules->queues, *queue;
    size_t len;

    while (case_queue_next(&at, &queue, &len))
        if (strlen(name) == len && strncmp(name, queue, len) == 0)
            return true;
    return false;
}

static enum err check_queues(const char *queues)
{
    const char *at = queues, *queue;
    size_t len, count = 0;

    for (; case_queue_next(&at, &queue, &len); count++)
        if (len > QUEUE_MAX)
            return err_set(ERR_INVALID, "'%.*s' is longer than %d bytes", QUEUE_MAX, queue, QUEUE_MAX);
    return count > 0 ? ERR_OK : err_set(ERR_INVALID, "there is no queue");
}

enum err case_rules_of(const struct config *config, struct case_rules *ret)
{
    *ret = (struct case_rules){
        .protocol = config->case_protocol,
        .repeat_contacts = (unsigned)config->case_repeat_contacts,
        .repeat_days = (unsigned)config->case_repeat_days,
        .visit_days = (unsigned)config->case_visit_days,
        .queues = config->case_queues,
        .url = config->case_url,
        .handoff_ms = config->case_handoff_ms,
    };
    TRY(err_while(desk_protocol_check(config->case_protocol), "cases.protocol"));
    TRY(err_while(desk_read_offset(config->case_utc_offset, &ret->offset_s), "cases.utc_offset"));
    return err_while(check_queues(config->case_queues), "cases.queues");
}
