#include "tests/cpesim/session.h"

#include <stdio.h>
#include <string.h>

#include "acs/base/clock.h"
#include "acs/base/log.h"
#include "acs/base/text.h"
#include "tests/cpesim/acs_link.h"
#include "tests/cpesim/audit.h"
#include "tests/cpesim/disguise.h"
#include "tests/cpesim/fleet.h"
#include "tests/cpesim/inform.h"
#include "tests/cpesim/job.h"
#include "tests/cpesim/rpc.h"

enum {
    FAULT_METHOD = 8000,
    FAULT_RETRY = 8005,
    FAULT_VERSION = 8006,
    FAULT_VENDOR = 8800,
    FAULT_VENDOR_LAST = 8899
};
enum { REPEATS_MAX = 5, SILENCE_MS = 1000, ID_SIZE = 40 };

enum state {
    INFORMING, /* the Inform is out */
    TELLING,   /* a request of the device is out */
    LISTENING, /* the device has nothing more to say; the ACS asks or ends */
    CARRYING,  /* the answer to a request of the ACS waits for a file */
    SILENT     /* it will restart and does not even read any more (QUIRK_SILENT_RESTART) */
};

enum input { GOT_RESPONSE, GOT_FAULT, GOT_REQUEST, GOT_NOTHING };

struct session {
    struct home *home;
    struct acs_link *link;
    enum state state;
    enum cwmp_version version;   /* that messages are written in */
    enum cwmp_method awaited;    /* the response to the device's request that is out */
    char id[ID_SIZE];            /* of that request */
    unsigned repeats;            /* of that request, because of Fault 8005 */
    bool asks_methods;           /* GetRPCMethods is still to be sent */
    uint32_t transfers;          /* TransferCompletes still to be sent, */
    bool tells_units;            /* DUStateChangeComplete is still to be sent */
    uint32_t transfer;           /* beginning with this one of the home's */
    struct cwmp_message carried; /* the request whose answer waits for a file: its header alone */
    bool tells_after;            /* ODD_SAME_SESSION: when the ACS has nothing more to say */
    struct arena *arena;
    struct cwmp_strings ids; /* of the ACS's requests so far */
    struct alarm silence;
};

static const char *const state_names[] = {
    [INFORMING] = "while the Inform waits for its response",
    [TELLING] = "while a request of the device waits for its response",
    [LISTENING] = "when the device has nothing more to say",
    [CARRYING] = "before its request was answered",
    [SILENT] = "when nobody listens",
};

static PRINTF_LIKE(3, 4) void violated(struct session *session, const char *clause, const char *format, ...)
{
    struct fleet *fleet = session->home->fleet;
    char serial[SERIAL_MAX];
    va_list args;

    va_start(args, format);
    tally_violation(&fleet->tally, home_serial(session->home, serial), clause, "%s",
                    arena_vprintf(fleet->scratch, format, args));
    va_end(args);
}

/* ---- the end ---- */

static void session_free(struct session *session)
{
    job_session_gone(session->home);
    alarm_clear(session->home->fleet->alarms, &session->silence);
    acs_link_free(session->link);
    arena_free(session->arena);
    heap_free(session);
}

static void end(struct session *session, enum tally_id how, const char *why)
{
    struct home *home = session->home;
    char serial[SERIAL_MAX];

    tally_count(&home->fleet->tally, how);
    if (how == TALLY_SESSIONS_FAILED)
        log_info("session failed", log_s("serial", home_serial(home, serial)), log_s("why", why));
    session_free(session);
    home_session_over(home, how != TALLY_SESSIONS_FAILED);
}

static void fail(struct session *session, const char *why)
{
    end(session, TALLY_SESSIONS_FAILED, why);
}

/* ---- sending ---- */

