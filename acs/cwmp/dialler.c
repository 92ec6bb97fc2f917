#include "acs/cwmp/dialler.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "acs/auth/device_secret.h"
#include "acs/base/clock.h"
#include "acs/base/log.h"
#include "acs/base/metrics.h"
#include "acs/cwmp/dial_policy.h"
#include "acs/cwmp/door.h"
#include "acs/cwmp/nat.h"
#include "acs/cwmp/udp_call.h"
#include "db/wake.h"

/* What it has, what it may have got since, and what all have that have none of their own. */
enum { PASSWORD_MAX = SECRET_BYTES_MAX, LOGINS_MAX = 4 };

struct dialler {
    const struct config *config;
    struct http_client *client;
    struct nat *nat; /* NULL: no UDP port is configured */
    struct dial_policy *policy;
    struct workers *workers;
    const struct keyring *keyring; /* NULL: no router has a password of its own that could be read */
    char password[PASSWORD_MAX + 1];
    unsigned under_way;
};

struct login {
    const char *username;
    char password[PASSWORD_MAX + 1];
};

/* A device that is being called. */
struct call {
    struct dialler *dialler;
    struct db_pool *pool;
    struct arena *arena; /* of all this, and of the call itself */
    int64_t device_id;
    const char *url;
    struct login logins[LOGINS_MAX]; /* the next one is tried if it takes none before */
    unsigned login_count;
    unsigned tried;
    char udp_address[UDP_CALL_ADDRESS_MAX]; /* to try if nobody answers; "": it may not be called by UDP */
};

static void call_free(struct call *call)
{
    crypto_wipe(call->logins, sizeof(call->logins));
    arena_free(call->arena);
}

/* ---- outcomes ---- */

static void record(struct db_pool *pool, int64_t device_id, const struct wake_outcome *outcome)
{
    AUTO_DB db = NULL;
    enum err err = db_borrow(pool, &db);

    if (err == ERR_OK)
        err = wake_result(db, device_id, outcome);
    if (err != ERR_OK)
        log_warn("the outcome of a call was not kept", log_i("device", device_id),
                 log_s("why", err_message()));
}

/* ---- by UDP, for devices behind NAT (TR-069 G.2.2) ---- */

/* The address in the call if this device may be called by UDP, else "". */
static void find_udp_address(struct call *call, const struct wake_target *target)
{
    const struct dialler *dialler = call->dialler;
    const char *address = text_or_empty(target->udp_address);
    char url[UDP_CALL_ADDRESS_MAX + 16];
    struct address unused;

    if (dialler->nat == NULL || call->login_count == 0 || !udp_call_read_address(address, &unused))
        return;
    snprintf(url, sizeof(url), "http://%s/", address);
    if (dial_policy_check(dialler->policy, url, target->source_address) == ERR_OK)
        memcpy(call->udp_address, address, strlen(address) + 1);
}

static bool send_copies(const struct call *call, const struct login *login, int64_t at_s)
{
    AUTO_ARENA arena = arena_new(1024);
    struct text datagram = TEXT_IN(arena);
    struct address to;
    bool sent = false;
    uint64_t random = crypto_random_u64();

    udp_call_write(&(struct udp_call){.address = call->udp_address,
                                      .username = login->username,
                                      .password = {login->password},
                                      .at_s = at_s,
                                      .id = random >> 32,
                                      .cnonce = arena_printf(arena, "%016" PRIX64, random)},
                   &datagram);
    if (!udp_call_read_address(call->udp_address, &to))
        return false;
    for (unsigned i = 0; i < UDP_CALL_COPIES; i++)
        sent |= nat_send(call->dialler->nat, &to, datagram.data, datagram.len);
    return sent;
}

/* Its next Inform is the only answer there is (G-22): it takes one of the logins, and passes over the others.
 */
