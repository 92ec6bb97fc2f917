#include "tests/bench/cpe.h"

#include <string.h>
#include <sys/epoll.h>

#include "acs/base/clock.h"

enum { OK = 200, NO_CONTENT = 204, UNAUTHORIZED = 401 };

static enum cpe_progress fail(struct cpes *cpes, struct cpe *cpe, enum tally_error error,
                              struct bytes example)
{
    tally_error(&cpes->tally, error, example.at, example.len);
    wire_hang_up(&cpes->wires, &cpe->wire);
    cpe->state = CPE_FREE;
    return CPE_FAILED;
}

static enum cpe_progress fail_silent(struct cpes *cpes, struct cpe *cpe, enum tally_error error)
{
    return fail(cpes, cpe, error, (struct bytes){"", 0});
}

static enum cpe_progress finish(struct cpes *cpes, struct cpe *cpe, bool close)
{
    tally_session(&cpes->tally, clock_mono_us() - cpe->due_us);
    cpe->state = CPE_FREE;
    if (close || !cpes->options->keepalive)
        wire_hang_up(&cpes->wires, &cpe->wire);
    return CPE_DONE;
}

static enum cpe_progress fail_wire(struct cpes *cpes, struct cpe *cpe)
{
    return fail_silent(cpes, cpe, cpe->wire.connecting ? TALLY_connect : TALLY_closed);
}

static enum cpe_progress say(struct cpes *cpes, struct cpe *cpe, struct bytes request)
{
    return wire_send(&cpes->wires, &cpe->wire, request) ? CPE_GOES_ON : fail_wire(cpes, cpe);
}

static struct bytes cookie_of(const struct cpe *cpe)
{
    return (struct bytes){cpe->cookie, cpe->cookie_len};
}

static bool is_inform_response(struct bytes body)
{
    static const char name[] = "InformResponse";
    struct bytes method = answer_method(body);

    return method.len == sizeof(name) - 1 && memcmp(method.at, name, method.len) == 0;
}

static enum cpe_progress greet(struct cpes *cpes, struct cpe *cpe)
{
    if (!cpe->wire.open && !wire_open(&cpes->wires, &cpe->wire))
        return fail_silent(cpes, cpe, TALLY_connect);
    return say(cpes, cpe, messages_inform(cpes->messages, cpe->device, cpe->generation));
}

/* The Inform again, on the same connection, with the answer to what is asked. */
static enum cpe_progress take_challenge(struct cpes *cpes, struct cpe *cpe, const struct reply *reply,
                                        struct bytes all)
{
    struct logins *logins = messages_logins(cpes->messages);

    if (logins == NULL || cpe->challenged || reply->close ||
        !logins_challenge(logins, cpe->device, reply->challenge))
        return fail(cpes, cpe, TALLY_status, all);
    cpe->challenged = true;
    cpes->tally.challenges++;
    return greet(cpes, cpe);
}

static enum cpe_progress take_welcome(struct cpes *cpes, struct cpe *cpe, const struct reply *reply,
                                      struct bytes all)
{
    if (reply->status == UNAUTHORIZED)
        return take_challenge(cpes, cpe, reply, all);
    if (reply->status != OK)
        return fail(cpes, cpe, TALLY_status, all);
    if (!is_inform_response(reply->body))
        return fail(cpes, cpe, TALLY_no_response, reply->body);
    if (reply->cookie.len == 0 || reply->cookie.len >= sizeof(cpe->cookie))
        return fail(cpes, cpe, TALLY_no_cookie, all);
    memcpy(cpe->cookie, reply->cookie.at, reply->cookie.len);
    cpe->cookie_len = reply->cookie.len;
    if (cpes->options->idle) {
        tally_session(&cpes->tally, clock_mono_us() - cpe->due_us);
        cpe->state = CPE_HELD;
        return CPE_DONE;
    }
    cpe->state = CPE_TURN;
    return say(cpes, cpe, messages_empty(cpes->messages, cookie_of(cpe)));
}

