#include "acs/cwmp/dialler.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "acs/base/clock.h"
#include "acs/base/log.h"
#include "acs/base/metrics.h"
#include "acs/cwmp/dial_policy.h"
#include "acs/cwmp/nat.h"
#include "acs/cwmp/udp_call.h"
#include "db/wake.h"

enum { PASSWORD_MAX = 256 };

struct dialler {
    const struct config *config;
    struct http_client *client;
    struct nat *nat; /* NULL: no UDP port is configured */
    struct dial_policy *policy;
    char password[PASSWORD_MAX + 1];
    unsigned under_way;
};

struct call {
    struct dialler *dialler;
    struct db_pool *pool;
    int64_t device_id;
    char udp_address[UDP_CALL_ADDRESS_MAX]; /* to try if nobody answers; "": it may not be called by UDP */
};

/* ---- outcomes ---- */

/* code: of acs/api/wake.def, which has the words for it */
static void record(struct db_pool *pool, int64_t device_id, bool reached, const char *code)
{
    AUTO_DB db = NULL;
    enum err err = db_borrow(pool, &db);

    if (err == ERR_OK)
        err = wake_result(db, device_id, code, reached);
    if (err != ERR_OK)
        log_warn("the outcome of a call was not kept", log_i("device", device_id),
                 log_s("why", err_message()));
}

/* ---- by UDP, for devices behind NAT (TR-069 G.2.2) ---- */

static bool has_password(const struct dialler *dialler)
{
    return dialler->password[0] != '\0';
}

/* The address in ret if this device may be called by UDP, else "". */
static void find_udp_address(const struct dialler *dialler, const struct wake_target *target,
                             char ret[UDP_CALL_ADDRESS_MAX])
{
    const char *address = text_or_empty(target->udp_address);
    char url[UDP_CALL_ADDRESS_MAX + 16];
    struct address unused;

    ret[0] = '\0';
    if (dialler->nat == NULL || !has_password(dialler) || !udp_call_read_address(address, &unused))
        return;
    snprintf(url, sizeof(url), "http://%s/", address);
    if (dial_policy_check(dialler->policy, url, target->source_address) == ERR_OK)
        memcpy(ret, address, strlen(address) + 1);
}

static bool send_copies(const struct dialler *dialler, const char *address, int64_t at_s)
{
    AUTO_ARENA arena = arena_new(1024);
    struct text datagram = TEXT_IN(arena);
    struct address to;
    bool sent = false;
    uint64_t random = crypto_random_u64();

    udp_call_write(&(struct udp_call){.address = address,
                                      .username = dialler->config->cr_username,
                                      .password = {dialler->password},
                                      .at_s = at_s,
                                      .id = random >> 32,
                                      .cnonce = arena_printf(arena, "%016" PRIX64, random)},
                   &datagram);
    if (!udp_call_read_address(address, &to))
        return false;
    for (unsigned i = 0; i < UDP_CALL_COPIES; i++)
        sent |= nat_send(dialler->nat, &to, datagram.data, datagram.len);
    return sent;
}

/* Its next Inform is the only answer there is (G-22). */
static void call_by_udp(const struct dialler *dialler, struct db_pool *pool, int64_t device_id,
                        const char *address)
{
    AUTO_DB db = NULL;
    int64_t at_s;
    bool sent = false;

    if (db_borrow(pool, &db) == ERR_OK && wake_udp_stamp(db, device_id, &at_s) == ERR_OK)
        sent = send_copies(dialler, address, at_s);
    db_return(db);
    db = NULL;
    log_debug("router called by UDP", log_i("device", device_id), log_s("address", address),
              log_i("sent", sent));
    metric_count(sent ? METRIC_CONNECTION_REQUESTS_UDP : METRIC_CONNECTION_REQUESTS_FAILED);
    record(pool, device_id, sent, sent ? "datagram" : "unreachable");
}

/* ---- by TCP ---- */

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

    metric_count(rows[outcome].metric);
    call->dialler->under_way--;
    log_debug("router called", log_i("device", call->device_id), log_s("outcome", detail));
    if (outcome == HTTP_DIAL_UNREACHABLE && call->udp_address[0] != '\0')
        call_by_udp(call->dialler, call->pool, call->device_id, call->udp_address);
    else
        record(call->pool, call->device_id, rows[outcome].reached, rows[outcome].code);
    heap_free(call);
}

/* NULL: it may be called; else the code of what speaks against it. */
static const char *find_objection(const struct dialler *dialler, const struct wake_target *target)
{
    if (!has_password(dialler))
        return "not_set_up";
    if (text_or_empty(target->connection_request_url)[0] == '\0')
        return "no_address";
    if (dial_policy_check(dialler->policy, target->connection_request_url, target->source_address) == ERR_OK)
        return NULL;
    log_info("router not called", log_i("device", target->device_id), log_s("why", err_message()));
    return "not_allowed";
}

static void dial(struct dialler *dialler, struct db_pool *pool, const struct wake_target *target)
{
    struct http_dial request = {
        .url = target->connection_request_url,
        .username = dialler->config->cr_username,
        .password = {dialler->password},
        .timeout_ms = (uint32_t)dialler->config->cr_timeout_ms,
    };
    const char *objection = find_objection(dialler, target);
    char udp_address[UDP_CALL_ADDRESS_MAX];
    struct call *call;

    find_udp_address(dialler, target, udp_address);
    if (objection != NULL && udp_address[0] != '\0') {
        call_by_udp(dialler, pool, target->device_id, udp_address);
        return;
    }
    if (objection != NULL) {
        metric_count(METRIC_CONNECTION_REQUESTS_REFUSED);
        record(pool, target->device_id, false, objection);
        return;
    }
    call = HEAP_NEW(struct call);
    *call = (struct call){.dialler = dialler, .pool = pool, .device_id = target->device_id};
    memcpy(call->udp_address, udp_address, sizeof(udp_address));
    dialler->under_way++;
    http_client_dial(dialler->client, &request, dialled, call);
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
    for (size_t i = 0; i < count; i++)
        dial(dialler, pool, &targets[i]);
}

/* ---- birth ---- */

static enum err read_password(const char *path, char ret[PASSWORD_MAX + 1])
{
    FILE *file;

    if (path[0] == '\0')
        return ERR_OK;
    file = fopen(path, "re");
    if (file == NULL)
        return err_set(ERR_NOT_FOUND, "connection_request.password_file: cannot read %s: %s", path,
                       strerror(errno));
    if (fgets(ret, PASSWORD_MAX + 1, file) == NULL)
        ret[0] = '\0';
    fclose(file);
    ret[strcspn(ret, "\r\n")] = '\0';
    if (ret[0] == '\0')
        return err_set(ERR_INVALID, "connection_request.password_file: the first line of %s is empty", path);
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