static void call_by_udp(const struct call *call)
{
    AUTO_DB db = NULL;
    int64_t at_s;
    bool sent = false;

    if (db_borrow(call->pool, &db) == ERR_OK && wake_udp_stamp(db, call->device_id, &at_s) == ERR_OK)
        for (unsigned i = 0; i < call->login_count; i++)
            sent |= send_copies(call, &call->logins[i], at_s);
    db_return(db);
    db = NULL;
    log_debug("router called by UDP", log_i("device", call->device_id), log_s("address", call->udp_address),
              log_i("sent", sent));
    metric_count(sent ? METRIC_CONNECTION_REQUESTS_UDP : METRIC_CONNECTION_REQUESTS_FAILED);
    record(call->pool, call->device_id,
           &(struct wake_outcome){.code = sent ? "datagram" : "unreachable", .reached = sent, .way = "udp"});
}

/* ---- by TCP ---- */

static void dial_next(struct call *call);

static void dialled(enum http_dial_outcome outcome, const char *detail, void *ctx)
{
    /* busy means that it is in a session or was called a moment ago: it will be here (C-09) */
    static const struct {
        const char *code;
        bool reached;
        enum metric metric;
    } rows[] = {
        [HTTP_DIAL_ACCEPTED] = {"accepted",    true,  METRIC_CONNECTION_REQUESTS_OK    },
        [HTTP_DIAL_BUSY] = {"busy",        true,  METRIC_CONNECTION_REQUESTS_BUSY  },
        [HTTP_DIAL_DENIED] = {"denied",      false, METRIC_CONNECTION_REQUESTS_FAILED},
        [HTTP_DIAL_UNREACHABLE] = {"unreachable", false, METRIC_CONNECTION_REQUESTS_FAILED},
        [HTTP_DIAL_STRANGE] = {"odd_answer",  false, METRIC_CONNECTION_REQUESTS_FAILED},
    };
    struct call *call = ctx;

    if (outcome == HTTP_DIAL_DENIED && call->tried < call->login_count) {
        dial_next(call);
        return;
    }
    metric_count(rows[outcome].metric);
    call->dialler->under_way--;
    log_debug("router called", log_i("device", call->device_id), log_s("outcome", detail));
    if (outcome == HTTP_DIAL_UNREACHABLE && call->udp_address[0] != '\0')
        call_by_udp(call);
    else
        record(call->pool, call->device_id,
               &(struct wake_outcome){
                   .code = rows[outcome].code, .reached = rows[outcome].reached, .way = "http"});
    call_free(call);
}

static void dial_next(struct call *call)
{
    const struct login *login = &call->logins[call->tried++];
    struct http_dial request = {
        .url = call->url,
        .username = login->username,
        .password = {login->password},
        .timeout_ms = (uint32_t)call->dialler->config->cr_timeout_ms,
    };

    http_client_dial(call->dialler->client, &request, dialled, call);
}

/* ---- with what ---- */

static void add_sealed(struct call *call, const char *username, const char *sealed)
{
    const struct seal_context context = {call->device_id, DEVICE_SECRET_CALL};
    struct login *login = &call->logins[call->login_count];

    if (sealed == NULL || call->dialler->keyring == NULL)
        return;
    if (keyring_open(call->dialler->keyring, &context, sealed, login->password) != ERR_OK) {
        log_error("a router's own password cannot be used", log_i("device", call->device_id),
                  log_s("why", err_message()));
        return;
    }
    login->username = arena_strdup(call->arena, username);
    call->login_count++;
}

/* That of everybody only as long as it has none of its own (T15): a router that was given its own may not
 * have said so yet. There is a stack that says yes to both, takes the password and leaves its user name as it
 * was. */
static void find_logins(struct call *call, const struct wake_target *target)
{
    const struct dialler *dialler = call->dialler;
    struct login *login;

    add_sealed(call, target->call_username, target->call_secret);
    add_sealed(call, target->call_username, target->next_call_secret);
    add_sealed(call, dialler->config->cr_username, target->next_call_secret);
    if (target->call_secret != NULL || dialler->password[0] == '\0')
        return;
    login = &call->logins[call->login_count++];
    login->username = dialler->config->cr_username;
    memcpy(login->password, dialler->password, sizeof(login->password));
}

