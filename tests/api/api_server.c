/*
 * The real API on a real database, without CWMP: what test_api.py talks to. It plays the devices by SQL.
 *
 * Makes a database of its own, serves it on a port of the kernel's choice and prints one JSON line: the URL,
 * the name of the database, and a token per role. Lines on standard input: "alive 0", "ready 0", "token NAME"
 * (prints another), "agent NAME" (one that is held to the limits of the desk), "first link" (prints
 * that of the first user), and the end of it stops the
 * server.
 */
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "acs/api/api.h"
#include "acs/api/hub.h"
#include "acs/api/threshold_file.h"
#include "acs/auth/keyring.h"
#include "acs/auth/token.h"
#include "acs/base/clock.h"
#include "acs/base/json.h"
#include "acs/base/log.h"
#include "acs/errands.h"
#include "acs/files/files.h"
#include "tests/support/database.h"

enum { THREADS = 4, POOL = 6, LINE_MAX_BYTES = 256, DEVICES_HEARD_OF = 65536 };

static _Atomic bool alive = true;
static _Atomic bool ready = true;
static _Atomic int queued[DEVICES_HEARD_OF]; /* by device: what other tests queue comes late */

static bool is_alive(void *ctx)
{
    (void)ctx;
    return atomic_load(&alive);
}

static unsigned is_ready(struct api_check *checks, unsigned room, void *ctx)
{
    (void)ctx;
    if (room == 0)
        return 0;
    checks[0] = (struct api_check){.name = "cwmp", .ok = atomic_load(&ready), .detail = "no worker"};
    return 1;
}

static void on_queued(int64_t device_id, const char *action_id, enum action_state state, void *ctx)
{
    (void)action_id, (void)state, (void)ctx;
    atomic_fetch_add(&queued[device_id % DEVICES_HEARD_OF], 1);
}

static enum err make_token(struct db_pool *pool, const char *name, capability_set capabilities,
                           int64_t expires_at_us, char ret[TOKEN_MAX])
{
    struct token_wish wish = {
        .name = name, .environment = "test", .capabilities = capabilities, .expires_at_us = expires_at_us};
    AUTO_DB db = NULL;

    TRY(db_borrow(pool, &db));
    return token_create(db, &wish, ret, NULL);
}

static const capability_set agent_may =
    CAPABILITY_BIT(CAPABILITY_DEVICES_READ) | CAPABILITY_BIT(CAPABILITY_ACTIONS_READ) |
    CAPABILITY_BIT(CAPABILITY_ACTIONS_RUN) | CAPABILITY_BIT(CAPABILITY_DEVICES_RESET) |
    CAPABILITY_BIT(CAPABILITY_SECRETS_REVEAL) | CAPABILITY_BIT(CAPABILITY_CASES_WORK);

static enum err write_tokens(struct db_pool *pool, struct json_writer *json)
{
    static const struct {
        const char *name;
        capability_set capabilities;
        int64_t expires_in_s;
    } roles[] = {
        {"all",     0,                                                                                 0 },
        {"reader",  CAPABILITY_BIT(CAPABILITY_DEVICES_READ) | CAPABILITY_BIT(CAPABILITY_ACTIONS_READ), 0 },
        {"agent",
         CAPABILITY_BIT(CAPABILITY_DEVICES_READ) | CAPABILITY_BIT(CAPABILITY_ACTIONS_READ) |
             CAPABILITY_BIT(CAPABILITY_ACTIONS_RUN),
         3600                                                                                            },
        {"nobody",  CAPABILITY_BIT(CAPABILITY_ME_READ),                                                0 },
        {"expired", 0,                                                                                 -1},
    };

    for (size_t i = 0; i < sizeof(roles) / sizeof(*roles); i++) {
        int64_t expires_at_us =
            roles[i].expires_in_s == 0 ? 0 : clock_now_us() + roles[i].expires_in_s * US_PER_S;
        char token[TOKEN_MAX];

        TRY(make_token(pool, roles[i].name, roles[i].capabilities, expires_at_us, token));
        json_field_string(json, roles[i].name, token);
    }
    return ERR_OK;
}

