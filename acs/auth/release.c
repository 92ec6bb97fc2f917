#include "acs/auth/release.h"

#include <string.h>

#include "acs/base/text_file.h"

enum { KEYS_FILE_MAX = 65536, ARENA_BYTES = 2048 };

struct release_trust {
    struct arena *arena; /* of the keys */
    struct firmware_keys keys;
    unsigned signatures;
};

static enum err load(const char *path, struct release_trust *trust)
{
    const char *text = "";

    if (path[0] != '\0')
        TRY(text_file_read(path, KEYS_FILE_MAX, trust->arena, &text));
    TRY(err_while(firmware_keys_read(text, trust->arena, &trust->keys), "%s", path));
    if (trust->keys.count < trust->signatures)
        return err_set(ERR_INVALID, "firmware.signatures asks for %u, and there are %zu keys",
                       trust->signatures, trust->keys.count);
    return ERR_OK;
}

enum err release_trust_load(const char *path, unsigned signatures, struct release_trust **ret)
{
    struct release_trust *trust = HEAP_NEW(struct release_trust);
    enum err err;

    trust->arena = arena_new(ARENA_BYTES);
    trust->signatures = signatures;
    err = load(path, trust);
    if (err == ERR_OK)
        *ret = trust;
    else
        release_trust_free(trust);
    return err;
}

void release_trust_free(struct release_trust *trust)
{
    if (trust == NULL)
        return;
    arena_free(trust->arena);
    heap_free(trust);
}

unsigned release_trust_signatures(const struct release_trust *trust)
{
    return trust->signatures;
}

/* What stands with spaces in between. */
static struct firmware_signed split(const char *manifest, const char *signatures, struct arena *arena)
{
    const char **items = ARENA_ARRAY(arena, const char *, MANIFEST_SIGNATURES_MAX);
    struct firmware_signed ret = {.bytes = manifest, .len = strlen(manifest), .signatures = items};

    while (*signatures != '\0' && ret.count < MANIFEST_SIGNATURES_MAX) {
        size_t len = strcspn(signatures, " ");

        items[ret.count++] = arena_memdup(arena, signatures, len);
        signatures += len + strspn(signatures + len, " ");
    }
    return ret;
}

enum err release_check_signatures(const struct release_trust *trust, const char *manifest,
                                  const char *signatures, struct arena *arena)
{
    struct firmware_signed given = split(manifest, signatures, arena);
    size_t signers = firmware_signers(&trust->keys, &given);

    if (signers < trust->signatures)
        return err_set(ERR_INVALID, "signed by %zu of the keys that count, and %u are needed", signers,
                       trust->signatures);
    return ERR_OK;
}

enum err release_check(const struct release_trust *trust, const struct firmware_taken *firmware,
                       struct arena *arena)
{
    struct firmware_manifest manifest;

    if (firmware->manifest == NULL && trust->signatures == 0)
        return ERR_OK;
    if (firmware->manifest == NULL)
        return err_set(ERR_INVALID, "it has no manifest, and %u signatures are needed", trust->signatures);
    TRY(firmware_manifest_read(firmware->manifest, strlen(firmware->manifest), arena, &manifest));
    TRY(firmware_manifest_match(&manifest, &firmware->says, arena));
    return release_check_signatures(trust, firmware->manifest, firmware->signatures, arena);
}
