/*
 * What a device can do: which methods it has (its answer to GetRPCMethods, and what it has refused with Fault
 * 9000), by software version. A device of which nothing is known may be asked for anything.
 */
#pragma once

#include "acs/base/arena.h"
#include "provisioning/quirks.h"

struct ability {
    const char *methods; /* names, each between blanks: " GetRPCMethods Reboot "; NULL: not known */
    const char *refused; /* likewise, answered by Fault 9000; NULL: none */
    bool asked;          /* GetRPCMethods was sent to this software version: not again */
};

/* The list as it is kept; what Farol does not know is left out (O-07). */
const char *ability_write(const struct cwmp_strings *methods, struct arena *arena);

/* What is known with one more that was refused. */
const char *ability_add(const char *list, enum cwmp_method method, struct arena *arena);

/*
 * May this be sent? ERR_OK, or ERR_CONFLICT with a sentence that names the method and the reason: the version
 * has none such (V-10), the device does not list it (O-08), it has refused it (O-05), it is not to be sent to
 * this model.
 */
struct ability_question {
    const struct ability *ability; /* NULL: nothing is known */
    const struct quirks *quirks;   /* NULL: none */
    enum cwmp_version version;
};
enum err ability_check(const struct ability_question *of, enum cwmp_method method) MUST_CHECK;
