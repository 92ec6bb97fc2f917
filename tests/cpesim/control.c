#include "tests/cpesim/control.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "acs/base/clock.h"
#include "acs/base/text.h"
#include "tests/cpesim/bytes.h"
#include "tests/cpesim/status.h"
#include "tests/cpesim/story.h"

enum { WORDS_MAX = 2, READ_SIZE = 4096, LINE_MAX_BYTES = 64 * 1024 };

struct control_client {
    struct control *control;
    struct control_client *next;
    int fd;
    struct bytes in;
    struct bytes out;
};

struct control {
    struct fleet *fleet;
    int fd;
    char path[sizeof(((struct sockaddr_un *)0)->sun_path)];
    struct control_client *clients;
};

/* ---- commands ---- */

/* A command with its words; home is NULL where the command has no serial. */
struct order {
    struct fleet *fleet;
    struct home *home;
    const char *words[WORDS_MAX]; /* behind the command, the serial not counted */
    struct text *out;
};

static enum err run_status(const struct order *order)
{
    status_of_fleet(order->fleet, order->out);
    return ERR_OK;
}

static enum err run_list(const struct order *order)
{
    struct json_writer w = JSON_WRITER(order->out);

    json_open_array(&w);
    for (uint32_t i = 0; i < order->fleet->count; i++) {
        char serial[SERIAL_MAX];

        json_put_string(&w, home_serial(&order->fleet->homes[i], serial));
    }
    json_close_array(&w);
    text_putc(order->out, '\n');
    return ERR_OK;
}

static enum err run_home(const struct order *order)
{
    status_of_home(order->home, order->out);
    return ERR_OK;
}

static enum err run_boot(const struct order *order)
{
    home_power_cycle(order->home);
    return ERR_OK;
}

static enum err run_inform(const struct order *order)
{
    home_inform_now(order->home);
    return ERR_OK;
}

static enum err run_set(const struct order *order)
{
    return home_set(order->home, order->words[0], text_or_empty(order->words[1]));
}

static enum err run_get(const struct order *order)
{
    uint32_t row = tree_find(&order->home->tree, order->words[0]);
    struct json_writer w = JSON_WRITER(order->out);

    if (row == NO_ROW)
        return err_set(ERR_NOT_FOUND, "this home has no parameter %s", order->words[0]);
    json_open_object(&w);
    json_field_string(&w, "value", tree_value(&order->home->tree, row, order->out->arena));
    json_close_object(&w);
    text_putc(order->out, '\n');
    return ERR_OK;
}

static enum err run_drop(const struct order *order)
{
    enum cwmp_method method = CWMP_UNKNOWN_METHOD;

    if (order->words[1] != NULL) {
        method = cwmp_method_by_name(order->words[1]);
        if (method == CWMP_UNKNOWN_METHOD)
            return err_set(ERR_INVALID, "'%.40s' is no method", order->words[1]);
    }
    TRY(text_read_u32(order->words[0], &order->home->drops));
    order->home->drops_at = method;
    return ERR_OK;
}

static enum err run_next(const struct order *order)
{
    if (order->words[1] == NULL)
        return err_set(ERR_INVALID, "usage: next SERIAL METHOD unheard|unanswered|CODE");
    return ambush_lay(&order->home->ambush, order->words[0], order->words[1]);
}

static enum err run_transfer(const struct order *order)
{
    uint32_t fault = 0;

    if (order->words[1] != NULL)
        TRY(text_read_u32(order->words[1], &fault));
    if (text_utf8_length(order->words[0]) > 32)
        return err_set(ERR_INVALID, "a CommandKey has at most 32 characters");
    home_transfer_ended(order->home, &(struct transfer_end){.event = EVENT_M_DOWNLOAD,
                                                            .command_key = order->words[0],
                                                            .fault = fault,
                                                            .begun_us = clock_now_us()});
    return ERR_OK;
}

static enum err run_odd(const struct order *order)
{
    return odd_find(order->words[0], &order->home->odd);
}

static enum err run_story(const struct order *order)
{
    if (order->words[0] == NULL || order->words[1] == NULL)
        return story_describe(order->fleet, order->words[0], order->out);
    return story_order(order->fleet, order->words[0], order->words[1]);
}