static enum cpe_progress take_turn(struct cpes *cpes, struct cpe *cpe, const struct reply *reply,
                                   struct bytes all)
{
    struct bytes answer;

    if (reply->status == NO_CONTENT)
        return finish(cpes, cpe, reply->close);
    if (reply->status != OK)
        return fail(cpes, cpe, TALLY_status, all);
    if (!cpes->options->task)
        return fail(cpes, cpe, TALLY_request, answer_method(reply->body));
    answer = answers_to(cpes->answers, reply->body, cpe->generation);
    if (answer.len == 0)
        return fail(cpes, cpe, TALLY_unknown, answer_method(reply->body));
    cpes->tally.requests++;
    return say(cpes, cpe, messages_post(cpes->messages, cookie_of(cpe), answer));
}

/* A server may close a kept connection just when the next Inform is under way: then it is sent again, once.
 */
static enum cpe_progress take_end(struct cpes *cpes, struct cpe *cpe)
{
    if (cpe->state == CPE_GREETING && cpe->reused && cpe->wire.partial_len == 0) {
        cpes->tally.reconnects++;
        cpe->reused = false;
        wire_hang_up(&cpes->wires, &cpe->wire);
        return greet(cpes, cpe);
    }
    return fail_silent(cpes, cpe, TALLY_closed);
}

static enum cpe_progress take_bytes(struct cpes *cpes, struct cpe *cpe, struct bytes all)
{
    struct reply reply;

    switch (reply_read(all.at, all.len, &reply)) {
    case REPLY_PARTIAL:
        return wire_keep(&cpe->wire, all) ? CPE_GOES_ON : fail(cpes, cpe, TALLY_not_http, all);
    case REPLY_BROKEN:
        break;
    case REPLY_COMPLETE: {
        enum cpe_progress progress;

        if (reply.len != all.len)
            break;
        progress = cpe->state == CPE_GREETING ? take_welcome(cpes, cpe, &reply, all)
                                              : take_turn(cpes, cpe, &reply, all);
        wire_answered(&cpe->wire);
        return progress;
    }
    }
    return fail(cpes, cpe, TALLY_not_http, all);
}

static enum cpe_progress take_input(struct cpes *cpes, struct cpe *cpe)
{
    struct bytes all;

    switch (wire_receive(&cpes->wires, &cpe->wire, &all)) {
    case WIRE_NOTHING:
        return CPE_GOES_ON;
    case WIRE_ENDED:
        return take_end(cpes, cpe);
    case WIRE_DATA:
        return take_bytes(cpes, cpe, all);
    }
    return CPE_GOES_ON;
}

enum cpe_progress cpe_begin(struct cpes *cpes, struct cpe *cpe, int64_t due_us)
{
    cpe->due_us = due_us;
    cpe->reused = cpe->wire.open;
    cpe->challenged = false;
    if (cpes->options->forgetful)
        logins_forget(messages_logins(cpes->messages), cpe->device);
    cpe->state = CPE_GREETING;
    return greet(cpes, cpe);
}

enum cpe_progress cpe_event(struct cpes *cpes, struct cpe *cpe, uint32_t events)
{
    if (!cpe->wire.open)
        return CPE_GOES_ON; /* the end of its own hanging up */
    if (cpe->state == CPE_FREE || cpe->state == CPE_HELD) {
        wire_hang_up(&cpes->wires, &cpe->wire);
        return CPE_GOES_ON;
    }
    if ((events & EPOLLOUT) != 0 && !wire_writable(&cpes->wires, &cpe->wire))
        return fail_wire(cpes, cpe);
    if ((events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0)
        return take_input(cpes, cpe);
    return CPE_GOES_ON;
}

void cpe_give_up(struct cpes *cpes, struct cpe *cpe)
{
    fail_silent(cpes, cpe, TALLY_timeout);
}
