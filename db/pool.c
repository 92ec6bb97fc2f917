#include "db/pool.h"

#include <poll.h>
#include <pthread.h>
#include <stdint.h>
#include <time.h>

#include "acs/base/arena.h"
#include "acs/base/clock.h"
#include "acs/base/crypto.h"
#include "db/conn.h"
#include "db/query.h"

enum { BORROW_MS = 1000, QUIET_MS = 100, QUIET_SPREAD_MS = 300, NS_PER_US = 1000 };

struct db_pool {
    char *url;
    pthread_mutex_t mutex;
    pthread_cond_t returned;
    struct db *free;        /* under the mutex, as is all below; the one returned last is first */
    int64_t quiet_until_ms; /* nobody knocks before: the server is away */
    struct db *all;
};

static void use_monotonic_clock(pthread_cond_t *cond)
{
    pthread_condattr_t attributes;

    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(cond, &attributes);
    pthread_condattr_destroy(&attributes);
}

struct db_pool *db_pool_new(const char *url, unsigned size)
{
    struct db_pool *pool = HEAP_NEW(struct db_pool);

    pool->url = heap_strdup(url ? url : "");
    pool->all = heap_alloc(size * sizeof(*pool->all));
    pthread_mutex_init(&pool->mutex, NULL);
    use_monotonic_clock(&pool->returned);
    for (unsigned i = 0; i < size; i++) {
        pool->all[i].pool = pool;
        pool->all[i].next = pool->free;
        pool->free = &pool->all[i];
    }
    return pool;
}

void db_pool_free(struct db_pool *pool)
{
    if (pool == NULL)
        return;
    for (struct db *db = pool->free; db != NULL; db = db->next)
        db_close(db);
    pthread_cond_destroy(&pool->returned);
    pthread_mutex_destroy(&pool->mutex);
    heap_free(pool->all);
    heap_free(pool->url);
    heap_free(pool);
}

static struct db *take_free(struct db_pool *pool)
{
    int64_t deadline_us = clock_mono_us() + BORROW_MS * US_PER_MS;
    struct timespec deadline = {.tv_sec = deadline_us / US_PER_S,
                                .tv_nsec = deadline_us % US_PER_S * NS_PER_US};
    struct db *db;

    pthread_mutex_lock(&pool->mutex);
    while (pool->free == NULL && pthread_cond_timedwait(&pool->returned, &pool->mutex, &deadline) == 0)
        continue;
    db = pool->free;
    if (db != NULL)
        pool->free = db->next;
    pthread_mutex_unlock(&pool->mutex);
    return db;
}

/* What arrives on an idle connection is mostly its end; at worst a good one is replaced. */
static bool is_alive(const struct db *db)
{
    struct pollfd socket = {.events = POLLIN};

    if (db_is_lost(db))
        return false;
    socket.fd = PQsocket(db->conn);
    return poll(&socket, 1, 0) == 0;
}

static bool is_quiet_time(struct db_pool *pool)
{
    bool quiet;

    pthread_mutex_lock(&pool->mutex);
    quiet = clock_mono_ms() < pool->quiet_until_ms;
    pthread_mutex_unlock(&pool->mutex);
    return quiet;
}

static void begin_quiet_time(struct db_pool *pool)
{
    int64_t until_ms = clock_mono_ms() + QUIET_MS + (int64_t)(crypto_random_u64() % QUIET_SPREAD_MS);

    pthread_mutex_lock(&pool->mutex);
    pool->quiet_until_ms = until_ms;
    pthread_mutex_unlock(&pool->mutex);
}

static enum err connect_again(struct db_pool *pool, struct db *db)
{
    enum err err;

    db_close(db);
    if (is_quiet_time(pool))
        return err_set(ERR_UNAVAILABLE, "the database is not available, try again in a moment");
    err = db_open(db, pool->url, &conn_use_pool);
    if (err != ERR_OK)
        begin_quiet_time(pool);
    return err_while(err, "cannot connect");
}

enum err db_borrow(struct db_pool *pool, struct db **ret)
{
    struct db *db = take_free(pool);
    enum err err = ERR_OK;

    if (db == NULL)
        return err_set(ERR_UNAVAILABLE, "all connections to the database are in use, try again in a moment");
    if (!is_alive(db))
        err = connect_again(pool, db);
    if (err != ERR_OK) {
        db_return(db);
        return err;
    }
    *ret = db;
    return ERR_OK;
}

void db_return(struct db *db)
{
    if (db == NULL)
        return;
    if (!db_is_lost(db) && PQtransactionStatus(db->conn) != PQTRANS_IDLE)
        db_rollback(db);
    pthread_mutex_lock(&db->pool->mutex);
    db->next = db->pool->free;
    db->pool->free = db;
    pthread_cond_signal(&db->pool->returned);
    pthread_mutex_unlock(&db->pool->mutex);
}

void db_cleanup(struct db **db)
{
    db_return(*db);
}

static enum err run(struct db *db, enum sql statement)
{
    struct rows rows;
    AUTO_ARENA arena = arena_new(0);

    return query_run(db, statement, NO_BINDS, arena, &rows);
}

enum err db_begin(struct db *db)
{
    return run(db, SQL_TRANSACTION_BEGIN);
}

/* After a failed statement PostgreSQL answers COMMIT with a rollback and calls that success. */
enum err db_commit(struct db *db)
{
    if (!db_is_lost(db) && PQtransactionStatus(db->conn) != PQTRANS_INTRANS) {
        db_rollback(db);
        return err_set(ERR_INTERNAL, "commit of a transaction that has failed or was never begun");
    }
    return err_while(run(db, SQL_TRANSACTION_COMMIT), "commit");
}

/* A connection that cannot even do that is given up, which rolls back as well. */
void db_rollback(struct db *db)
{
    if (run(db, SQL_TRANSACTION_ROLLBACK) != ERR_OK)
        db_close(db);
}
