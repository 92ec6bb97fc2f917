#include "acs/api/people.h"

#include <string.h>

#include "acs/base/clock.h"
#include "acs/config.h"
#include "acs/http/networks.h"
#include "db/user.h"

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
    return err_while(networks_read(config->api_proxies, &ret->proxies), "api.trusted_proxies");
}

void people_close(struct people *people)
{
    networks_free(people->proxies);
}

const char *people_link(const struct people *people, const char *key, struct arena *arena)
{
    size_t len = strlen(people->url);

    if (len == 0)
        return arena_printf(arena, "http://%s/primeiro-acesso#%s", people->listen, key);
    len -= people->url[len - 1] == '/';
    return arena_printf(arena, "%.*s/primeiro-acesso#%s", (int)len, people->url, key);
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
