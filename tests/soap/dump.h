/* A message as text, one line per field: what golden files hold and what "equal" means in tests. */
#pragma once

#include "soap/cwmp.h"

void dump_message(const struct cwmp_message *message, struct text *out);
