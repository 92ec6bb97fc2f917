#include "acs/cwmp/credentials.h"

#include "acs/base/map.h"

struct credentials {
    struct map *by_user;
    struct map *by_device;
    struct list by_use;
    size_t most;
};

static struct hash128 device_key(int64_t device_id)
{
    return (struct hash128){.low = (uint64_t)device_id};
}

struct credentials *credentials_new(size_t most)
{
    struct credentials *credentials = HEAP_NEW(struct credentials);

    credentials->by_user = map_new(0);
    credentials->by_device = map_new(0);
    credentials->most = most;
    list_init(&credentials->by_use);
    return credentials;
}

static void drop(struct credentials *credentials, struct credential *credential)
{
    map_remove(credentials->by_user, credential->user);
    map_remove(credentials->by_device, device_key(credential->device_id));
    list_remove(&credential->by_use);
    crypto_wipe(credential, sizeof(*credential));
    heap_free(credential);
}

static void drop_all(struct credentials *credentials)
{
    LIST_EACH (item, &credentials->by_use)
        drop(credentials, container_of(item, struct credential, by_use));
}

void credentials_free(struct credentials *credentials)
{
    if (credentials == NULL)
        return;
    drop_all(credentials);
    map_free(credentials->by_user);
    map_free(credentials->by_device);
    heap_free(credentials);
}

struct credential *credentials_find(struct credentials *credentials, struct hash128 user)
{
    union map_value found;
    struct credential *credential;

    if (!map_get(credentials->by_user, user, &found))
        return NULL;
    credential = found.pointer;
    list_remove(&credential->by_use);
    list_append(&credentials->by_use, &credential->by_use);
    return credential;
}

static struct credential *find_device(struct credentials *credentials, int64_t device_id)
{
    union map_value found = {.pointer = NULL};

    map_get(credentials->by_device, device_key(device_id), &found);
    return found.pointer;
}

static void drop_least_used(struct credentials *credentials)
{
    struct list *first = list_first(&credentials->by_use);

    if (first != NULL)
        drop(credentials, container_of(first, struct credential, by_use));
}

/* A device has one user name: if it was renamed, the old one goes. */
struct credential *credentials_keep(struct credentials *credentials, const struct credential *credential)
{
    struct credential *kept = HEAP_NEW(struct credential);
    struct credential *namesake;

    credentials_forget(credentials, credential->device_id);
    namesake = credentials_find(credentials, credential->user);
    if (namesake != NULL)
        drop(credentials, namesake);
    if (map_count(credentials->by_user) >= credentials->most)
        drop_least_used(credentials);
    *kept = *credential;
    list_append(&credentials->by_use, &kept->by_use);
    map_put(credentials->by_user, kept->user, (union map_value){.pointer = kept});
    map_put(credentials->by_device, device_key(kept->device_id), (union map_value){.pointer = kept});
    return kept;
}

void credentials_forget(struct credentials *credentials, int64_t device_id)
{
    struct credential *credential;

    if (credentials == NULL)
        return;
    if (device_id == 0) {
        drop_all(credentials);
        return;
    }
    credential = find_device(credentials, device_id);
    if (credential != NULL)
        drop(credentials, credential);
}
