#include "tests/bench/message.h"

#include <string.h>

#include "acs/base/clock.h"
#include "acs/base/text.h"

/*
 * The forced parameters of TR-098 and what gateways of the field add to them. A word that starts with '$' is
 * as long as what takes its place. 2,983 bytes when rendered: the size that the floor of the budgets was
 * measured with.
 */
static const char inform[] =
    MESSAGE_ENVELOPE_OPEN "    <cwmp:Inform>\n"
                          "      <DeviceId>\n"
                          "        <Manufacturer>Example Networks</Manufacturer>\n"
                          "        <OUI>$OUI$$</OUI>\n"
                          "        <ProductClass>$CLASS$</ProductClass>\n"
                          "        <SerialNumber>$SERIAL$$$$$</SerialNumber>\n"
                          "      </DeviceId>\n"
                          "      <Event SOAP-ENC:arrayType=\"cwmp:EventStruct[%u]\">\n"
                          "%s"
                          "      </Event>\n"
                          "      <MaxEnvelopes>1</MaxEnvelopes>\n"
                          "      <CurrentTime>$TIME$$$$$$$$$$$$$$$</CurrentTime>\n"
                          "      <RetryCount>0</RetryCount>\n"
                          "      <ParameterList SOAP-ENC:arrayType=\"cwmp:ParameterValueStruct[%zu]\">\n";

static const char inform_end[] = "      </ParameterList>\n"
                                 "    </cwmp:Inform>\n" MESSAGE_ENVELOPE_CLOSE;

#define EVENT(code) \
    "        <EventStruct><EventCode>" code "</EventCode><CommandKey></CommandKey></EventStruct>\n"

#define SUMMARY "InternetGatewayDevice:1.4[](Baseline:1,EthernetLAN:1,WiFiLAN:1)"
#define PPP     "WANDevice.1.WANConnectionDevice.1.WANPPPConnection.1."

static const struct value {
    const char *name; /* below InternetGatewayDevice. */
    const char *type;
    const char *value;
} values[] = {
    {"DeviceSummary",                         "string",      SUMMARY                              },
    {"DeviceInfo.SpecVersion",                "string",      "1.0"                                },
    {"DeviceInfo.HardwareVersion",            "string",      "R2.1"                               },
    {"DeviceInfo.SoftwareVersion",            "string",      "2.14.17"                            },
    {"DeviceInfo.ProvisioningCode",           "string",      "FTTH.RES.300"                       },
    {"DeviceInfo.UpTime",                     "unsignedInt", "$UPTIME$$$"                         },
    {"ManagementServer.ConnectionRequestURL", "string",      "http://127.0.0.1:30005/$SERIAL$$$$$"},
    {"ManagementServer.ParameterKey",         "string",      ""                                   },
    {PPP "ExternalIPAddress",                 "string",      "$ADDRESS$$$$$$"                     },
    {PPP "Username",                          "string",      "$SERIAL$$$$$@example.net"           },
};

enum { VALUES = sizeof(values) / sizeof(*values), TIME_LEN = 20, SERIAL_LEN = 12, PATCHES_MAX = 16 };

struct state { /* what the words stand for in the session at hand */
    uint32_t device;
    uint32_t generation;
    uint32_t seed;
    uint32_t count;
    int64_t now_us;
    int64_t time_second; /* that time was written for */
    char time[TEXT_TIME_MAX];
};

static void put_digits(char *at, int width, uint64_t number)
{
    while (width-- > 0) {
        at[width] = (char)('0' + number % 10);
        number /= 10;
    }
}

static uint32_t model_of(const struct state *state)
{
    return (state->seed * 5 + state->device) % 8;
}

/* Locally administered: no vendor's, so that no vendor's quirks apply. */
static void put_oui(char *at, struct state *state)
{
    memcpy(at, "02FA00", 6);
    put_digits(at + 4, 2, model_of(state));
}

static void put_class(char *at, struct state *state)
{
    memcpy(at, "FG-2000", 7);
    put_digits(at + 4, 2, model_of(state));
}

static void put_serial(char *at, struct state *state)
{
    at[0] = 'B';
    put_digits(at + 1, 4, state->seed);
    put_digits(at + 5, 7, state->device);
}

static void put_time(char *at, struct state *state)
{
    if (state->now_us / US_PER_S != state->time_second) {
        state->time_second = state->now_us / US_PER_S;
        text_write_time(state->time, state->now_us, false);
    }
    memcpy(at, state->time, TIME_LEN);
}

/* Runs a hundred times too fast, so that it differs between two sessions within a second. */
static void put_uptime(char *at, struct state *state)
{
    put_digits(at, 10, 1000000000 + (uint64_t)(state->now_us / 10000) % 1000000000);
}

/* 10.1AA.1BB.1CC: the middle octet moves when the provider gives the home another address. */
static void put_address(char *at, struct state *state)
{
    memcpy(at, "10.1$$.1$$.1$$", 14);
    put_digits(at + 4, 2, state->device / 10000 % 100);
    put_digits(at + 8, 2, state->device / 100 + state->generation);
    put_digits(at + 12, 2, state->device);
}

static void put_id(char *at, struct state *state)
{
    put_digits(at, 10, state->count++);
}

typedef void put_fn(char *at, struct state *state);

