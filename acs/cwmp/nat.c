#include "acs/cwmp/nat.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "acs/base/arena.h"
#include "acs/base/loop.h"
#include "acs/base/metrics.h"
#include "acs/cwmp/stun.h"
#include "acs/http/http.h"

enum { DATAGRAM_MAX = 1500, AT_ONCE = 256 };

struct nat {
    struct loop *loop;
    struct sockaddr_storage own;
    pthread_t thread;
    int fd;
    bool running;
};

bool nat_send(const struct nat *nat, const struct address *to, const void *bytes, size_t len)
{
    return sendto(nat->fd, bytes, len, MSG_NOSIGNAL, (const struct sockaddr *)&to->storage, to->len) ==
           (ssize_t)len;
}

static void answer(const struct nat *nat, const unsigned char *bytes, size_t len, const struct address *from)
{
    struct address to = {.len = from->len}; /* of the same family */
    unsigned char reply[STUN_ANSWER_MAX];
    struct stun_request request;

    if (!stun_read(bytes, len, &request)) {
        metric_count(METRIC_STUN_IGNORED);
        return;
    }
    metric_count(METRIC_STUN_ANSWERED);
    len = stun_answer(&request, &from->storage, &nat->own, reply, &to.storage);
    nat_send(nat, &to, reply, len);
}

/* Not all that may come: the loop has its mail to look at, too. */
static void on_readable(uint32_t events, void *ctx)
{
    struct nat *nat = ctx;

    (void)events;
    for (unsigned i = 0; i < AT_ONCE; i++) {
        unsigned char bytes[DATAGRAM_MAX];
        struct address from = {.len = sizeof(from.storage)};
        ssize_t len = recvfrom(nat->fd, bytes, sizeof(bytes), 0, (struct sockaddr *)&from.storage, &from.len);

        if (len >= 0)
            answer(nat, bytes, (size_t)len, &from);
        else if (errno == EAGAIN)
            return;
        /* else an error that an earlier datagram of ours has met: nobody listens there */
    }
}

static void *run(void *ctx)
{
    struct nat *nat = ctx;

    loop_watch(nat->loop, nat->fd, EPOLLIN, on_readable, nat);
    loop_run(nat->loop);
    return NULL;
}

enum err nat_new(const char *address, struct nat **ret)
{
    struct nat *nat;
    socklen_t len = sizeof(nat->own);
    int fd;

    TRY(http_bind_datagram(address, &fd));
    nat = HEAP_NEW(struct nat);
    *ret = nat;
    nat->fd = fd;
    nat->loop = loop_new();
    if (getsockname(fd, (struct sockaddr *)&nat->own, &len) != 0)
        return err_set(ERR_INTERNAL, "no bound socket: %s", strerror(errno));
    nat->running = pthread_create(&nat->thread, NULL, run, nat) == 0;
    return nat->running ? ERR_OK : err_set(ERR_INTERNAL, "no thread for the STUN port");
}

void nat_free(struct nat *nat)
{
    if (nat == NULL)
        return;
    if (nat->running) {
        loop_stop(nat->loop);
        pthread_join(nat->thread, NULL);
    }
    loop_unwatch(nat->loop, nat->fd);
    loop_free(nat->loop);
    close(nat->fd);
    heap_free(nat);
}
