/*
 * bare: the floor that everything is compared with. A server that does only what the kernel makes a server
 * do: accept, receive, find the end of a request, send fixed bytes. An Inform is answered by an
 * InformResponse of 560 bytes and a Set-Cookie, an empty POST by 204.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "acs/base/arena.h"
#include "acs/base/text.h"

enum { EVENTS = 128, THREADS_MAX = 64, BACKLOG = 4096, RECEIVE_MAX = 64 * 1024 };

/* As long as Farol's own: 560 bytes with its newlines. */
#define INFORM_RESPONSE                                                                \
    "<SOAP-ENV:Envelope xmlns:SOAP-ENV=\"http://schemas.xmlsoap.org/soap/envelope/\" " \
    "xmlns:SOAP-ENC=\"http://schemas.xmlsoap.org/soap/encoding/\" "                    \
    "xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\" "                                  \
    "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" "                         \
    "xmlns:cwmp=\"urn:dslforum-org:cwmp-1-0\">\n"                                      \
    "    <SOAP-ENV:Header>\n"                                                          \
    "        <cwmp:ID SOAP-ENV:mustUnderstand=\"1\">00000000000000000</cwmp:ID>\n"     \
    "    </SOAP-ENV:Header>\n"                                                         \
    "    <SOAP-ENV:Body>\n"                                                            \
    "        <cwmp:InformResponse>\n"                                                  \
    "            <MaxEnvelopes>1</MaxEnvelopes>\n"                                     \
    "        </cwmp:InformResponse>\n"                                                 \
    "    </SOAP-ENV:Body>\n"                                                           \
    "</SOAP-ENV:Envelope>\n"
_Static_assert(sizeof(INFORM_RESPONSE) == 560 + 1, "Content-Length below says 560");

static const char informed[] = "HTTP/1.1 200 OK\r\n"
                               "Content-Type: text/xml; charset=\"utf-8\"\r\n"
                               "Set-Cookie: farol=00-0123456789abcdef0123456789abcdef; Path=/; HttpOnly\r\n"
                               "Content-Length: 560\r\n\r\n" INFORM_RESPONSE;
static const char nothing[] = "HTTP/1.1 204 No Content\r\n\r\n";

struct request {
    size_t len; /* 0: not complete */
    bool empty;
};

static struct request find_request(const char *bytes, size_t len)
{
    static const char length_name[] = "Content-Length: ";
    const char *end = memmem(bytes, len, "\r\n\r\n", 4);
    const char *at = end ? memmem(bytes, (size_t)(end - bytes), length_name, sizeof(length_name) - 1) : NULL;
    size_t head = end ? (size_t)(end - bytes) + 4 : 0;
    size_t body = 0;

    if (at == NULL)
        return (struct request){0};
    for (at += sizeof(length_name) - 1; *at >= '0' && *at <= '9' && body < RECEIVE_MAX; at++)
        body = body * 10 + (size_t)(*at - '0');
    return (struct request){.len = head + body <= len ? head + body : 0, .empty = body == 0};
}

static bool answer(int fd, bool empty)
{
    const char *bytes = empty ? nothing : informed;
    size_t len = empty ? sizeof(nothing) - 1 : sizeof(informed) - 1;

    return send(fd, bytes, len, MSG_NOSIGNAL) == (ssize_t)len;
}

struct server {
    int epoll;
    int listener;
    char *buffer;   /* RECEIVE_MAX bytes */
    char **partial; /* by descriptor: the beginning of a request, NULL mostly */
    size_t *partial_len;
    rlim_t files;
    pthread_t thread;
};

static void hang_up(struct server *server, int fd)
{
    heap_free(server->partial[fd]);
    server->partial[fd] = NULL;
    server->partial_len[fd] = 0;
    close(fd);
}

/* Returns what is left over, or SIZE_MAX if the connection is to be closed. */
static size_t answer_all(int fd, char *bytes, size_t len)
{
    size_t used = 0;

    while (used < len) {
        struct request request = find_request(bytes + used, len - used);

        if (request.len == 0)
            break;
        if (!answer(fd, request.empty))
            return SIZE_MAX;
        used += request.len;
    }
    memmove(bytes, bytes + used, len - used);
    return len - used;
}