static enum err say_hello(struct db_pool *pool, const char *address)
{
    AUTO_ARENA arena = arena_new(1024);
    struct text out = TEXT_IN(arena);
    struct json_writer json = JSON_WRITER(&out);

    json_open_object(&json);
    json_field_string(&json, "url", arena_printf(arena, "http://%s", address));
    json_field_string(&json, "database", database_name());
    json_key(&json, "tokens");
    json_open_object(&json);
    TRY(write_tokens(pool, &json));
    json_close_object(&json);
    json_close_object(&json);
    puts(text_string(&out));
    fflush(stdout);
    return ERR_OK;
}

static bool is_token_wanted(struct db_pool *pool, const char *line, char token[TOKEN_MAX])
{
    bool agent = text_starts_with(line, "agent ");

    return (agent || text_starts_with(line, "token ")) &&
           make_token(pool, line + 6, agent ? agent_may : 0, 0, token) == ERR_OK;
}

struct served {
    struct config config; /* of the files */
    struct files *files;
    struct keyring *keyring;
    struct threshold_file *thresholds;
    struct db_pool *pool;
    struct hub *hub;
    struct people people;
    struct api *api;
    struct http_listener *listener;
    struct errands errands;
    char address[64];
};

/* What acsd prints at its start. */
static void print_first_link(struct served *served)
{
    AUTO_ARENA arena = arena_new(1024);
    const char *link = NULL;
    AUTO_DB db = NULL;

    if (db_borrow(served->pool, &db) == ERR_OK)
        (void)!people_first_link(db, &served->people, arena, &link);
    puts(text_or_empty(link));
}

static void obey(struct served *served)
{
    struct db_pool *pool = served->pool;
    char line[LINE_MAX_BYTES];
    char token[TOKEN_MAX];

    while (fgets(line, sizeof(line), stdin) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        if (text_starts_with(line, "alive "))
            atomic_store(&alive, line[6] == '1');
        else if (text_starts_with(line, "ready "))
            atomic_store(&ready, line[6] == '1');
        else if (is_token_wanted(pool, line, token))
            puts(token);
        else if (strcmp(line, "first link") == 0)
            print_first_link(served);
        else if (text_starts_with(line, "queued "))
            printf("%d\n", atomic_load(&queued[strtoul(line + 7, NULL, 10) % DEVICES_HEARD_OF]));
        fflush(stdout);
    }
}

/* In the file that the test names, a new one; without a name devices are not asked who they are. */
static enum err open_keys(struct keyring **ret)
{
    const char *path = getenv("FAROL_API_KEYS");

    *ret = NULL;
    if (path == NULL)
        return ERR_OK;
    unlink(path);
    TRY(keyring_make(path));
    return keyring_load(path, ret);
}

/* Those of limits.def. */
static struct limits default_limits(void)
{
    static const char *const defaults[LIMIT_COUNT] = {
#define LIMIT(id, key, kinds, of, otherwise, window_s, help, pt, en) otherwise,
#include "acs/api/limits.def"
#undef LIMIT
    };
    struct limits limits;

    for (size_t i = 0; i < LIMIT_COUNT; i++)
        limits.most[i] = strtoul(defaults[i], NULL, 10);
    return limits;
}

enum { FILE_MAX = 1024 * 1024, PENDING = 4, PENDING_SIZE = 3 * FILE_MAX };

/* In the directory that the test names; it looks there, too. */
static enum err open_files(struct served *served)
{
    served->config = (struct config){.files_directory = text_or_empty(getenv("FAROL_API_FILES")),
                                     .files_url = "http://127.0.0.1:7548",
                                     .files_file_max = FILE_MAX,
                                     .files_group = "pon",
                                     .files_pending = PENDING,
                                     .files_pending_size = PENDING_SIZE,
                                     .files_pending_ms = 86400000,
                                     .files_speed_tests = 1,
                                     .files_link_ms = 60000};
    return files_open(&served->config, &served->files);
}