static void send_message(struct session *session, struct cwmp_message *message)
{
    const struct home *home = session->home;
    const struct soap_dialect dialect = {.declaration = home->tree.model->quirks & QUIRK_XML_DECLARATION};
    struct text xml = TEXT_IN(home->fleet->scratch), other = TEXT_IN(home->fleet->scratch);
    char serial[SERIAL_MAX];

    message->version = session->version;
    if (soap_encode(message, &dialect, &xml) != ERR_OK) {
        tally_internal(&home->fleet->tally, home_serial(home, serial));
        fail(session, "the message could not be written");
        return;
    }
    if (home->tree.model->quirks & QUIRK_SINGLE_QUOTES) {
        disguise(xml.data, xml.len, &other);
        xml = other;
    }
    acs_link_post(session->link, xml.data, xml.len);
}

/* A request of the device: with a new ID, which the response must repeat. */
static void send_request(struct session *session, struct cwmp_message *message, enum cwmp_method awaited)
{
    struct home *home = session->home;
    bool odd = home->tree.model->quirks & QUIRK_ODD_IDS;

    snprintf(session->id, sizeof(session->id), odd ? " <%u>&\"'\xc3\xa9" : "%u", ++home->message_number);
    session->awaited = awaited;
    session->repeats = 0;
    message->header.id = session->id;
    send_message(session, message);
}

static void send_transfer_complete(struct session *session)
{
    struct arena *arena = session->home->fleet->scratch;
    const struct transfer *transfer = &session->home->transfers[session->transfer];
    struct cwmp_message message = {
        .method = CWMP_TRANSFER_COMPLETE,
        .body.transfer_complete =
            {
                                     .command_key = transfer->command_key,
                                     .fault = {transfer->fault, transfer->fault == 0 ? "" : cwmp_fault_meaning(transfer->fault)},
                                     .start_time = text_write_time(arena_alloc(arena, TEXT_TIME_MAX), transfer->begun_us, false),
                                     .complete_time =
                    text_write_time(arena_alloc(arena, TEXT_TIME_MAX), transfer->ended_us, false),
                                     },
    };

    send_request(session, &message, CWMP_TRANSFER_COMPLETE_RESPONSE);
}

/* Its own requests first; the empty POST gives the right to ask to the ACS (3.7.1.3). */
static void tell_next(struct session *session)
{
    struct cwmp_message get_methods = {.method = CWMP_GET_RPC_METHODS};
    struct cwmp_message units = {.method = CWMP_DU_STATE_CHANGE_COMPLETE};

    session->state = TELLING;
    if (session->asks_methods) {
        session->asks_methods = false;
        send_request(session, &get_methods, CWMP_GET_RPC_METHODS_RESPONSE);
    } else if (session->transfers > 0) {
        send_transfer_complete(session);
    } else if (session->tells_units) {
        session->tells_units = false;
        units.body.du_state_change_complete = unit_change_report(session->home);
        send_request(session, &units, CWMP_DU_STATE_CHANGE_COMPLETE_RESPONSE);
    } else {
        session->state = LISTENING;
        acs_link_post(session->link, NULL, 0);
    }
}

/* ---- steps ---- */

static void check_version(struct session *session, const struct cwmp_header *header)
{
    if (session->version < CWMP_1_4 && header->use_version != NULL)
        violated(session, "3.7.4", "UseCWMPVersion %s for a device that does not know it",
                 header->use_version);
    else if (session->version == CWMP_1_4 && header->use_version == NULL)
        violated(session, "3.7.4", "no UseCWMPVersion for a device that sent SupportedCWMPVersions");
    else if (session->version == CWMP_1_4 && strcmp(header->use_version, "1.4") != 0)
        violated(session, "3.7.4", "UseCWMPVersion %s; the highest that both speak is 1.4",
                 header->use_version);
}

static void inform_accepted(struct session *session, const struct cwmp_message *message)
{
    if (message->body.inform_response.max_envelopes != 1)
        violated(session, "A.3.3.1", "MaxEnvelopes is %u, not 1",
                 message->body.inform_response.max_envelopes);
    check_version(session, &message->header);
    home_told(session->home, CWMP_INFORM_RESPONSE, NULL);
    tell_next(session);
}

