#include "acs/cwmp/session.h"

#include "acs/cwmp/request.h"

/* Every step a session may take. A pair that is not here is a protocol error. */
static const struct session_step steps[] = {
    {SESSION_NEW,         SESSION_GOT_INFORM,      SESSION_WELCOME,            "3.7.2.1"},

    {SESSION_DEVICE_TURN, SESSION_GOT_REQUEST,     SESSION_ANSWER_REQUEST,     "3.7.2.2"},
    {SESSION_DEVICE_TURN, SESSION_GOT_UNSUPPORTED, SESSION_ANSWER_UNSUPPORTED, "A.5.2"  },
    {SESSION_DEVICE_TURN, SESSION_GOT_EMPTY,       SESSION_OUR_TURN,           "3.7.2.3"},

    {SESSION_WAITING,     SESSION_GOT_RESPONSE,    SESSION_TAKE_ANSWER,        "3.7.2.3"},
    {SESSION_WAITING,     SESSION_GOT_FAULT,       SESSION_TAKE_ANSWER,        "3.5"    },
 /* netcwmp and others say nothing at all to what they do not support */
    {SESSION_WAITING,     SESSION_GOT_EMPTY,       SESSION_TAKE_ANSWER,        "3.7.1.4"},
 /* a device should be done with its own requests by now; some are not (N-12) */
    {SESSION_WAITING,     SESSION_GOT_REQUEST,     SESSION_ANSWER_REQUEST,     "3.7.1.3"},
    {SESSION_WAITING,     SESSION_GOT_UNSUPPORTED, SESSION_ANSWER_UNSUPPORTED, "A.5.2"  },

    {SESSION_OVER,        SESSION_GOT_EMPTY,       SESSION_SAY_OVER,           "3.7.2.4"},
    {SESSION_OVER,        SESSION_GOT_REQUEST,     SESSION_ANSWER_REQUEST,     "3.7.2.4"},
    {SESSION_OVER,        SESSION_GOT_UNSUPPORTED, SESSION_ANSWER_UNSUPPORTED, "A.5.2"  },
};

const struct session_step *session_steps(size_t *ret_count)
{
    *ret_count = sizeof(steps) / sizeof(*steps);
    return steps;
}

enum session_task session_step(enum session_state state, enum session_input input)
{
    for (size_t i = 0; i < sizeof(steps) / sizeof(*steps); i++)
        if (steps[i].state == state && steps[i].input == input)
            return steps[i].task;
    return SESSION_REFUSE;
}

const char *session_state_name(enum session_state state)
{
    static const char *const names[SESSION_STATE_COUNT] = {
        [SESSION_NEW] = "new",
        [SESSION_DEVICE_TURN] = "the device's turn",
        [SESSION_WAITING] = "waiting for an answer",
        [SESSION_OVER] = "over",
    };

    return names[state];
}

const char *session_input_name(enum session_input input)
{
    static const char *const names[SESSION_INPUT_COUNT] = {
        [SESSION_GOT_INFORM] = "Inform",
        [SESSION_GOT_REQUEST] = "a request",
        [SESSION_GOT_UNSUPPORTED] = "an unknown request",
        [SESSION_GOT_EMPTY] = "an empty POST",
        [SESSION_GOT_RESPONSE] = "a response",
        [SESSION_GOT_FAULT] = "a fault",
    };

    return names[input];
}

enum session_input session_classify(const struct cwmp_message *message)
{
    if (message == NULL)
        return SESSION_GOT_EMPTY;
    if (message->method == CWMP_INFORM)
        return SESSION_GOT_INFORM;
    if (message->method == CWMP_FAULT)
        return SESSION_GOT_FAULT;
    if (cwmp_is_response(message->method))
        return cwmp_may_come_from_device(message->method) ? SESSION_GOT_RESPONSE : SESSION_GOT_UNSUPPORTED;
    if (request_is_known(message->method))
        return SESSION_GOT_REQUEST;
    return SESSION_GOT_UNSUPPORTED;
}