static void serve(struct server *server, int fd)
{
    char *buffer = server->partial[fd] ? server->partial[fd] : server->buffer;
    size_t had = server->partial_len[fd];
    ssize_t got = recv(fd, buffer + had, RECEIVE_MAX - had, 0);
    size_t left;

    if (got < 0 && errno == EAGAIN)
        return;
    left = got > 0 ? answer_all(fd, buffer, had + (size_t)got) : SIZE_MAX;
    if (left >= RECEIVE_MAX) {
        hang_up(server, fd);
        return;
    }
    if (left > 0 && server->partial[fd] == NULL) {
        server->partial[fd] = heap_alloc(RECEIVE_MAX);
        memcpy(server->partial[fd], buffer, left);
    }
    server->partial_len[fd] = left;
}

static void take_connections(struct server *server)
{
    int fd;

    while ((fd = accept4(server->listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
        struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};

        if ((rlim_t)fd >= server->files || epoll_ctl(server->epoll, EPOLL_CTL_ADD, fd, &event) != 0)
            close(fd);
    }
}

static void *serve_all(void *arg)
{
    struct server *server = arg;
    struct epoll_event events[EVENTS];

    for (;;) {
        int count = epoll_wait(server->epoll, events, EVENTS, -1);

        for (int i = 0; i < count; i++) {
            if (events[i].data.fd == server->listener)
                take_connections(server);
            else
                serve(server, events[i].data.fd);
        }
    }
    return NULL;
}

static bool listen_on(struct server *server, const struct sockaddr_in *address)
{
    struct epoll_event event = {.events = EPOLLIN};
    int yes = 1;

    server->epoll = epoll_create1(EPOLL_CLOEXEC);
    server->listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    event.data.fd = server->listener;
    return server->epoll >= 0 && server->listener >= 0 &&
           setsockopt(server->listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes)) == 0 &&
           setsockopt(server->listener, SOL_SOCKET, SO_REUSEPORT, &yes, sizeof(yes)) == 0 &&
           bind(server->listener, (const struct sockaddr *)address, sizeof(*address)) == 0 &&
           listen(server->listener, BACKLOG) == 0 &&
           epoll_ctl(server->epoll, EPOLL_CTL_ADD, server->listener, &event) == 0;
}

static rlim_t raise_file_limit(void)
{
    struct rlimit limit = {0};

    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    return limit.rlim_cur;
}

/* Returns false if the port is taken. A port 0 becomes the one that the kernel chose, for all threads. */
static bool start(struct server *server, struct sockaddr_in *address, rlim_t files)
{
    socklen_t size = sizeof(*address);

    if (!listen_on(server, address) || getsockname(server->listener, (struct sockaddr *)address, &size) != 0)
        return false;
    server->files = files;
    server->buffer = heap_alloc(RECEIVE_MAX);
    server->partial = heap_alloc(files * sizeof(*server->partial));
    server->partial_len = heap_alloc(files * sizeof(*server->partial_len));
    return pthread_create(&server->thread, NULL, serve_all, server) == 0;
}

struct arguments {
    uint32_t port;
    uint32_t threads;
};

static enum err read_arguments(int argc, char **argv, struct arguments *ret)
{
    static const struct option longs[] = {
        {"port", required_argument, NULL, 'p'},
        {"threads",  required_argument, NULL, 't'},
        {0     },
    };
    int found;

    while ((found = getopt_long(argc, argv, "p:t:", longs, NULL)) != -1) {
        if (found != 'p' && found != 't')
            return err_set(ERR_INVALID, "usage: bare [--port P] [--threads T]");
        TRY(text_read_u32(optarg, found == 'p' ? &ret->port : &ret->threads));
    }
    if (ret->port > UINT16_MAX || ret->threads == 0 || ret->threads > THREADS_MAX)
        return err_set(ERR_INVALID, "--port: up to 65535; --threads: 1 to %d", THREADS_MAX);
    return ERR_OK;
}

int main(int argc, char **argv)
{
    static struct server servers[THREADS_MAX];
    struct arguments arguments = {.threads = 1};
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    sigset_t stop;
    int signal;

    if (read_arguments(argc, argv, &arguments) != ERR_OK) {
        fprintf(stderr, "bare: %s\n", err_message());
        return 2;
    }
    sigemptyset(&stop);
    sigaddset(&stop, SIGTERM);
    sigaddset(&stop, SIGINT);
    sigprocmask(SIG_BLOCK, &stop, NULL);
    address.sin_port = htons((uint16_t)arguments.port);
    for (uint32_t i = 0; i < arguments.threads; i++) {
        if (!start(&servers[i], &address, raise_file_limit())) {
            fprintf(stderr, "bare: 127.0.0.1:%u: %s\n", arguments.port, strerror(errno));
            return 1;
        }
    }
    printf("listening 127.0.0.1:%u\n", ntohs(address.sin_port));
    fflush(stdout);
    sigwait(&stop, &signal);
    return 0;
}
