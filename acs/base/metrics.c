#include "acs/base/metrics.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>

#include "acs/base/clock.h"

enum kind { KIND_COUNTER, KIND_GAUGE, KIND_HISTOGRAM };

/* A number of its own for every histogram: an index into the histograms of a block. */
enum histogram_index {
#define COUNTER(id, name, help)
#define LABELLED(id, name, label, value, help)
#define GAUGE(id, name, help)
#define HISTOGRAM(id, name, help) HISTOGRAM_##id,
#include "acs/base/metrics.def"
#undef COUNTER
#undef LABELLED
#undef GAUGE
#undef HISTOGRAM
    HISTOGRAM_COUNT
};

static const struct row {
    enum kind kind;
    unsigned histogram;
    const char *name;
    const char *labels; /* as shown: "{label="value"}", or "" */
    const char *help;
} rows[METRIC_COUNT] = {
#define COUNTER(id, name, help) [METRIC_##id] = {KIND_COUNTER, 0, name, "", help},
#define LABELLED(id, name, label, value, help) \
    [METRIC_##id] = {KIND_COUNTER, 0, name, "{" label "=\"" value "\"}", help},
#define GAUGE(id, name, help)     [METRIC_##id] = {KIND_GAUGE, 0, name, "", help},
#define HISTOGRAM(id, name, help) [METRIC_##id] = {KIND_HISTOGRAM, HISTOGRAM_##id, name, "", help},
#include "acs/base/metrics.def"
#undef COUNTER
#undef LABELLED
#undef GAUGE
#undef HISTOGRAM
};

static const struct bucket {
    int64_t most_us;
    const char *shown;
} buckets[] = {
    {1000,      "0.001" },
    {2500,      "0.0025"},
    {5000,      "0.005" },
    {10000,     "0.01"  },
    {25000,     "0.025" },
    {50000,     "0.05"  },
    {100000,    "0.1"   },
    {250000,    "0.25"  },
    {500000,    "0.5"   },
    {1000000,   "1"     },
    {2500000,   "2.5"   },
    {5000000,   "5"     },
    {10000000,  "10"    },
    {30000000,  "30"    },
    {60000000,  "60"    },
    {INT64_MAX, "+Inf"  },
};

enum { BUCKET_COUNT = sizeof(buckets) / sizeof(*buckets), CACHE_LINE = 64 };

struct histogram {
    _Atomic int64_t counts[BUCKET_COUNT];
    _Atomic int64_t sum_us;
};

/*
 * What one thread counted. A block is written by its owner alone and read by all; it outlives the thread,
 * because a counter must not fall, and serves the next one. The padding keeps two threads off one cache line.
 */
struct block {
    _Atomic int64_t values[METRIC_COUNT];
    struct histogram histograms[HISTOGRAM_COUNT];
    struct block *next;
    bool owned; /* under the mutex */
    char padding[CACHE_LINE];
};

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static struct block *blocks; /* grows at the front, under the mutex */
static pthread_key_t owner_key;
static pthread_once_t owner_key_once = PTHREAD_ONCE_INIT;
static _Thread_local struct block *mine;

static void give_back(void *block)
{
    pthread_mutex_lock(&mutex);
    ((struct block *)block)->owned = false;
    pthread_mutex_unlock(&mutex);
    mine = NULL;
}

static void make_owner_key(void)
{
    pthread_key_create(&owner_key, give_back);
}

static struct block *claim(void)
{
    struct block *block;

    pthread_once(&owner_key_once, make_owner_key);
    pthread_mutex_lock(&mutex);
    for (block = blocks; block != NULL && block->owned;)
        block = block->next;
    if (block == NULL) {
        block = HEAP_NEW(struct block);
        block->next = blocks;
        blocks = block;
    }
    block->owned = true;
    pthread_mutex_unlock(&mutex);
    pthread_setspecific(owner_key, block);
    mine = block;
    return block;
}

/* Only the owner writes, so a load and a store are an atomic addition, without the price of a locked
 * instruction. */
static void add(_Atomic int64_t *to, int64_t amount)
{
    atomic_store_explicit(to, atomic_load_explicit(to, memory_order_relaxed) + amount, memory_order_relaxed);
}

void metric_add(enum metric metric, int64_t amount)
{
    struct block *block = mine != NULL ? mine : claim();

    add(&block->values[metric], amount);
}

void metric_observe_us(enum metric metric, int64_t us)
{
    struct block *block = mine != NULL ? mine : claim();
    struct histogram *histogram = &block->histograms[rows[metric].histogram];
    int64_t shown = us > 0 ? us : 0;
    unsigned i = 0;

    while (shown > buckets[i].most_us)
        i++;
    add(&histogram->counts[i], 1);
    add(&histogram->sum_us, shown);
}

/* ---- reading: sums over all blocks, under the mutex so that the list stands still ---- */

static int64_t sum_value(enum metric metric)
{
    int64_t sum = 0;

    for (struct block *block = blocks; block != NULL; block = block->next)
        sum += atomic_load_explicit(&block->values[metric], memory_order_relaxed);
    return sum;
}

int64_t metric_value(enum metric metric)
{
    int64_t sum;

    pthread_mutex_lock(&mutex);
    sum = sum_value(metric);
    pthread_mutex_unlock(&mutex);
    return sum;
}

static void write_heading(struct text *out, const struct row *row)
{
    static const char *const kinds[] = {
        [KIND_COUNTER] = "counter", [KIND_GAUGE] = "gauge", [KIND_HISTOGRAM] = "histogram"};

    text_printf(out, "# HELP %s %s\n# TYPE %s %s\n", row->name, row->help, row->name, kinds[row->kind]);
}

static void write_histogram(struct text *out, const struct row *row)
{
    int64_t below = 0;
    int64_t sum_us = 0;

    for (unsigned i = 0; i < BUCKET_COUNT; i++) {
        for (struct block *block = blocks; block != NULL; block = block->next)
            below += atomic_load_explicit(&block->histograms[row->histogram].counts[i], memory_order_relaxed);
        text_printf(out, "%s_bucket{le=\"%s\"} %lld\n", row->name, buckets[i].shown, (long long)below);
    }
    for (struct block *block = blocks; block != NULL; block = block->next)
        sum_us += atomic_load_explicit(&block->histograms[row->histogram].sum_us, memory_order_relaxed);
    text_printf(out, "%s_sum %lld.%06lld\n%s_count %lld\n", row->name, (long long)(sum_us / US_PER_S),
                (long long)(sum_us % US_PER_S), row->name, (long long)below);
}

void metrics_write(struct text *out)
{
    pthread_mutex_lock(&mutex);
    for (unsigned i = 0; i < METRIC_COUNT; i++) {
        if (i == 0 || strcmp(rows[i].name, rows[i - 1].name) != 0)
            write_heading(out, &rows[i]);
        if (rows[i].kind == KIND_HISTOGRAM)
            write_histogram(out, &rows[i]);
        else
            text_printf(out, "%s%s %lld\n", rows[i].name, rows[i].labels,
                        (long long)sum_value((enum metric)i));
    }
    pthread_mutex_unlock(&mutex);
}
