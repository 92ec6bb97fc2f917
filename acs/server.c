#include "acs/server.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "acs/api/api.h"
#include "acs/api/hub.h"
#include "acs/api/threshold_file.h"
#include "acs/background.h"
#include "acs/base/log.h"
#include "acs/cwmp/door.h"
#include "acs/cwmp/model_files.h"
#include "acs/cwmp/worker.h"
#include "acs/files/file_server.h"
#include "acs/outbox/outbox.h"
#include "db/migrate.h"

enum { EXIT_SETTINGS = 2 };

enum { DRAIN_MS = 30000, API_IDLE_MS = 60000, API_CONNECTIONS = 2000 };

struct server {
    const struct config *config;
    struct files *files; /* NULL: none are kept */
    struct file_server *file_server;
    struct db_pool *pool;
    struct workers *workers;
    struct model_files *models;
    struct threshold_file *thresholds;
    struct hub *hub;
    struct people people;
    struct api *api;
    struct http_listener *api_listener;
    struct background *background;
    struct case_rules cases;
    struct outbox *outbox;
};

/* ---- what the API asks the server about itself ---- */

static bool is_alive(void *ctx)
{
    const struct server *server = ctx;

    return workers_are_alive(server->workers) && hub_is_alive(server->hub);
}

static unsigned is_ready(struct api_check *checks, unsigned room, void *ctx)
{
    const struct server *server = ctx;
    const struct api_check all[] = {
        {"schema", background_is_ready(server->background), "the database schema is not there yet"        },
        {"cwmp",   workers_are_ready(server->workers),      "a CWMP worker has no database connection yet"},
    };
    unsigned count = 0;

    for (; count < room && count < sizeof(all) / sizeof(*all); count++) {
        checks[count] = all[count];
        if (checks[count].ok)
            checks[count].detail = NULL;
    }
    return count;
}

/* A router that has something to do is called now; one that is here already picks it up by itself. */
static void on_queued(int64_t device_id, const char *action_id, enum action_state state, void *ctx)
{
    struct server *server = ctx;

    (void)action_id;
    (void)state;
    workers_nudge(server->workers, device_id);
    background_wake(server->background);
}

static void on_credential(int64_t device_id, void *ctx)
{
    struct server *server = ctx;

    workers_forget_credentials(server->workers, device_id);
}

/* Of the API each request reads what people have set by itself; workers have it at hand. */
static void on_setting(void *ctx)
{
    struct server *server = ctx;

    background_read_settings(server->background);
}

/* ---- start ---- */

static enum err start_api(struct server *server)
{
    const struct config *config = server->config;
    struct http_limits limits = {
        .body_max = API_BODY_MAX + 1,
        .header_ms = (uint32_t)config->header_ms,
        .body_ms = (uint32_t)config->body_ms,
        .idle_ms = API_IDLE_MS,
        .connections = API_CONNECTIONS,
        .admit = api_admit,
    };
    struct api_config api = {.pool = server->pool,
                             .hub = server->hub,
                             .files = server->files,
                             .keyring = door_keyring(server->workers->door),
                             .thresholds = server->thresholds,
                             .limits = limits_of(config),
                             .cases = server->cases,
                             .time_zone = config->desk_time_zone,
                             .import_max = config->import_file_max,
                             .check_documents = strcmp(config->desk_check_documents, "yes") == 0,
                             .people = server->people,
                             .version = FAROL_VERSION,
                             .is_alive = is_alive,
                             .is_ready = is_ready,
                             .ctx = server};
    enum err err;
    int fd;

    TRY(http_bind(config->listen_api, false, &fd));
    err = api_new(&api, &server->api);
    if (err != ERR_OK) {
        close(fd);
        return err;
    }
    return http_listener_with_threads((unsigned)config->api_threads, fd, &limits, api_handle, server->api,
                                      &server->api_listener);
}

/* A database that is away is waited for; one that belongs to another version is not. */
static enum err migrate(struct server *server)
{
    enum err err = migrate_run(server->config->database_url, NULL);

    if (err == ERR_OK)
        err = background_check_keys(server->pool, door_keyring(server->workers->door));
    if (err != ERR_UNAVAILABLE) {
        background_set_ready(server->background);
        return err;
    }
    log_warn("the database is away; devices get 503 until it is back", log_s("why", err_message()));
    return ERR_OK;
}

static enum err start_hub(struct server *server)
{
    struct hub_config config = {.database_url = server->config->database_url,
                                .pool = server->pool,
                                .on_queued = on_queued,
                                .on_credential = on_credential,
                                .on_setting = on_setting,
                                .on_queued_ctx = server};

    return hub_new(&config, &server->hub);
}

static enum err start_files(struct server *server)
{
    if (server->files == NULL)
        return ERR_OK;
    return file_server_new(server->files, server->pool, &server->file_server);
}

