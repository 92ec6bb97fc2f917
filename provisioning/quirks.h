/*
 * Devices that want something done otherwise than the standard, or than everybody: data, never a branch on a
 * name.
 *
 * A row names devices by manufacturer, product class and software version, and the switches that are on for
 * them. The rows of quirks.def are built in; an operator adds his own in a file of the same words
 * (devices.quirks_file):
 *
 *     # manufacturer  product class  software    switches
 *     "Acme Corp."    "GW-*"         1.0..1.4.9  xml_declaration names_max=16
 *
 * Pure: the caller reads the file. A set is made once, found in from any thread, and never changed.
 */
#pragma once

#include "provisioning/model.h"
#include "soap/cwmp.h"

enum { QUIRK_METHOD_WORDS = (CWMP_METHOD_COUNT + 63) / 64 };

/* What is done otherwise for one device. All zero: nothing. */
struct quirks {
#define SWITCH_FLAG                      bool
#define SWITCH_NUMBER                    uint16_t
#define SWITCH(member, kind, most, help) SWITCH_##kind member;
#include "provisioning/quirk_switch.def"
#undef SWITCH
#undef SWITCH_FLAG
#undef SWITCH_NUMBER
    uint64_t avoided[QUIRK_METHOD_WORDS]; /* a bit per method that is never sent to it */
};

extern const struct quirks quirks_none;

bool quirks_avoid(const struct quirks *quirks, enum cwmp_method method);

struct quirk_set;

/*
 * The rows of quirks.def, and of a file's text behind them (NULL: no file). ERR_INVALID names line and
 * column. Everything lives in the arena.
 */
enum err quirk_set_new(const char *text, struct arena *arena, const struct quirk_set **ret) MUST_CHECK;

/* All rows that fit, one after the other. Costs a walk over the rows: callers remember the result. */
struct quirks quirk_set_find(const struct quirk_set *set, const struct model_identity *identity);