/* An ACS answers all that these homes ask, so 8000 is never right (3.6 Table 5). */
static void check_fault(struct session *session, uint32_t code)
{
    if (code == FAULT_METHOD)
        violated(session, "3.6", "Fault 8000 for a method that an ACS must answer");
    else if (code < FAULT_METHOD || (code > FAULT_VERSION && code < FAULT_VENDOR) || code > FAULT_VENDOR_LAST)
        violated(session, "A.5.2", "%u is no fault code of an ACS", code);
}

/* True: the ACS asked for the same once more, and got it. */
static bool repeated(struct session *session, const struct cwmp_message *fault)
{
    tally_count(&session->home->fleet->tally, TALLY_ACS_FAULTS);
    check_fault(session, fault->body.fault.code);
    if (fault->body.fault.code != FAULT_RETRY || session->repeats == REPEATS_MAX)
        return false;
    session->repeats++;
    acs_link_repeat(session->link);
    return true;
}

static void inform_refused(struct session *session, const struct cwmp_message *message)
{
    const struct cwmp_fault *fault = &message->body.fault;

    if (!repeated(session, message))
        fail(session,
             arena_printf(session->arena, "Fault %u in answer to the Inform: %s", fault->code, fault->text));
}

static void told(struct session *session, const struct cwmp_message *message)
{
    if (message->method == CWMP_TRANSFER_COMPLETE_RESPONSE) {
        session->transfer += !home_transfer_told(session->home, session->transfer);
        session->transfers--;
    } else if (message->method == CWMP_DU_STATE_CHANGE_COMPLETE_RESPONSE) {
        unit_change_told(session->home);
    }
    tell_next(session);
}

/* What was refused is tried again in the next session. */
static void telling_refused(struct session *session, const struct cwmp_message *message)
{
    if (repeated(session, message))
        return;
    if (session->awaited == CWMP_TRANSFER_COMPLETE_RESPONSE) {
        session->transfer++;
        session->transfers--;
    }
    tell_next(session);
}

static void on_silence_over(void *ctx)
{
    end(ctx, TALLY_SESSIONS_SILENT, "");
}

static void check_request(struct session *session, const char *id)
{
    struct cwmp_strings *ids = &session->ids;

    if (id == NULL || *id == '\0') {
        violated(session, "3.5", "a request without an ID");
        return;
    }
    for (size_t i = 0; i < ids->count; i++)
        if (strcmp(ids->items[i], id) == 0)
            violated(session, "3.5", "two requests of the session have the ID '%s'", id);
    ids->items = arena_grow(session->arena, ids->items, ids->count * sizeof(*ids->items),
                            (ids->count + 1) * sizeof(*ids->items));
    ids->items[ids->count++] = arena_strdup(session->arena, id);
}

static bool is_to_be_cut(const struct home *home, const struct cwmp_message *request)
{
    return home->drops > 0 && (home->drops_at == CWMP_UNKNOWN_METHOD || home->drops_at == request->method);
}

static void cut(struct session *session, const char *why)
{
    tally_count(&session->home->fleet->tally, TALLY_SESSIONS_DROPPED);
    fail(session, why);
}

static struct cwmp_message deny(struct session *session, const struct cwmp_message *request, uint32_t code)
{
    tally_count(&session->home->fleet->tally, TALLY_RPC_FAULTS);
    return rpc_fault(request, code, NULL);
}