static const struct command {
    const char *name;
    const char *words;
    const char *help;
    bool has_serial;
    unsigned least; /* words besides the serial */
    enum err (*run)(const struct order *order);
} commands[] = {
    {"status",   "",                   "the fleet: sessions, RPCs, restarts, violations",                 false, 0, run_status  },
    {"list",     "",                   "the serial numbers of all homes",                                 false, 0, run_list    },
    {"home",     "SERIAL",             "one home: uptime, RPCs executed, events that wait, what was set", true,  0, run_home    },
    {"boot",     "SERIAL",             "the power fails and comes back: 1 BOOT",                          true,  0, run_boot    },
    {"inform",   "SERIAL",             "a session now: 2 PERIODIC",                                       true,  0, run_inform  },
    {"get",      "SERIAL PATH",        "a value as the device has it, secrets too",                       true,  1, run_get     },
    {"set",      "SERIAL PATH VALUE",
     "a change at the device, read-only parameters too; VALUE goes to the end of the line",               true,  1, run_set     },
    {"drop",     "SERIAL N [METHOD]",
     "the next N sessions with an RPC, or this one: execute it, then cut the connection unanswered",      true,  1,
     run_drop                                                                                                                   },
    {"next",     "SERIAL METHOD HOW",
     "the next request of this method: unheard or unanswered when the connection is cut, or a fault",     true,  1,
     run_next                                                                                                                   },
    {"odd",      "SERIAL HOW",         "how it misbehaves (odd.def)",                                     true,  1, run_odd     },
    {"story",    "[NAME [VERB]]",      "who is in stories; vanish, return, worsen, heal, begin",          false, 0, run_story   },
    {"transfer", "SERIAL KEY [FAULT]",
     "a download has ended: 7 TRANSFER COMPLETE, M Download, TransferComplete",                           true,  1, run_transfer},
};

static enum err help(struct text *out)
{
    struct json_writer w = JSON_WRITER(out);

    json_open_array(&w);
    for (size_t i = 0; i < sizeof(commands) / sizeof(*commands); i++)
        json_put_string(
            &w, arena_printf(out->arena, "%s %s: %s", commands[i].name, commands[i].words, commands[i].help));
    json_close_array(&w);
    text_putc(out, '\n');
    return ERR_OK;
}

/* The next word, cut out of *line; NULL at the end. */
static char *take_word(char **line)
{
    char *word = *line + strspn(*line, " ");
    char *end = word + strcspn(word, " ");

    if (*word == '\0')
        return NULL;
    *line = end + (*end != '\0');
    *end = '\0';
    return word;
}

/* One word, then the rest of the line: values have spaces. How many of both there are. */
static unsigned split(char *line, struct order *ret)
{
    ret->words[0] = take_word(&line);
    line += strspn(line, " ");
    ret->words[1] = *line == '\0' ? NULL : line;
    return ret->words[0] == NULL ? 0 : ret->words[1] == NULL ? 1 : 2;
}

static enum err run(const struct command *command, char *rest, struct order *order)
{
    const char *serial = command->has_serial ? take_word(&rest) : NULL;

    if (command->has_serial) {
        order->home = serial == NULL ? NULL : fleet_find(order->fleet, serial);
        if (order->home == NULL)
            return err_set(ERR_NOT_FOUND, "no home has the serial number '%s'", text_or_empty(serial));
    }
    if (split(rest, order) < command->least)
        return err_set(ERR_INVALID, "usage: %s %s", command->name, command->words);
    return command->run(order);
}

static enum err run_line(char *line, struct order *order)
{
    const char *name = text_or_empty(take_word(&line));

    for (size_t i = 0; i < sizeof(commands) / sizeof(*commands); i++)
        if (strcmp(commands[i].name, name) == 0)
            return run(&commands[i], line, order);
    if (strcmp(name, "help") == 0)
        return help(order->out);
    return err_set(ERR_INVALID, "no command '%.40s'; try help", name);
}

void control_run(struct fleet *fleet, const char *line, struct text *out)
{
    struct order order = {.fleet = fleet, .out = out};
    struct json_writer w = JSON_WRITER(out);
    enum err result = run_line(arena_strdup(out->arena, line), &order);

    if (out->len > 0)
        return;
    json_open_object(&w);
    if (result == ERR_OK)
        json_field_bool(&w, "ok", true);
    else
        json_field_string(&w, "error", err_message());
    json_close_object(&w);
    text_putc(out, '\n');
}

/* ---- the socket ---- */

