#include "acs/api/people.h"

#include <string.h>

#include "acs/api/provider.h"
#include "acs/auth/directory.h"
#include "acs/auth/group_role.h"
#include "acs/auth/release.h"
#include "acs/base/clock.h"
#include "acs/base/text.h"
#include "acs/config.h"
#include "acs/http/networks.h"
#include "db/user.h"

/* A page of ours, as browsers find it. */
static const char *page_url(const struct people *people, const char *page, struct arena *arena)
{
    size_t len = strlen(people->url);

    if (len == 0)
        return arena_printf(arena, "http://%s/%s", people->listen, page);
    len -= people->url[len - 1] == '/';
    return arena_printf(arena, "%.*s/%s", (int)len, people->url, page);
}

const char *people_link(const struct people *people, const char *key, struct arena *arena)
{
    return page_url(people, arena_printf(arena, "primeiro-acesso#%s", key), arena);
}

static enum err open_directory(const struct config *config, struct people *people)
{
    const struct directory_settings settings = {
        .url = config->directory_url,
        .without_tls = text_equal_nocase(text_or_empty(config->directory_without_tls), "yes"),
        .ca_file = config->directory_ca_file,
        .bind_dn = config->directory_bind_dn,
        .bind_password_file = config->directory_bind_password_file,
        .base = config->directory_base,
        .filter = config->directory_filter,
        .login_attribute = config->directory_login_attribute,
        .name_attribute = config->directory_name_attribute,
        .group_attribute = config->directory_group_attribute,
        .group_base = config->directory_group_base,
        .group_filter = config->directory_group_filter,
        .timeout_ms = (int64_t)config->directory_timeout_ms,
    };

    TRY(directory_open(&settings, &people->directory));
    if (people->directory == NULL)
        return ERR_OK;
    people->askers += (unsigned)config->directory_parallel;
    return err_while(group_roles_load(config->directory_roles_file, &people->group_roles),
                     "directory.roles_file");
}

static enum err open_provider(const struct config *config, struct people *people)
{
    AUTO_ARENA arena = arena_new(1024);
    const struct provider_settings settings = {
        .issuer = config->provider_issuer,
        .client_id = config->provider_client_id,
        .client_secret_file = config->provider_client_secret_file,
        .scopes = config->provider_scopes,
        .login_claim = config->provider_login_claim,
        .name_claim = config->provider_name_claim,
        .group_claim = config->provider_group_claim,
        .ca_file = config->outbox_ca_file,
        .networks = config->outbox_networks,
        .return_to = page_url(people, "entrada", arena),
        .timeout_ms = (uint32_t)config->provider_timeout_ms,
    };

    TRY(provider_open(&settings, &people->provider));
    if (people->provider == NULL)
        return ERR_OK;
    people->askers += (unsigned)config->provider_parallel;
    return err_while(group_roles_load(config->provider_roles_file, &people->provider_roles),
                     "provider.roles_file");
}

enum err people_open(const struct config *config, struct people *ret)
{
    *ret = (struct people){
        .idle_ms = (int64_t)config->session_idle_ms,
        .most_ms = (int64_t)config->session_most_ms,
        .by_login = {(int64_t)config->lock_after,         (int64_t)config->lock_ms},
        .by_address = {(int64_t)config->lock_after_address, (int64_t)config->lock_ms},
        .link_s = (int64_t)config->link_ms / MS_PER_S,
        .url = config->api_url,
        .listen = config->listen_api,
    };
    TRY(err_while(networks_read(config->api_proxies, &ret->proxies), "api.trusted_proxies"));
    TRY(err_while(release_trust_load(text_or_empty(config->firmware_keys_file),
                                     (unsigned)config->firmware_signatures, &ret->release),
                  "firmware.keys_file"));
    TRY(open_directory(config, ret));
    return open_provider(config, ret);
}

void people_stop(const struct people *people)
{
    if (people->directory != NULL)
        directory_stop(people->directory);
    if (people->provider != NULL)
        provider_stop(people->provider);
}

void people_close(struct people *people)
{
    networks_free(people->proxies);
    directory_close(people->directory);
    group_roles_free(people->group_roles);
    provider_close(people->provider);
    group_roles_free(people->provider_roles);
    release_trust_free(people->release);
}

enum err people_first_link(struct db *db, const struct people *people, struct arena *arena, const char **ret)
{
    unsigned char hash[SHA256_BYTES];
    char key[KEY_TEXT_MAX];
    bool there;

    *ret = NULL;
    TRY(user_any(db, arena, &there));
    if (there)
        return ERR_OK;
    key_make(key);
    key_hash(KEY_LINK, key, hash);
    TRY(link_add(db, hash, 0, people->link_s, arena));
    *ret = people_link(people, key, arena);
    crypto_wipe(key, sizeof(key));
    return ERR_OK;
}
