#include "acs/auth/device_secret.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "acs/auth/device_name.h"

enum { RANDOM_BYTES = 16, NAME_BYTES_MAX = 256 /* of ManagementServer.Username */ };

static const char *make_sealed(const struct keyring *keyring, const struct seal_context *context,
                               struct arena *arena)
{
    char *sealed = arena_alloc(arena, SEALED_MAX);
    unsigned char random[RANDOM_BYTES];
    char password[2 * RANDOM_BYTES + 1];

    crypto_random(random, sizeof(random));
    crypto_hex(random, sizeof(random), password);
    keyring_seal(keyring, context, (struct secret){password}, sealed);
    crypto_wipe(random, sizeof(random));
    crypto_wipe(password, sizeof(password));
    return sealed;
}

const char *device_secret_call_name(int64_t device_id, struct arena *arena)
{
    return arena_printf(arena, "farol-%lld", (long long)device_id);
}

void device_secret_make(const struct keyring *keyring, int64_t device_id, const struct cwmp_device_id *device,
                        struct arena *arena, struct credential_row *ret)
{
    const struct seal_context own = {device_id, DEVICE_SECRET_OWN};
    const struct seal_context call = {device_id, DEVICE_SECRET_CALL};
    const char *name = device_name_write(device, arena);

    if (strlen(name) > NAME_BYTES_MAX)
        name = arena_printf(arena, "%.6s-%lld", device->oui, (long long)device_id);
    *ret = (struct credential_row){
        .device_id = device_id,
        .username = name,
        .next_secret = make_sealed(keyring, &own, arena),
        .call_username = device_secret_call_name(device_id, arena),
        .next_call_secret = make_sealed(keyring, &call, arena),
    };
}

enum err device_secret_seal(const struct keyring *keyring, const struct seal_context *context,
                            struct secret secret, struct arena *arena, const char **ret)
{
    size_t len = strlen(secret.hidden);
    char *sealed;

    if (len == 0 || len > SECRET_BYTES_MAX)
        return err_set(ERR_INVALID, "a password has 1 to %d bytes", SECRET_BYTES_MAX);
    sealed = arena_alloc(arena, SEALED_MAX);
    keyring_seal(keyring, context, secret, sealed);
    *ret = sealed;
    return ERR_OK;
}

static void close_file(FILE **file)
{
    if (*file != NULL)
        fclose(*file);
}

enum err device_secret_read(const char *path, struct arena *arena, struct secret *ret)
{
    __attribute__((cleanup(close_file))) FILE *file = fopen(path, "re");
    char *line = arena_alloc(arena, SECRET_BYTES_MAX + 2);

    if (file == NULL)
        return err_set(ERR_NOT_FOUND, "cannot read %s: %s", path, strerror(errno));
    if (fgets(line, SECRET_BYTES_MAX + 2, file) == NULL)
        line[0] = '\0';
    if (strlen(line) > SECRET_BYTES_MAX && line[SECRET_BYTES_MAX] != '\n')
        return err_set(ERR_INVALID, "the first line of %s is longer than %d bytes", path, SECRET_BYTES_MAX);
    line[strcspn(line, "\r\n")] = '\0';
    if (line[0] == '\0')
        return err_set(ERR_INVALID, "the first line of %s is empty", path);
    ret->hidden = line;
    return ERR_OK;
}

const char *device_secret_home_kind(const char *name, char ret[HOME_SECRET_KIND_MAX])
{
    static const uint64_t key[2] = {0x686f6d65, 0x73656372}; /* to shorten it, not to hide it */
    struct hash128 hash = crypto_siphash128(key, name, strlen(name));

    snprintf(ret, HOME_SECRET_KIND_MAX, "home.%08x%08x", (unsigned)(hash.low >> 32), (unsigned)hash.low);
    return ret;
}
