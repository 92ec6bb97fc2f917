#include "acs/cwmp/door_keys.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "acs/auth/device_name.h"
#include "acs/auth/device_secret.h"
#include "acs/base/clock.h"
#include "acs/base/log.h"
#include "acs/cwmp/endpoint.h"

/* ---- settings ---- */

static enum err read_scheme(const struct config *config, struct door *door)
{
    const char *chosen = config->device_authentication;
    bool digest = strcmp(chosen, "basic") != 0;

    door->basic = strcmp(chosen, "basic") == 0 || strcmp(chosen, "any") == 0;
    if (door->basic && strcmp(config->device_basic_plain, "yes") != 0)
        return err_set(
            ERR_INVALID,
            "devices.authentication = %s: Basic would send passwords in the clear over this plain "
            "listener (TR-069 3.4.4); devices.basic_without_tls = yes if a proxy in front ends TLS",
            chosen);
    if (digest && text_starts_with(config->device_digest, "sha-256"))
        door->algorithms[door->algorithm_count++] = CLAIM_SHA256;
    if (digest && strstr(config->device_digest, "md5") != NULL)
        door->algorithms[door->algorithm_count++] = CLAIM_MD5;
    if (digest && text_ends_with(config->device_digest, ",sha-256"))
        door->algorithms[door->algorithm_count++] = CLAIM_SHA256;
    return ERR_OK;
}

static enum err read_realm(const struct config *config, struct door *door)
{
    enum { REALM_MAX = 32 }; /* of which some devices keep no more */

    door->realm = config->device_realm;
    if (*door->realm == '\0' || strlen(door->realm) > REALM_MAX || strpbrk(door->realm, "\"\\\r\n:") != NULL)
        return err_set(
            ERR_INVALID,
            "devices.realm: at most %d characters without quotes, backslashes and colons are expected",
            REALM_MAX);
    return ERR_OK;
}

static enum err read_bootstrap(const struct config *config, struct door *door)
{
    AUTO_ARENA arena = arena_new(1024);
    struct secret password;

    if (*config->bootstrap_password_file == '\0' || strcmp(config->enrolment, "closed") == 0)
        return ERR_OK;
    TRY(err_while(device_secret_read(config->bootstrap_password_file, arena, &password),
                  "devices.bootstrap_password_file"));
    if (*config->bootstrap_username == '\0')
        return err_set(ERR_INVALID, "devices.bootstrap_username: it is empty");
    device_key_make(config->bootstrap_username, door->realm, password, arena, &door->bootstrap_key);
    door->bootstrap_username = config->bootstrap_username;
    door->has_bootstrap = true;
    return ERR_OK;
}

static enum err read_keys(const struct config *config, struct door *door)
{
    if (*config->key_file == '\0')
        return err_set(ERR_INVALID, "secrets.key_file: needed, since devices authenticate; "
                                    "`acsd --new-key FILE` makes one");
    TRY(err_while(keyring_load(config->key_file, &door->keyring), "secrets.key_file"));
    keyring_derive(door->keyring, "farol nonce", door->nonce_key);
    crypto_random(&door->nobody, sizeof(door->nobody));
    return ERR_OK;
}

static enum err read_settings(const struct config *config, struct door *door)
{
    door->nonce_life_us = (int64_t)config->nonce_life_ms * US_PER_MS;
    door->enrols_everybody = strcmp(config->enrolment, "bootstrap") == 0;
    door->binds = strcmp(config->binding, "automatic") == 0;
    door->takes_resets = strcmp(config->factory_reset, "quarantine") == 0;
    door->certificate_header = config->certificate_header;
    door->address_header = config->address_header;
    TRY(read_scheme(config, door));
    TRY(read_realm(config, door));
    TRY(read_keys(config, door));
    TRY(read_bootstrap(config, door));
    return err_while(networks_read(config->trusted_proxies, &door->proxies), "devices.trusted_proxies");
}

enum err door_new(const struct config *config, struct door **ret)
{
    struct door *door;
    enum err err;