static void client_free(struct control_client *client)
{
    struct control_client **link = &client->control->clients;

    while (*link != client)
        link = &(*link)->next;
    *link = client->next;
    loop_unwatch(client->control->fleet->loop, client->fd);
    close(client->fd);
    bytes_free(&client->in);
    bytes_free(&client->out);
    heap_free(client);
}

static void run_lines(struct control_client *client)
{
    AUTO_ARENA arena = arena_new(4096);
    char *end;

    while (client->in.len > 0 && (end = memchr(client->in.data, '\n', client->in.len)) != NULL) {
        struct text out = TEXT_IN(arena);

        *end = '\0';
        control_run(client->control->fleet, client->in.data, &out);
        bytes_add(&client->out, out.data, out.len);
        bytes_drop(&client->in, (size_t)(end - client->in.data) + 1);
    }
}

/* False: the client is gone, or sends a line that has no end. */
static bool receive(struct control_client *client)
{
    ssize_t got = recv(client->fd, bytes_reserve(&client->in, READ_SIZE), READ_SIZE, 0);

    if (got <= 0)
        return got < 0 && (errno == EAGAIN || errno == EINTR);
    client->in.len += (size_t)got;
    run_lines(client);
    return client->in.len < LINE_MAX_BYTES;
}

static bool flush(struct control_client *client)
{
    ssize_t sent = send(client->fd, client->out.data, client->out.len, MSG_NOSIGNAL);

    if (sent < 0)
        return errno == EAGAIN || errno == EINTR;
    bytes_drop(&client->out, (size_t)sent);
    return true;
}

static void on_ready(uint32_t events, void *ctx)
{
    struct control_client *client = ctx;
    bool alive = true;

    if (events & (EPOLLIN | EPOLLHUP | EPOLLERR))
        alive = receive(client);
    if (alive && client->out.len > 0)
        alive = flush(client);
    if (!alive) {
        client_free(client);
        return;
    }
    loop_watch(client->control->fleet->loop, client->fd, client->out.len > 0 ? EPOLLIN | EPOLLOUT : EPOLLIN,
               on_ready, client);
}

static void on_arrival(uint32_t events, void *ctx)
{
    struct control *control = ctx;
    int fd = accept4(control->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    struct control_client *client;

    (void)events;
    if (fd < 0)
        return;
    client = HEAP_NEW(struct control_client);
    client->control = control;
    client->fd = fd;
    client->next = control->clients;
    control->clients = client;
    loop_watch(control->fleet->loop, fd, EPOLLIN, on_ready, client);
}

/* A socket that is left over from a simulator that is gone refuses connections. */
static enum err remove_leftover(const struct sockaddr_un *address)
{
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool used = connect(fd, (const struct sockaddr *)address, sizeof(*address)) == 0;

    close(fd);
    if (used)
        return err_set(ERR_CONFLICT, "%s is in use", address->sun_path);
    unlink(address->sun_path);
    return ERR_OK;
}

static enum err bind_socket(struct control *control, const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};

    if (strlen(path) >= sizeof(address.sun_path))
        return err_set(ERR_INVALID, "%s is too long for a socket", path);
    snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
    TRY(remove_leftover(&address));
    control->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (control->fd < 0 || bind(control->fd, (struct sockaddr *)&address, sizeof(address)) != 0 ||
        listen(control->fd, 128) != 0)
        return err_set(ERR_UNAVAILABLE, "cannot listen on %s: %s", path, strerror(errno));
    snprintf(control->path, sizeof(control->path), "%s", path);
    return ERR_OK;
}

enum err control_start(struct fleet *fleet, const char *path, struct control **ret)
{
    struct control *control = HEAP_NEW(struct control);
    enum err result;

    control->fleet = fleet;
    control->fd = -1;
    result = bind_socket(control, path);
    if (result != ERR_OK) {
        control_free(control);
        return result;
    }
    loop_watch(fleet->loop, control->fd, EPOLLIN, on_arrival, control);
    *ret = control;
    return ERR_OK;
}

void control_free(struct control *control)
{
    if (control == NULL)
        return;
    while (control->clients != NULL)
        client_free(control->clients);
    if (control->fd >= 0) {
        loop_unwatch(control->fleet->loop, control->fd);
        close(control->fd);
    }
    if (*control->path != '\0')
        unlink(control->path);
    heap_free(control);
}
