/*
 * Which homes a firmware is for, as people and manifests write it:
 *
 *     [{"manufacturer": "ZTE", "product_class": "F680", "hardware_version": "V6.0",
 *       "from_versions": ["2.1.6", "2.1.0..2.1.4", "..2.0.9"]}]
 *
 * A home is let in by any one rule. Only product_class must be there; what is absent or null is any. A range
 * has both its ends in it, and may lack one. How versions are compared is in the database
 * (db/migrations/0046_firmware.sql), where it is done for many homes at once.
 */
#pragma once

#include "acs/base/json.h"

enum { FIRMWARE_RULES_MAX = 50, FIRMWARE_FROM_MAX = 100, FIRMWARE_WORD_MAX = 64 };

struct firmware_rule { /* NULL: any */
    const char *manufacturer;
    const char *product_class;
    const char *hardware_version;
    const char **from_versions;
    size_t from_count;
};

struct firmware_rules {
    struct firmware_rule *items;
    size_t count;
};

/* ERR_INVALID: the message begins with its place: "rules[0].product_class: …". */
enum err firmware_rules_read(const struct json *list, struct arena *arena,
                             struct firmware_rules *ret) MUST_CHECK;
/* The same as JSON, in one form: equal rules are equal texts. */
const char *firmware_rules_write(const struct firmware_rules *rules, struct arena *arena);
