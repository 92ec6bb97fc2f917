#include "acs/api/porter.h"

#include <pthread.h>
#include <string.h>

enum { WAITING_MAX = 64 };

struct porter {
    void (*serve)(struct call *call, void *ctx);
    void *ctx;
    pthread_t threads[PORTER_THREADS_MAX];
    unsigned thread_count;
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
        porter->serve(call, porter->ctx);
    return NULL;
}

enum err porter_new(unsigned threads, void (*serve)(struct call *call, void *ctx), void *ctx,
                    struct porter **ret)
{
    struct porter *porter = HEAP_NEW(struct porter);
    int number = 0;

    porter->serve = serve;
    porter->ctx = ctx;
    pthread_mutex_init(&porter->lock, NULL);
    pthread_cond_init(&porter->news, NULL);
    while (number == 0 && porter->thread_count < threads) {
        number = pthread_create(&porter->threads[porter->thread_count], NULL, run, porter);
        porter->thread_count += number == 0;
    }
    if (number != 0) {
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
    pthread_mutex_lock(&porter->lock);
    porter->closed = true;
    pthread_cond_broadcast(&porter->news);
    pthread_mutex_unlock(&porter->lock);
    while (porter->thread_count > 0)
        pthread_join(porter->threads[--porter->thread_count], NULL);
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
