#include "tests/support/pg_proxy.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "tests/support/check.h"

enum { PAIRS = 16, BUFFER = 65536, POLL_MS = 5 };

struct pair {
    int client; /* -1: free */
    int server;
};

struct pg_proxy {
    char directory[64];
    char url[192];
    struct sockaddr_un here, there;
    pthread_t thread;
    pthread_mutex_t mutex;
    int listener; /* under the mutex, as is all below; -1: stopped */
    struct pair pairs[PAIRS];
    bool stalled;
    bool cutting;
    size_t left; /* bytes of answers until the cut */
    bool ending;
};

static int listen_at(const struct sockaddr_un *address)
{
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

    unlink(address->sun_path);
    assert_int_equal(bind(fd, (const struct sockaddr *)address, sizeof(*address)), 0);
    assert_int_equal(listen(fd, PAIRS), 0);
    return fd;
}

static void break_pair(struct pair *pair)
{
    if (pair->client < 0)
        return;
    close(pair->client);
    close(pair->server);
    pair->client = -1;
}

static void break_all(struct pg_proxy *proxy)
{
    for (size_t i = 0; i < PAIRS; i++)
        break_pair(&proxy->pairs[i]);
}

static void accept_one(struct pg_proxy *proxy)
{
    int client = accept4(proxy->listener, NULL, NULL, SOCK_CLOEXEC);
    int server;

    if (client < 0)
        return;
    server = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    for (size_t i = 0; i < PAIRS; i++) {
        if (proxy->pairs[i].client >= 0)
            continue;
        if (connect(server, (const struct sockaddr *)&proxy->there, sizeof(proxy->there)) != 0)
            break;
        proxy->pairs[i] = (struct pair){client, server};
        return;
    }
    close(client);
    close(server);
}

static bool write_all(int fd, const char *bytes, size_t len)
{
    while (len > 0) {
        ssize_t written = send(fd, bytes, len, MSG_NOSIGNAL);

        if (written <= 0)
            return false;
        bytes += written;
        len -= (size_t)written;
    }
    return true;
}

/* How much of an answer may still pass. */
static size_t allowed(struct pg_proxy *proxy, size_t len)
{
    if (!proxy->cutting)
        return len;
    len = len < proxy->left ? len : proxy->left;
    proxy->left -= len;
    return len;
}

static void forward(struct pg_proxy *proxy, struct pair *pair, bool answer)
{
    static char buffer[BUFFER];
    ssize_t got = recv(answer ? pair->server : pair->client, buffer, sizeof(buffer), MSG_DONTWAIT);
    size_t len;

    if (got < 0 && errno == EAGAIN)
        return;
    len = got > 0 ? (size_t)got : 0;
    if (answer)
        len = allowed(proxy, len);
    if (got <= 0 || !write_all(answer ? pair->client : pair->server, buffer, len)) {
        break_pair(pair);
    } else if (proxy->cutting && proxy->left == 0 && answer) {
        proxy->cutting = false;
        break_all(proxy);
    }
}

static void run_once(struct pg_proxy *proxy)
{
    if (proxy->listener >= 0)
        accept_one(proxy);
    for (size_t i = 0; i < PAIRS && !proxy->stalled; i++) {
        if (proxy->pairs[i].client >= 0)
            forward(proxy, &proxy->pairs[i], false);
        if (proxy->pairs[i].client >= 0)
            forward(proxy, &proxy->pairs[i], true);
    }
}

/* Sleeps until something can be read; what a test changes meanwhile is seen within POLL_MS. */
static void sleep_a_little(struct pg_proxy *proxy)
{
    struct pollfd fds[2 * PAIRS + 1];
    nfds_t count = 0;

    pthread_mutex_lock(&proxy->mutex);
    fds[count++] = (struct pollfd){.fd = proxy->listener, .events = POLLIN};
    for (size_t i = 0; i < PAIRS; i++) {
        if (proxy->pairs[i].client < 0 || proxy->stalled)
            continue;
        fds[count++] = (struct pollfd){.fd = proxy->pairs[i].client, .events = POLLIN};
        fds[count++] = (struct pollfd){.fd = proxy->pairs[i].server, .events = POLLIN};
    }
    pthread_mutex_unlock(&proxy->mutex);
    poll(fds, count, POLL_MS);
}

static void *run(void *ctx)
{
    struct pg_proxy *proxy = ctx;
    bool ending = false;

    while (!ending) {
        sleep_a_little(proxy);
        pthread_mutex_lock(&proxy->mutex);
        run_once(proxy);
        ending = proxy->ending;
        pthread_mutex_unlock(&proxy->mutex);
    }
    return NULL;
}

static struct sockaddr_un address_in(const char *directory, const char *port)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};

    snprintf(address.sun_path, sizeof(address.sun_path), "%s/.s.PGSQL.%s", directory, port);
    return address;
}

struct pg_proxy *pg_proxy_new(const char *database)
{
    struct pg_proxy *proxy = test_calloc(1, sizeof(*proxy));
    const char *port = getenv("PGPORT");

    snprintf(proxy->directory, sizeof(proxy->directory), "/tmp/farol-proxy.XXXXXX");
    assert_non_null(mkdtemp(proxy->directory));
    snprintf(proxy->url, sizeof(proxy->url), "host=%s port=5432 dbname=%s", proxy->directory, database);
    proxy->here = address_in(proxy->directory, "5432");
    proxy->there = address_in(getenv("PGHOST"), port ? port : "5432");
    proxy->listener = listen_at(&proxy->here);
    for (size_t i = 0; i < PAIRS; i++)
        proxy->pairs[i].client = -1;
    pthread_mutex_init(&proxy->mutex, NULL);
    assert_int_equal(pthread_create(&proxy->thread, NULL, run, proxy), 0);
    return proxy;
}

void pg_proxy_free(struct pg_proxy *proxy)
{
    pthread_mutex_lock(&proxy->mutex);
    proxy->ending = true;
    pthread_mutex_unlock(&proxy->mutex);
    pthread_join(proxy->thread, NULL);
    break_all(proxy);
    if (proxy->listener >= 0)
        close(proxy->listener);
    unlink(proxy->here.sun_path);
    rmdir(proxy->directory);
    pthread_mutex_destroy(&proxy->mutex);
    test_free(proxy);
}

const char *pg_proxy_url(const struct pg_proxy *proxy)
{
    return proxy->url;
}

void pg_proxy_stop(struct pg_proxy *proxy)
{
    pthread_mutex_lock(&proxy->mutex);
    if (proxy->listener >= 0)
        close(proxy->listener);
    proxy->listener = -1;
    unlink(proxy->here.sun_path);
    break_all(proxy);
    pthread_mutex_unlock(&proxy->mutex);
}

void pg_proxy_start(struct pg_proxy *proxy)
{
    pthread_mutex_lock(&proxy->mutex);
    proxy->listener = listen_at(&proxy->here);
    pthread_mutex_unlock(&proxy->mutex);
}

void pg_proxy_stall(struct pg_proxy *proxy, bool stalled)
{
    pthread_mutex_lock(&proxy->mutex);
    proxy->stalled = stalled;
    pthread_mutex_unlock(&proxy->mutex);
}

void pg_proxy_cut_after(struct pg_proxy *proxy, size_t bytes)
{
    pthread_mutex_lock(&proxy->mutex);
    proxy->cutting = true;
    proxy->left = bytes;
    pthread_mutex_unlock(&proxy->mutex);
}