static void execute(struct session *session, const struct cwmp_message *request)
{
    struct home *home = session->home;
    const struct ambush ambush = ambush_spring(&home->ambush, request->method);
    struct cwmp_message answer;

    check_request(session, request->header.id);
    home->defers = false;
    if (ambush.how == AMBUSH_UNHEARD) {
        cut(session, "cut by order, before executing");
        return;
    }
    answer = ambush.how == AMBUSH_FAULT ? deny(session, request, ambush.fault)
                                        : rpc_execute(home, request, home->fleet->scratch);
    if (is_to_be_cut(home, request) || ambush.how == AMBUSH_UNANSWERED) {
        home->drops -= ambush.how == AMBUSH_NONE;
        cut(session, "cut by order, after executing and before answering");
        return;
    }
    if (home->defers) {
        session->state = CARRYING;
        session->carried = (struct cwmp_message){
            .version = request->version,
            .header.id = arena_strdup(session->arena, request->header.id),
            .method = answer.method,
        };
        return;
    }
    if (answer.method == CWMP_REBOOT_RESPONSE && home->tree.model->quirks & QUIRK_SILENT_RESTART) {
        session->state = SILENT;
        alarm_set(home->fleet->alarms, &session->silence,
                  clock_mono_us() + settings_us(home->tree.settings, SILENCE_MS), on_silence_over, session);
    }
    send_message(session, &answer);
}

static void finish(struct session *session, const struct cwmp_message *message)
{
    (void)message;
    if (session->tells_after) {
        session->tells_after = false;
        session->transfer = session->home->transfer_count - 1;
        session->transfers = 1;
        tell_next(session);
        return;
    }
    end(session, TALLY_SESSIONS_OK, "");
}

void session_answer_transfer(struct session *session, const struct transfer_end *done)
{
    struct home *home = session->home;
    struct arena *arena = home->fleet->scratch;
    bool same_session = home->odd == ODD_SAME_SESSION;
    struct cwmp_message answer = session->carried;
    struct cwmp_transfer_response *body = &answer.body.transfer_response;

    arena_reset(arena);
    session->state = LISTENING;
    body->status = same_session ? 1 : 0;
    body->start_time = same_session
                           ? "0001-01-01T00:00:00Z"
                           : text_write_time(arena_alloc(arena, TEXT_TIME_MAX), done->begun_us, false);
    body->complete_time = same_session
                              ? "0001-01-01T00:00:00Z"
                              : text_write_time(arena_alloc(arena, TEXT_TIME_MAX), clock_now_us(), false);
    if (same_session) {
        home_transfer_note(home, done);
        session->tells_after = true;
    } else if (done->fault != 0) {
        answer = rpc_fault(&answer, done->fault, NULL);
    }
    send_message(session, &answer);
}

/* What may come when. A pair that is not here breaks the protocol. */
static const struct step {
    enum state state;
    enum input input;
    void (*run)(struct session *session, const struct cwmp_message *message);
    const char *clause; /* of TR-069 */
} steps[] = {
    {INFORMING, GOT_RESPONSE, inform_accepted, "3.7.1.1"},
    {INFORMING, GOT_FAULT,    inform_refused,  "3.7.1.1"},
    {TELLING,   GOT_RESPONSE, told,            "3.7.1.3"},
    {TELLING,   GOT_FAULT,    telling_refused, "3.7.1.3"},
    {LISTENING, GOT_REQUEST,  execute,         "3.7.1.4"},
    {LISTENING, GOT_NOTHING,  finish,          "3.7.1.4"},
};

/* ---- reading ---- */

static void step(struct session *session, enum input input, const struct cwmp_message *message)
{
    for (size_t i = 0; i < sizeof(steps) / sizeof(*steps); i++) {
        if (steps[i].state == session->state && steps[i].input == input) {
            steps[i].run(session, message);
            return;
        }
    }
    violated(session, "3.7.1", "%s %s", input == GOT_NOTHING ? "no message" : message->method_name,
             state_names[session->state]);
    fail(session, "the ACS sent what it may not send now");
}

static void inspect(struct session *session, const char *bytes, size_t len, struct audit *ret)
{
    audit_envelope(bytes, len, session->version, session->home->fleet->scratch, ret);
    for (size_t i = 0; i < ret->count; i++)
        violated(session, ret->findings[i].clause, "%s", ret->findings[i].text);
}

