/* What a CWMP fault code means, and whether to try again. The rows are in fault.def; cwmp_fault_meaning() is
 * in cwmp.h. */
#pragma once

#include <stdint.h>

enum fault_retry { FAULT_RETRY_NEVER, FAULT_RETRY_AGAIN };

/* Codes in no row (9033 … 9899, and what is no fault code at all) are not worth another try. */
enum fault_retry fault_retry(uint32_t code);
