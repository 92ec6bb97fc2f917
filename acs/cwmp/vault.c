#include "acs/cwmp/vault.h"

#include <string.h>

#include "acs/auth/device_secret.h"
#include "acs/base/log.h"

static const char *open_secret(const void *ctx, const char *name, const char *sealed, struct arena *arena)
{
    const struct post *post = ctx;
    char kind[HOME_SECRET_KIND_MAX];
    const struct seal_context context = {post->session->device_id, device_secret_home_kind(name, kind)};
    char *secret = arena_alloc(arena, SECRET_BYTES_MAX + 1);

    if (keyring_open(door_keyring(post->worker->all->door), &context, sealed, secret) == ERR_OK)
        return secret;
    log_error("a secret of an action cannot be opened", log_i("device", post->session->device_id),
              log_s("name", name), log_s("why", err_message()));
    return NULL;
}

static const char *seal_secret(const void *ctx, const char *name, const char *secret, struct arena *arena)
{
    const struct post *post = ctx;
    char kind[HOME_SECRET_KIND_MAX];
    const struct seal_context context = {post->session->device_id, device_secret_home_kind(name, kind)};
    const char *sealed;

    if (device_secret_seal(door_keyring(post->worker->all->door), &context, (struct secret){secret}, arena,
                           &sealed) != ERR_OK)
        return NULL;
    return sealed;
}

const struct action_vault *vault_of(const struct post *post)
{
    struct action_vault *vault;

    if (post->worker->all->door == NULL)
        return NULL;
    vault = ARENA_NEW(post->arena, struct action_vault);
    *vault = (struct action_vault){.open = open_secret, .seal = seal_secret, .ctx = post};
    return vault;
}
