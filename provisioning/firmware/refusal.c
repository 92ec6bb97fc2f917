#include "provisioning/firmware/refusal.h"

#include <stddef.h>
#include <string.h>

static const struct firmware_refusal_row rows[] = {
#define REFUSAL(code, pt, en) {(code), (pt), (en)},
#include "provisioning/firmware/refusal.def"
#undef REFUSAL
};

const struct firmware_refusal_row *firmware_refusal_find(const char *code)
{
    static const struct firmware_refusal_row other = {"other", "O firmware não serve para este aparelho.",
                                                      "The firmware does not fit this device."};

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
        if (strcmp(rows[i].code, code) == 0)
            return &rows[i];
    return &other;
}