/* NULL: it may be called; else the code of what speaks against it. */
static const char *find_objection(const struct call *call, const struct wake_target *target)
{
    if (call->login_count == 0)
        return "not_set_up";
    if (text_or_empty(target->connection_request_url)[0] == '\0')
        return "no_address";
    if (dial_policy_check(call->dialler->policy, target->connection_request_url, target->source_address) ==
        ERR_OK)
        return NULL;
    log_info("router not called", log_i("device", target->device_id), log_s("why", err_message()));
    return "not_allowed";
}

static void dial(struct dialler *dialler, struct db_pool *pool, const struct wake_target *target)
{
    struct arena *arena = arena_new(2048);
    struct call *call = ARENA_NEW(arena, struct call);
    const char *objection;

    *call = (struct call){.dialler = dialler, .pool = pool, .arena = arena, .device_id = target->device_id};
    call->url = arena_strdup(arena, target->connection_request_url);
    find_logins(call, target);
    find_udp_address(call, target);
    objection = find_objection(call, target);
    if (objection == NULL) {
        dialler->under_way++;
        dial_next(call);
        return;
    }
    if (call->udp_address[0] != '\0') {
        call_by_udp(call);
    } else {
        metric_count(METRIC_CONNECTION_REQUESTS_REFUSED);
        record(pool, target->device_id, &(struct wake_outcome){.code = objection});
    }
    call_free(call);
}

/* It is here: its session has been told that there is something to do. */
static void leave_alone(struct db *db, int64_t device_id)
{
    metric_count(METRIC_CONNECTION_REQUESTS_SPARED);
    if (wake_spared(db, device_id) != ERR_OK)
        log_warn("the outcome of a call was not kept", log_i("device", device_id),
                 log_s("why", err_message()));
}

void dialler_run(struct dialler *dialler, struct db_pool *pool)
{
    AUTO_ARENA arena = arena_new(4096);
    unsigned room = (unsigned)dialler->config->cr_parallel - dialler->under_way;
    struct wake_target *targets = NULL;
    size_t count = 0;
    AUTO_DB db = NULL;

    if (room == 0)
        return;
    if (db_borrow(pool, &db) != ERR_OK || wake_due(db, room, arena, &targets, &count) != ERR_OK) {
        log_debug("whom to call is not known", log_s("why", err_message()));
        return;
    }
    for (size_t i = 0; i < count; i++) {
        if (workers_serve(dialler->workers, targets[i].device_id))
            leave_alone(db, targets[i].device_id);
        else
            dial(dialler, pool, &targets[i]);
    }
}

/* ---- birth ---- */

static enum err read_password(const char *path, char ret[PASSWORD_MAX + 1])
{
    AUTO_ARENA arena = arena_new(1024);
    struct secret password;

    if (path[0] == '\0')
        return ERR_OK;
    TRY(err_while(device_secret_read(path, arena, &password), "connection_request.password_file"));
    memcpy(ret, password.hidden, strlen(password.hidden) + 1);
    return ERR_OK;
}

enum err dialler_new(const struct config *config, struct loop *loop, struct dialler **ret)
{
    struct dialler *dialler = HEAP_NEW(struct dialler);

    dialler->config = config;
    *ret = dialler;
    TRY(read_password(config->cr_password_file, dialler->password));
    TRY(dial_policy_new(config->cr_networks, &dialler->policy));
    dialler->client = http_client_new(loop, (unsigned)config->cr_parallel);
    return config->listen_stun[0] == '\0' ? ERR_OK : nat_new(config->listen_stun, &dialler->nat);
}

void dialler_use_workers(struct dialler *dialler, struct workers *workers)
{
    dialler->workers = workers;
    dialler->keyring = door_keyring(workers->door);
}

void dialler_free(struct dialler *dialler)
{
    if (dialler == NULL)
        return;
    if (dialler->client != NULL)
        http_client_free(dialler->client);
    nat_free(dialler->nat);
    dial_policy_free(dialler->policy);
    crypto_wipe(dialler->password, sizeof(dialler->password));
    heap_free(dialler);
}
