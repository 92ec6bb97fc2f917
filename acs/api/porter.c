#include "acs/api/porter.h"

#include <pthread.h>
#include <string.h>

enum { WAITING_MAX = 64 };

struct porter {
    void (*serve)(struct call *call);
    pthread_t thread;
    pthread_mutex_t lock; /* over all that follows */
    pthread_cond_t news;
    struct call *waiting[WAITING_MAX]; /* a ring */
    size_t first, count;
    bool closed;
};

/* The next one; NULL: there is none, and none will come. */
static struct call *wait_for_call(struct porter *porter)
{
    struct call *call = NULL;

    pthread_mutex_lock(&porter->lock);
    while (porter->count == 0 && !porter->closed)
        pthread_cond_wait(&porter->news, &porter->lock);
    if (porter->count > 0) {
        call = porter->waiting[porter->first];
        porter->first = (porter->first + 1) % WAITING_MAX;
        porter->count--;
    }
    pthread_mutex_unlock(&porter->lock);
    return call;
}

static void *run(void *ctx)
{
    struct porter *porter = ctx;
    struct call *call;

    while ((call = wait_for_call(porter)) != NULL)
        porter->serve(call);
    return NULL;
}

enum err porter_new(void (*serve)(struct call *call), struct porter **ret)
{
    struct porter *porter = HEAP_NEW(struct porter);
    int number;

    porter->serve = serve;
    pthread_mutex_init(&porter->lock, NULL);
    pthread_cond_init(&porter->news, NULL);
    number = pthread_create(&porter->thread, NULL, run, porter);
    if (number != 0) {
        porter->closed = true;
        porter_free(porter);
        return err_set(ERR_UNAVAILABLE, "no thread for sign-ins: %s", strerror(number));
    }
    *ret = porter;
    return ERR_OK;
}

bool porter_take(struct porter *porter, struct call *call)
{
    bool taken;

    pthread_mutex_lock(&porter->lock);
    taken = !porter->closed && porter->count < WAITING_MAX;
    if (taken) {
        porter->waiting[(porter->first + porter->count) % WAITING_MAX] = call;
        porter->count++;
        pthread_cond_signal(&porter->news);
    }
    pthread_mutex_unlock(&porter->lock);
    return taken;
}

void porter_close(struct porter *porter)
{
    bool was_open;

    pthread_mutex_lock(&porter->lock);
    was_open = !porter->closed;
    porter->closed = true;
    pthread_cond_signal(&porter->news);
    pthread_mutex_unlock(&porter->lock);
    if (was_open)
        pthread_join(porter->thread, NULL);
}

void porter_free(struct porter *porter)
{
    if (porter == NULL)
        return;
    porter_close(porter);
    pthread_mutex_destroy(&porter->lock);
    pthread_cond_destroy(&porter->news);
    heap_free(porter);
}
