/*
 * The manifest of a firmware, and the file of keys: any bytes are one or an error that says what is wrong,
 * and what was read is written, and read again, as the same.
 */
#include <string.h>

#include "provisioning/firmware/manifest.h"
#include "tests/fuzz/fuzz.h"

static void check_rules(const struct firmware_rules *rules, struct arena *arena)
{
    const char *text = firmware_rules_write(rules, arena);
    struct firmware_rules again;
    AUTO_JSON json = NULL;

    FUZZ_CHECK(json_read(text, strlen(text), &json) == ERR_OK);
    FUZZ_CHECK(firmware_rules_read(json, arena, &again) == ERR_OK);
    FUZZ_CHECK(strcmp(firmware_rules_write(&again, arena), text) == 0);
}

static void check_manifest(const char *bytes, size_t size, struct arena *arena)
{
    struct firmware_manifest manifest, again;
    enum err err = firmware_manifest_read(bytes, size, arena, &manifest);

    FUZZ_CHECK(err == ERR_OK || err == ERR_INVALID);
    if (err != ERR_OK)
        return;
    FUZZ_CHECK(manifest.counter > 0 && manifest.size >= 0 && manifest.expires_at_us > 0 &&
               manifest.version[0] != '\0');
    check_rules(&manifest.rules, arena);
    FUZZ_CHECK(firmware_manifest_read(bytes, size, arena, &again) == ERR_OK);
    FUZZ_CHECK(firmware_manifest_match(&manifest, &again, arena) == ERR_OK);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_ARENA arena = arena_new(4096);
    const char *text = arena_memdup(arena, data, size);
    struct firmware_signed none = {text, size, &text, 1};
    struct firmware_keys keys;
    enum err err;

    check_manifest(text, size, arena);
    err = firmware_keys_read(text, arena, &keys);
    FUZZ_CHECK(err == ERR_OK || (err == ERR_INVALID && strstr(err_message(), "line ") != NULL));
    if (err == ERR_OK)
        FUZZ_CHECK(firmware_signers(&keys, &none) == 0);
    return 0;
}