/* What operators have written of models and thresholds. */
static enum err open_data(struct server *server)
{
    TRY(err_while(model_files_open(server->config->devices_quirks_file, server->config->devices_map_file,
                                   &server->models),
                  "devices.quirks_file, devices.map_file"));
    TRY(case_rules_of(server->config, &server->cases));
    return err_while(threshold_file_open(server->config->verdict_thresholds_file, &server->thresholds),
                     "verdicts.thresholds_file");
}

static enum err make_parts(struct server *server)
{
    TRY(people_open(server->config, &server->people));
    TRY(files_open(server->config, &server->files));
    TRY(background_new(server->config, server->files, &server->background));
    TRY(workers_new(server->config, server->files, &server->workers));
    workers_use_models(server->workers, model_files_data(server->models));
    workers_use_thresholds(server->workers, threshold_file_set(server->thresholds));
    server->pool = db_pool_new(server->config->database_url, (unsigned)server->config->database_pool);
    return ERR_OK;
}

static enum err start(struct server *server)
{
    TRY(open_data(server));
    TRY(make_parts(server));
    TRY(start_files(server));
    TRY(start_hub(server));
    TRY(start_api(server));
    TRY(migrate(server));
    TRY(background_start(server->background, server->pool, server->workers, &server->people));
    TRY(outbox_new(server->config, server->pool, door_keyring(server->workers->door), &server->outbox));
    workers_start(server->workers);
    log_info("acsd started", log_s("version", FAROL_VERSION), log_s("cwmp", server->config->listen_cwmp),
             log_s("api", server->config->listen_api), log_i("workers", server->workers->count));
    return ERR_OK;
}

/* ---- stop: first those who ask for work, then those who do it, then what they used ---- */

static void stop(struct server *server)
{
    if (server->workers != NULL)
        workers_stop(server->workers, DRAIN_MS);
    if (server->background != NULL)
        background_stop(server->background);
    outbox_free(server->outbox);
    file_server_free(server->file_server);
    if (server->api_listener != NULL)
        http_listener_stop_accepting(server->api_listener);
    if (server->hub != NULL)
        hub_close(server->hub);
    if (server->api_listener != NULL) {
        api_drain(server->api_listener);
        api_close(server->api);
        http_listener_free(server->api_listener);
    }
    if (server->hub != NULL)
        hub_free(server->hub);
    if (server->api != NULL)
        api_free(server->api);
    if (server->workers != NULL)
        workers_free(server->workers);
    model_files_close(server->models);
    threshold_file_close(server->thresholds);
    if (server->background != NULL)
        background_free(server->background);
    if (server->pool != NULL)
        db_pool_free(server->pool);
    files_close(server->files);
    people_close(&server->people);
}

/* Every open session is a descriptor: take as many as we may have. */
static void raise_descriptor_limit(void)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

/* What can be read again without a restart. */
static void reload(struct server *server)
{
    if (model_files_reload(server->models) != ERR_OK) {
        log_error("what is known of models stays as it was", log_s("why", err_message()));
    } else {
        workers_use_models(server->workers, model_files_data(server->models));
        log_info("models read again", log_s("quirks", server->config->devices_quirks_file),
                 log_s("map", server->config->devices_map_file));
    }
    if (threshold_file_reload(server->thresholds) != ERR_OK) {
        log_error("the thresholds stay as they were", log_s("why", err_message()));
    } else {
        workers_use_thresholds(server->workers, threshold_file_set(server->thresholds));
        log_info("thresholds read again", log_s("file", server->config->verdict_thresholds_file));
    }
}

/* Until a signal that ends the server. */
static void wait_for_end(struct server *server, const sigset_t *signals)
{
    int number;

    while (sigwait(signals, &number) == 0) {
        if (number == SIGHUP) {
            reload(server);
            continue;
        }
        log_info("acsd stops", log_s("signal", sigabbrev_np(number)));
        return;
    }
}

/* Blocked before the first thread starts, so that only sigwait() takes them. */
static void wait_signals(sigset_t *ret)
{
    sigemptyset(ret);
    sigaddset(ret, SIGTERM);
    sigaddset(ret, SIGINT);
    sigaddset(ret, SIGHUP);
    pthread_sigmask(SIG_BLOCK, ret, NULL);
    signal(
        SIGPIPE,
        SIG_IGN); /* NOLINT(bugprone-signal-handler,cert-sig30-c): writing to a closed socket is an error */
}

int server_run(const struct config *config)
{
    struct server server = {.config = config};
    sigset_t signals;
    enum err err;

    wait_signals(&signals);
    raise_descriptor_limit();
    err = start(&server);
    if (err != ERR_OK)
        log_error("acsd cannot start", log_s("why", err_message()));
    else
        wait_for_end(&server, &signals);
    stop(&server);
    if (err == ERR_INVALID || err == ERR_NOT_FOUND)
        return EXIT_SETTINGS;
    return err == ERR_OK ? EXIT_SUCCESS : EXIT_FAILURE;
}
