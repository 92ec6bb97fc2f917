/* Why a device does not get a firmware, in words. */
#pragma once

struct firmware_refusal_row {
    const char *code, *pt, *en;
};

/* Never NULL: what is not known is refused in general words. */
const struct firmware_refusal_row *firmware_refusal_find(const char *code);
