#include "tests/cpesim/ambush.h"

#include <string.h>

#include "acs/base/text.h"
#include "soap/rpc.h"

enum { FAULT_LEAST = 9000, FAULT_MOST = 9899 };

static enum err read_how(const char *how, struct ambush *ret)
{
    if (strcmp(how, "unheard") == 0)
        ret->how = AMBUSH_UNHEARD;
    else if (strcmp(how, "unanswered") == 0)
        ret->how = AMBUSH_UNANSWERED;
    else if (text_read_u32(how, &ret->fault) == ERR_OK && ret->fault >= FAULT_LEAST &&
             ret->fault <= FAULT_MOST)
        ret->how = AMBUSH_FAULT;
    else
        return err_set(ERR_INVALID, "'%.40s' is none of unheard, unanswered, or a fault code such as 9002",
                       how);
    return ERR_OK;
}

enum err ambush_lay(struct ambush *ambush, const char *method, const char *how)
{
    struct ambush laid = {.method = rpc_find(method)};

    if (laid.method == CWMP_UNKNOWN_METHOD)
        return err_set(ERR_INVALID, "'%.40s' is no method", method);
    TRY(read_how(how, &laid));
    *ambush = laid;
    return ERR_OK;
}

struct ambush ambush_spring(struct ambush *ambush, enum cwmp_method method)
{
    struct ambush sprung = *ambush;

    if (ambush->how == AMBUSH_NONE || ambush->method != method)
        return (struct ambush){.how = AMBUSH_NONE};
    *ambush = (struct ambush){.how = AMBUSH_NONE};
    return sprung;
}