    *ret = NULL;
    if (strcmp(config->device_authentication, "none") == 0) {
        log_warn("devices are not asked who they are: keep the port behind a filter",
                 log_s("setting", "devices.authentication"), log_s("listen", config->listen_cwmp));
        return ERR_OK;
    }
    door = HEAP_NEW(struct door);
    err = read_settings(config, door);
    if (err != ERR_OK) {
        door_free(door);
        return err;
    }
    *ret = door;
    return ERR_OK;
}

void door_free(struct door *door)
{
    if (door == NULL)
        return;
    networks_free(door->proxies);
    keyring_free(door->keyring);
    crypto_wipe(door, sizeof(*door));
    heap_free(door);
}

const struct keyring *door_keyring(const struct door *door)
{
    return door == NULL ? NULL : door->keyring;
}

/* ---- keys ---- */

/* Lengths in front, so that A-B + C and A + B-C are two devices (N-28). */
struct hash128 door_identity(const struct worker *worker, const struct cwmp_device_id *device,
                             struct arena *arena)
{
    struct text all = TEXT_IN(arena);

    text_add(&all, device->oui, strlen(device->oui) + 1);
    text_add(&all, device->product_class, strlen(device->product_class) + 1);
    text_add(&all, device->serial_number, strlen(device->serial_number) + 1);
    return crypto_siphash128(worker->all->identity_key, all.data, all.len);
}

/* False: there is none, or it cannot be opened, which the operator must know. */
static bool open_key(struct post *post, const struct credential_row *row, const char *sealed,
                     struct device_key *ret)
{
    const struct door *door = post->worker->all->door;
    struct seal_context context = {row->device_id, DEVICE_SECRET_OWN};
    char secret[SECRET_BYTES_MAX + 1];

    if (sealed == NULL)
        return false;
    if (keyring_open(door->keyring, &context, sealed, secret) != ERR_OK) {
        log_error("a credential cannot be used", log_i("device", row->device_id),
                  log_s("why", err_message()));
        return false;
    }
    device_key_make(row->username, door->realm, (struct secret){secret}, post->arena, ret);
    crypto_wipe(secret, sizeof(secret));
    return true;
}

struct credential *door_keep(struct post *post, const struct credential_row *row)
{
    struct credential credential = {0};
    struct credential *kept;

    if (row->device_id == 0 || row->username == NULL)
        return NULL;
    credential.user = post->pass.user_hash;
    credential.identity = door_identity(post->worker, &row->device, post->arena);
    credential.device_id = row->device_id;
    credential.has_key = open_key(post, row, row->secret, &credential.key);
    credential.has_next = open_key(post, row, row->next_secret, &credential.next_key);
    credential.fell_back = row->fell_back;
    credential.enrolment = row->enrolment;
    credential.loaded_ms = clock_mono_ms();
    kept = credentials_keep(post->worker->credentials, &credential);
    crypto_wipe(&credential, sizeof(credential));
    return kept;
}

void door_make_credentials(const struct door *door, int64_t device_id, const struct cwmp_device_id *device,
                           struct arena *arena, struct credential_row *ret)
{
    device_secret_make(door->keyring, device_id, device, arena, ret);
}

/* ---- for the device ---- */

static enum err open_secret(const struct post *post, const struct credential_row *row, const char *kind,
                            const char *sealed, const char **ret)
{
    struct seal_context context = {row->device_id, kind};
    char *secret = arena_alloc(post->arena, SECRET_BYTES_MAX + 1);

    TRY(keyring_open(post->worker->all->door->keyring, &context, sealed, secret));
    *ret = secret;
    return ERR_OK;
}

enum err door_open_next(const struct post *post, const struct credential_row *row,
                        struct action_credentials *ret)
{
    *ret = (struct action_credentials){0};
    if (post->worker->all->door == NULL || row->next_secret == NULL || row->next_call_secret == NULL)
        return ERR_OK;
    ret->username = row->username;
    ret->call_username = row->call_username;
    TRY(open_secret(post, row, DEVICE_SECRET_OWN, row->next_secret, &ret->password.hidden));
    return open_secret(post, row, DEVICE_SECRET_CALL, row->next_call_secret, &ret->call_password.hidden);
}
