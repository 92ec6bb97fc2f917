/* How a test under way is ended: by the program that ordered it, or behind it (diag.stop). */
#pragma once

#include "provisioning/diag/diag.h"

/* The first one to try, and what is left when that was refused. */
enum diag_way diag_first_way(const char *object, uint32_t set_count);
enum diag_way diag_next_way(enum diag_way way, uint32_t set_count);
/* The request, but for its ParameterKey. */
void diag_fill_stop(enum diag_way way, const char *object, const struct diag_set *sets, uint32_t set_count,
                    struct arena *arena, struct cwmp_set_parameter_values *ret);