static const struct word {
    const char *word;
    put_fn *put;
} words[] = {
    {"$OUI$$",               put_oui    },
    {"$CLASS$",              put_class  },
    {"$SERIAL$$$$$",         put_serial },
    {"$TIME$$$$$$$$$$$$$$$", put_time   },
    {"$UPTIME$$$",           put_uptime },
    {"$ADDRESS$$$$$$",       put_address},
    {"$ID$$$$$$$",           put_id     },
};

struct patch {
    size_t offset;
    put_fn *put;
};

struct messages {
    const struct options *options;
    struct state state;
    struct text inform; /* the whole request */
    struct patch patches[PATCHES_MAX];
    unsigned patch_count;
    size_t inform_head;    /* bytes of it before the empty line */
    struct logins *logins; /* NULL: devices prove nothing */
    struct text empty;
    size_t empty_fixed; /* bytes of empty that never change */
    struct text post;
};

const char *message_namespace(const struct options *options)
{
    return strcmp(options->cwmp, "1.0") == 0 ? "1-0" : "1-2";
}

static void add_head(struct text *out, const struct options *options, size_t body_len)
{
    text_printf(out,
                "POST %s HTTP/1.1\r\n"
                "Host: %s\r\n"
                "User-Agent: cpeload\r\n"
                "Content-Length: %zu\r\n",
                options->path, options->target, body_len);
    if (body_len > 0)
        text_puts(out, "Content-Type: text/xml; charset=\"utf-8\"\r\nSOAPAction: \"\"\r\n");
}

static void add_inform(struct text *out, const struct options *options)
{
    bool first = options->registering;

    text_printf(out, inform, message_namespace(options), 10, "$ID$$$$$$$", first ? 2U : 1U,
                first ? EVENT("0 BOOTSTRAP") EVENT("1 BOOT") : EVENT("2 PERIODIC"), (size_t)VALUES);
    for (size_t i = 0; i < VALUES; i++)
        text_printf(out,
                    "    <ParameterValueStruct>\n"
                    "      <Name>InternetGatewayDevice.%s</Name>\n"
                    "      <Value xsi:type=\"xsd:%s\">%s</Value>\n"
                    "    </ParameterValueStruct>\n",
                    values[i].name, values[i].type, values[i].value);
    text_puts(out, inform_end);
}

static void find_words(struct messages *messages)
{
    const char *start = text_string(&messages->inform);

    for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
        for (const char *at = start; (at = strstr(at, words[i].word)) != NULL; at++)
            messages->patches[messages->patch_count++] = (struct patch){(size_t)(at - start), words[i].put};
}

struct messages *messages_new(struct arena *arena, const struct options *options)
{
    struct messages *messages = ARENA_NEW(arena, struct messages);
    struct text body = TEXT_IN(arena);

    messages->options = options;
    if (options->digest)
        messages->logins = logins_new(arena, options->devices);
    messages->state.seed = options->seed;
    messages->inform = TEXT_IN(arena);
    messages->empty = TEXT_IN(arena);
    messages->post = TEXT_IN(arena);
    add_inform(&body, options);
    add_head(&messages->inform, options, body.len);
    messages->inform_head = messages->inform.len;
    text_puts(&messages->inform, "\r\n");
    text_add(&messages->inform, body.data, body.len);
    find_words(messages);
    add_head(&messages->empty, options, 0);
    messages->empty_fixed = messages->empty.len;
    return messages;
}

/* The Inform with what the device proves who it is by. */
static struct bytes with_login(struct messages *messages)
{
    const struct text *plain = &messages->inform;
    struct text *post = &messages->post;
    char serial[SERIAL_LEN];

    put_serial(serial, &messages->state);
    post->len = 0;
    text_add(post, plain->data, messages->inform_head);
    logins_write(messages->logins, messages->state.device, (struct bytes){serial, SERIAL_LEN},
                 messages->options->path, post);
    text_add(post, plain->data + messages->inform_head, plain->len - messages->inform_head);
    return (struct bytes){post->data, post->len};
}

struct bytes messages_inform(struct messages *messages, uint32_t device, uint32_t generation)
{
    struct state *state = &messages->state;

    state->device = device;
    state->generation = generation;
    state->now_us = clock_now_us();
    for (unsigned i = 0; i < messages->patch_count; i++)
        messages->patches[i].put(messages->inform.data + messages->patches[i].offset, state);
    return messages->logins == NULL ? (struct bytes){messages->inform.data, messages->inform.len}
                                    : with_login(messages);
}

struct logins *messages_logins(struct messages *messages)
{
    return messages->logins;
}

static struct bytes finish_head(struct text *out, struct bytes cookie)
{
    text_puts(out, "Cookie: ");
    text_add(out, cookie.at, cookie.len);
    text_puts(out, "\r\n\r\n");
    return (struct bytes){out->data, out->len};
}

struct bytes messages_empty(struct messages *messages, struct bytes cookie)
{
    messages->empty.len = messages->empty_fixed;
    return finish_head(&messages->empty, cookie);
}

struct bytes messages_post(struct messages *messages, struct bytes cookie, struct bytes body)
{
    struct text *post = &messages->post;

    post->len = 0;
    add_head(post, messages->options, body.len);
    finish_head(post, cookie);
    text_add(post, body.at, body.len);
    return (struct bytes){post->data, post->len};
}