/* What cannot be read gets a Fault if it may have been a request; a bad response ends the session. */
static void answer_unreadable(struct session *session, const struct cwmp_message *message,
                              bool must_understand)
{
    struct cwmp_message fault = rpc_fault(message, 9003, NULL);

    if (session->state != LISTENING) {
        fail(session, "the ACS's message cannot be read");
        return;
    }
    if (must_understand)
        fault.body.fault.soap_code = "MustUnderstand";
    tally_count(&session->home->fleet->tally, TALLY_RPC_FAULTS);
    send_message(session, &fault);
}

static enum input classify(struct session *session, const struct cwmp_message *message)
{
    bool is_answer = message->method == CWMP_FAULT || message->method == session->awaited;

    if (!is_answer || session->state == LISTENING)
        return message->method == CWMP_FAULT ? GOT_FAULT : GOT_REQUEST;
    if (message->header.id == NULL || strcmp(message->header.id, session->id) != 0)
        violated(session, "3.5", "%s with the ID '%s', not '%s'", message->method_name,
                 text_or_empty(message->header.id), session->id);
    return message->method == CWMP_FAULT ? GOT_FAULT : GOT_RESPONSE;
}

static void on_received(const char *bytes, size_t len, const char *charset, void *ctx)
{
    struct session *session = ctx;
    struct fleet *fleet = session->home->fleet;
    const struct soap_input input = {bytes, len, charset};
    struct cwmp_message message;
    struct soap_refusal refusal;
    struct audit audit;

    arena_reset(fleet->scratch);
    if (session->state == SILENT)
        return;
    if (len == 0) {
        step(session, GOT_NOTHING, NULL);
        return;
    }
    inspect(session, bytes, len, &audit);
    if (soap_decode(fleet->reader, &input, fleet->scratch, &message, &refusal) != ERR_OK) {
        if (!audit.unknown_must_understand)
            violated(session, "3.5", "a message that cannot be read: %s", err_message());
        answer_unreadable(session, &message, audit.unknown_must_understand);
        return;
    }
    step(session, classify(session, &message), &message);
}

static void on_broken(const char *why, void *ctx)
{
    struct session *session = ctx;

    if (session->state != SILENT)
        fail(session, why);
}

/* ---- the beginning ---- */

static void send_inform(struct session *session)
{
    struct home *home = session->home;
    struct cwmp_message inform = inform_make(home, home->fleet->scratch);

    if (session->version == CWMP_1_4)
        inform.header.supported_versions = "1.0, 1.1, 1.2, 1.3, 1.4";
    session->state = INFORMING;
    send_request(session, &inform, CWMP_INFORM_RESPONSE);
}

enum err session_start(struct home *home, struct session **ret)
{
    struct session *session = HEAP_NEW(struct session);
    const struct acs_link_user user = {on_received, on_broken, session};
    enum err result = acs_link_new(home, &user, &session->link);

    if (result != ERR_OK) {
        heap_free(session);
        return result;
    }
    arena_reset(home->fleet->scratch);
    session->home = home;
    session->arena = arena_new(256);
    session->version = home->tree.model->version;
    session->asks_methods =
        home->tree.model->quirks & QUIRK_ASKS_METHODS && events_have(&home->events, EVENT_BOOT);
    session->transfers = home->transfer_count;
    session->tells_units = unit_change_is_due(home);
    tally_count(&home->fleet->tally, TALLY_SESSIONS_STARTED);
    if (home->retry_count > 0)
        tally_count(&home->fleet->tally, TALLY_SESSIONS_RETRIED);
    *ret = session;
    send_inform(session);
    return ERR_OK;
}

void session_cut(struct session *session)
{
    tally_count(&session->home->fleet->tally, TALLY_SESSIONS_FAILED);
    session_free(session);
}
