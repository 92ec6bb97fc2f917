#include "acs/cwmp/request.h"

#include "acs/base/clock.h"
#include "acs/cwmp/endpoint.h"
#include "soap/cwmp_json.h"

enum { FAULT_CHARACTERS = 200, DETAIL_MAX = 16 * 1024 };

/* What a request says that its line in the history shows. */
struct told {
    const char *command_key;
    const struct cwmp_fault_struct *fault; /* NULL: it tells of none */
};

struct request {
    enum cwmp_method method;
    void (*tell)(const union cwmp_body *body, struct told *ret); /* NULL: nothing is kept of it */
    void (*fill)(const struct post *post, union cwmp_body *ret); /* the response; NULL: it has no arguments */
    bool detailed;                                               /* all that it says is kept */
};

/* ---- what is kept ---- */

static void tell_transfer(const union cwmp_body *body, struct told *ret)
{
    *ret = (struct told){body->transfer_complete.command_key, &body->transfer_complete.fault};
}

static void tell_autonomous_transfer(const union cwmp_body *body, struct told *ret)
{
    *ret = (struct told){"", &body->autonomous_transfer_complete.fault};
}

/* The first that went wrong stands for all of them. */
static const struct cwmp_fault_struct *first_fault(const struct cwmp_du_results *results)
{
    for (size_t i = 0; i < results->count; i++)
        if (results->items[i].fault.code != 0)
            return &results->items[i].fault;
    return NULL;
}

static void tell_du_results(const union cwmp_body *body, struct told *ret)
{
    const struct cwmp_du_state_change_complete *told = &body->du_state_change_complete;

    *ret = (struct told){told->command_key, first_fault(&told->results)};
}

static void tell_autonomous_du_results(const union cwmp_body *body, struct told *ret)
{
    *ret = (struct told){"", first_fault(&body->autonomous_du_state_change_complete.results)};
}

static void tell_by_name(const union cwmp_body *body, struct told *ret)
{
    (void)body;
    *ret = (struct told){"", NULL};
}

/* ---- how it is answered ---- */

static void fill_methods(const struct post *post, union cwmp_body *ret);

/* Where the browser goes on: where the device wanted it to (A.4.2.1). */
static void fill_next_url(const struct post *post, union cwmp_body *ret)
{
    ret->kicked_response.next_url = post->message.body.kicked.next;
}

static const struct request requests[] = {
    {CWMP_GET_RPC_METHODS,                     NULL,                       fill_methods,  false},
    {CWMP_TRANSFER_COMPLETE,                   tell_transfer,              NULL,          false},
    {CWMP_AUTONOMOUS_TRANSFER_COMPLETE,        tell_autonomous_transfer,   NULL,          true },
    {CWMP_KICKED,                              tell_by_name,               fill_next_url, true },
    {CWMP_REQUEST_DOWNLOAD,                    tell_by_name,               NULL,          true },
    {CWMP_DU_STATE_CHANGE_COMPLETE,            tell_du_results,            NULL,          true },
    {CWMP_AUTONOMOUS_DU_STATE_CHANGE_COMPLETE, tell_autonomous_du_results, NULL,          true },
};

enum { REQUESTS = sizeof(requests) / sizeof(*requests) };

static void fill_methods(const struct post *post, union cwmp_body *ret)
{
    const char **names = ARENA_ARRAY(post->arena, const char *, REQUESTS + 1);

    names[0] = cwmp_method_name(CWMP_INFORM);
    for (size_t i = 0; i < REQUESTS; i++)
        names[i + 1] = cwmp_method_name(requests[i].method);
    ret->get_rpc_methods_response.methods = (struct cwmp_strings){names, REQUESTS + 1};
}

static const struct request *find(enum cwmp_method method)
{
    for (size_t i = 0; i < REQUESTS; i++)
        if (requests[i].method == method)
            return &requests[i];
    return NULL;
}

bool request_is_known(enum cwmp_method method)
{
    return find(method) != NULL;
}

/* At most so many characters, whole ones. */
static void put_short(const char *text, unsigned most, struct text *out)
{
    const char *end = text;

    for (size_t step; most > 0 && (step = text_utf8_step(end, strnlen(end, 4))) > 0; most--)
        end += step;
    text_add(out, text, (size_t)(end - text));
    if (*end != '\0')
        text_puts(out, "…");
}

/* "TransferComplete fault 9010: no route" */
static const char *code_of(const struct post *post, const struct told *told)
{
    struct text code = TEXT_IN(post->arena);

    text_puts(&code, post->message.method_name);
    if (told->fault != NULL && told->fault->code != 0) {
        text_printf(&code, " fault %u: ", told->fault->code);
        put_short(told->fault->text, FAULT_CHARACTERS, &code);
    }
    return text_string(&code);
}

/* A device that says more than that is no device that says it for anybody to read. */
static const char *detail_of(const struct post *post)
{
    struct text out = TEXT_IN(post->arena);
    struct json_writer json = JSON_WRITER(&out);

    cwmp_write_json(&post->message, &json);
    if (out.len <= DETAIL_MAX)
        return text_string(&out);
    return arena_printf(post->arena, "{\"left_out\":%zu}", out.len);
}

static struct store_history *history_of(const struct post *post, const struct request *request)
{
    struct store_history *history = ARENA_NEW(post->arena, struct store_history);
    struct cwmp_events *events = ARENA_NEW(post->arena, struct cwmp_events);
    struct told told;

    request->tell(&post->message.body, &told);
    events->items = ARENA_NEW(post->arena, struct cwmp_event);
    events->count = 1;
    *events->items = (struct cwmp_event){code_of(post, &told), told.command_key};
    *history = (struct store_history){events, clock_now_us(), request->detailed ? detail_of(post) : NULL};
    return history;
}

static void answer(struct post *post)
{
    const struct request *request = find(post->message.method);
    struct cwmp_message response = {
        .version = post->session->version,
        .header = {.id = post->message.header.id},
        .method = cwmp_response_to(post->message.method),
    };

    if (request != NULL && request->fill != NULL)
        request->fill(post, &response.body);
    post_reply_message(post, &response);
}

static void kept(struct store_unit *unit, enum err outcome, void *ctx)
{
    struct post *post = ctx;

    if (post_failed(post, outcome))
        return;
    if (unit->action_count > 0)
        turn_saved(post);
    answer(post);
}

void request_answer(struct post *post)
{
    const struct request *request = find(post->message.method);
    struct store_history *history;

    if (request == NULL || request->tell == NULL) {
        answer(post);
        return;
    }
    history = history_of(post, request);
    if (post->message.method == CWMP_TRANSFER_COMPLETE ||
        post->message.method == CWMP_DU_STATE_CHANGE_COMPLETE) {
        transfer_take(post, history, kept);
        return;
    }
    post->unit = (struct store_unit){.history = history};
    post_submit(post, kept);
}