/* All tests come from one address; 127.0.0.2 is the proxy. FAROL_API_SIGNATURES of the keys of
 * FAROL_API_RELEASE_KEYS must have signed a firmware's manifest. */
static enum err open_people(struct served *served)
{
    const char *signatures = getenv("FAROL_API_SIGNATURES");
    const struct config config = {.session_idle_ms = 1800000,
                                  .session_most_ms = 28800000,
                                  .lock_after = 5,
                                  .lock_after_address = 12,
                                  .lock_ms = 60000,
                                  .link_ms = 3600000,
                                  .api_url = "https://acs.example/",
                                  .api_proxies = "127.0.0.2/32",
                                  .firmware_keys_file = getenv("FAROL_API_RELEASE_KEYS"),
                                  .firmware_signatures =
                                      signatures != NULL ? strtoul(signatures, NULL, 10) : 0};

    return people_open(&config, &served->people);
}

static enum err start(struct served *served)
{
    struct http_limits limits = {.body_max = API_BODY_MAX + 1,
                                 .header_ms = 5000,
                                 .body_ms = 5000,
                                 .idle_ms = 5000,
                                 .connections = 500,
                                 .admit = api_admit};
    struct hub_config hub = {.database_url = database_url(), .on_queued = on_queued};
    struct api_config api = {.version = "test", .is_alive = is_alive, .is_ready = is_ready};
    int fd;

    TRY(open_files(served));
    TRY(open_keys(&served->keyring));
    TRY(threshold_file_open("", &served->thresholds));
    served->pool = db_pool_new(database_url(), POOL);
    hub.pool = served->pool;
    TRY(hub_new(&hub, &served->hub));
    api.pool = served->pool;
    api.hub = served->hub;
    api.files = served->files;
    api.keyring = served->keyring;
    api.thresholds = served->thresholds;
    api.limits = default_limits();
    api.cases = (struct case_rules){.protocol = "{YYYY}-{MM}{DD}-{N6}",
                                    .offset_s = INT64_C(-3) * 3600,
                                    .repeat_contacts = 3,
                                    .repeat_days = 7,
                                    .visit_days = 14,
                                    .queues = "N2, Campo",
                                    .url = "http://127.0.0.1:8080",
                                    .handoff_ms = 60000};
    api.time_zone = "America/Sao_Paulo";
    api.check_documents = true;
    api.import_max = 1024 * 1024;
    TRY(open_people(served));
    api.people = served->people;
    TRY(api_new(&api, &served->api));
    TRY(http_bind("127.0.0.1:0", false, &fd));
    TRY(http_bound_address(fd, served->address, sizeof(served->address)));
    TRY(errands_start(&(struct errands_config){.pool = served->pool,
                                               .policy = {.check_documents = true},
                                               .release = served->people.release},
                      &served->errands));
    return http_listener_with_threads(THREADS, fd, &limits, api_handle, served->api, &served->listener);
}

static void stop(struct served *served)
{
    errands_stop(&served->errands);
    http_listener_stop_accepting(served->listener);
    hub_close(served->hub);
    api_drain(served->listener);
    api_close(served->api);
    http_listener_free(served->listener);
    hub_free(served->hub);
    api_free(served->api);
    db_pool_free(served->pool);
    files_close(served->files);
    keyring_free(served->keyring);
    threshold_file_close(served->thresholds);
    people_close(&served->people);
}

int main(void)
{
    struct served served = {0};
    void *state = NULL;

    log_setup(LOG_WARN, LOG_TEXT);
    if (database_create_migrated(&state) != 0)
        return 1;
    if (start(&served) != ERR_OK || say_hello(served.pool, served.address) != ERR_OK) {
        fprintf(stderr, "api_server: %s\n", err_message());
        return 1;
    }
    obey(&served);
    stop(&served);
    return database_drop(&state);
}
