/*
 * One request to the API and its answer. A request that may be repeated safely (a GET, or a POST under its
 * Idempotency-Key) is repeated a few times when the network or the server fails for the moment.
 */
#pragma once

#include "acs/ctl/ctl.h"

enum operation {
#define OPERATION(id, name, method, path, idempotent, summary) OPERATION_##id,
#include "acs/api/operations.def"
#undef OPERATION
    OPERATION_COUNT
};

struct rest_request {
    const char *method;
    const char *path; /* with query, encoded */
    const char *body; /* JSON; NULL: none */
    FILE *file;       /* or this, as it is, from where it stands; NULL: none */
    int64_t file_size;
    const char *file_type; /* NULL: any bytes */
    const char *key;       /* Idempotency-Key; NULL: none */
    unsigned wait_s;       /* Prefer: wait=…; 0: none */
    bool any_status;       /* the caller deals with errors itself */
    bool quiet;            /* and with a server that is not reached: nothing is said of it */
};

struct rest_answer {
    unsigned status;
    const char *body; /* "" if empty */
    size_t len;
    const char *location;    /* NULL: none */
    const struct json *json; /* NULL: the body is none; lives until rest_forget() */
};

/*
 * On an error status: says on standard error what the problem is (the problem document itself with -o json)
 * and returns the exit code that stands for it.
 */
enum ctl_exit rest_send(struct ctl *ctl, const struct rest_request *request, struct rest_answer *ret);
/* Says what the problem is, as above: for who has sent with any_status. */
enum ctl_exit rest_say_problem(struct ctl *ctl, const struct rest_answer *answer);
void rest_keep(struct ctl *ctl, struct json *document); /* until rest_forget() */
void rest_forget(struct ctl *ctl);                      /* frees the documents of all answers so far */
void rest_close(struct ctl *ctl);                       /* that, and the connection */

/* "/api/v1/devices/dev_…" from the operation's path; argument: for its {…}, NULL if it has none. */
const char *rest_path(struct ctl *ctl, enum operation operation, const char *argument);
/* In which the API is asked to speak: "pt-BR" if the environment says so, else "en". */
const char *rest_language(void);
const char *rest_new_key(struct ctl *ctl); /* an Idempotency-Key for this invocation */

/* GET of an operation; the answer must be JSON. */
enum ctl_exit rest_get(struct ctl *ctl, const char *path, const struct json **ret);

/* The environment asks for it: what people read is in it, where it is there in two languages. */
bool rest_speaks_portuguese(void);
