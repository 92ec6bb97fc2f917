/*
 * The REST API: one handler for an HTTP listener with threads of its own.
 *
 * api_handle() takes a request through the same stations each time: route, token, query and body against
 * their schemas, the handler, and one answer in JSON, a problem if anything refused it. Requests that change
 * something run in one transaction from the check of the token to the effect.
 */
#pragma once

#include "acs/api/case_rules.h"
#include "acs/api/limit.h"
#include "acs/api/people.h"
#include "acs/base/text.h"
#include "acs/http/http.h"
#include "db/pool.h"

struct api;
struct audit;
struct files;
struct hub;
struct keyring;
struct threshold_file;

enum { API_BODY_MAX = 256 * 1024 }; /* larger bodies are answered 413; let the listener take a little more */

struct api_check {
    const char *name; /* "cwmp" */
    bool ok;
    const char *detail; /* why not; NULL: nothing to say; must live until the answer was written */
};

struct api_config {
    struct db_pool *pool;
    struct hub *hub;
    const struct files *files;     /* NULL: this server keeps none */
    const struct keyring *keyring; /* NULL: devices are not asked who they are */
    const struct threshold_file *thresholds;
    struct audit *audit; /* made by api_new() from the keyring */
    struct limits limits;
    struct case_rules cases;
    const char *time_zone; /* of the desk: "America/Sao_Paulo" */
    uint64_t import_max;   /* bytes of a file of subscribers */
    bool check_documents;  /* the check digits of a CPF or CNPJ must be right */
    struct people people;
    const char *version;
    int64_t started_us; /* made by api_new() */
    /* May be NULL: nothing to add. Called in threads of the listener. */
    bool (*is_alive)(void *ctx); /* did every loop turn in the last 5 s? */
    unsigned (*is_ready)(struct api_check *checks, unsigned room, void *ctx); /* how many checks it wrote */
    void *ctx;
};

/* ERR_UNAVAILABLE: there can be no thread for sign-ins. */
enum err api_new(const struct api_config *config, struct api **ret) MUST_CHECK;
/* Ends the sign-ins that are under way, and takes no more. Before the listener is freed. */
void api_close(struct api *api);
/* Between hub_close() and the end of the listener: lets the last answers get out, for a second at most. */
void api_drain(const struct http_listener *listener);
void api_free(struct api *api); /* after the listener */

/* An http_admit and an http_handler; ctx is the struct api. */
void api_admit(struct http_exchange *exchange, void *api);
void api_handle(struct http_exchange *exchange, void *api);
