/*
 * Firmware images: what they say of themselves, and what a home makes of one.
 *
 * An image names its version in its first line, "version=2.1", or by its name: "fw-2.1.bin" is 2.1. Behind
 * that first line its head goes on, a line for each way to misbehave and the share of the homes that do
 * (firmware.def), "bricks=1", and for two of them the seconds, "after=600". The head ends with an empty line,
 * or before the first line that is not text. Which homes it hits follows from their number, the seed and the
 * version: the same each time.
 */
#pragma once

#include "acs/base/json.h"
#include "tests/cpesim/bytes.h"
#include "tests/cpesim/tree.h"

enum { FIRMWARE_VERSION_MAX = 64, FIRMWARE_HEAD_MAX = 1024 };

enum fate {
    FATE_FINE,
#define FATE(id, key, question, what) FATE_##id,
#include "tests/cpesim/firmware.def"
#undef FATE
    FATE_COUNT
};

enum fate_question { FATE_OF_RUNNING, FATE_OF_VERSION, FATE_OF_TELLING, FATE_QUESTIONS };

struct firmware {
    char version[FIRMWARE_VERSION_MAX + 1];
    uint32_t shares[FATE_COUNT]; /* per cent */
    uint32_t after_s, every_s;
};

/* What falls to one home. */
struct firmware_lot {
    char version[FIRMWARE_VERSION_MAX + 1];
    enum fate fates[FATE_QUESTIONS]; /* FATE_FINE: nothing special */
    uint32_t seconds;                /* of FATE_BRICKS_LATER or FATE_BOOT_LOOP */
};

/*
 * content: its first FIRMWARE_HEAD_MAX bytes at least. name: of the file, or the end of a URL. ERR_INVALID:
 * it is no image for these homes; the message says which line is wrong, or that it has no version.
 */
enum err firmware_read(const struct bytes *content, const char *name, struct firmware *ret) MUST_CHECK;
struct firmware_lot firmware_draw(const struct firmware *firmware, const struct tree *tree);

/* For the journal: "bricks_later tells_thrice"; NULL: all is fine. In arena. */
const char *firmware_lot_words(const struct firmware_lot *lot, struct arena *arena);
/* The other way round, from a line of an older run; words that are none of ours are passed over. */
struct firmware_lot firmware_lot_recall(const struct json *line);
