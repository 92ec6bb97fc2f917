#include "acs/base/errand.h"

#include <pthread.h>
#include <time.h>

#include "acs/base/arena.h"
#include "acs/base/clock.h"

enum { LOOK_S = 1 };

struct errand {
    struct errand_config config;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t news;
    bool stop; /* atomic */
};

bool errand_is_stopped(const struct errand *errand)
{
    return __atomic_load_n(&errand->stop, __ATOMIC_ACQUIRE);
}

static void wait_a_while(struct errand *errand)
{
    int64_t until_us = clock_now_us() + LOOK_S * US_PER_S;
    const struct timespec until = {.tv_sec = until_us / US_PER_S, .tv_nsec = until_us % US_PER_S * 1000};

    pthread_mutex_lock(&errand->lock);
    if (!errand_is_stopped(errand))
        pthread_cond_timedwait(&errand->news, &errand->lock, &until);
    pthread_mutex_unlock(&errand->lock);
}

static void *run(void *ctx)
{
    struct errand *errand = ctx;

    while (!errand_is_stopped(errand))
        if (!errand->config.work(errand, errand->config.ctx))
            wait_a_while(errand);
    return NULL;
}

static void free_it(struct errand *errand)
{
    pthread_mutex_destroy(&errand->lock);
    pthread_cond_destroy(&errand->news);
    heap_free(errand);
}

enum err errand_start(const struct errand_config *config, struct errand **ret)
{
    struct errand *errand = HEAP_NEW(struct errand);

    errand->config = *config;
    pthread_mutex_init(&errand->lock, NULL);
    pthread_cond_init(&errand->news, NULL);
    if (pthread_create(&errand->thread, NULL, run, errand) != 0) {
        free_it(errand);
        return err_set(ERR_UNAVAILABLE, "no thread for %s", config->name);
    }
    *ret = errand;
    return ERR_OK;
}

void errand_stop(struct errand *errand)
{
    if (errand == NULL)
        return;
    pthread_mutex_lock(&errand->lock);
    __atomic_store_n(&errand->stop, true, __ATOMIC_RELEASE);
    pthread_cond_signal(&errand->news);
    pthread_mutex_unlock(&errand->lock);
    pthread_join(errand->thread, NULL);
    free_it(errand);
}
