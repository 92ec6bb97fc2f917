/*
 * What the store costs: CPU of this process and of PostgreSQL (the postmaster and all its children, from
 * /proc), and bytes of WAL, per Inform and per refresh of 1,000 parameters.
 *
 *     contrib/with-postgres DIR --durable -- BUILD/tests/db/bench_db_store [DEVICES [ROUNDS]]
 *
 * Compare figures of one run only: the speed of a shared machine swings.
 */
#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <libpq-fe.h>

#include "acs/base/clock.h"
#include "db/migrate.h"
#include "db/store.h"

enum { PARAMETERS = 1000, PAGE = 50, REFRESHES = 500, PATH = 300, LINE = 1024 };

static void must(bool ok, const char *what)
{
    if (ok)
        return;
    fprintf(stderr, "%s: %s\n", what, err_message());
    exit(1);
}

/* ---- PostgreSQL beside the store ---- */

static PGconn *conn;

static int64_t number(const char *sql)
{
    PGresult *result = PQexec(conn, sql);
    int64_t value = 0;

    if (PQresultStatus(result) != PGRES_TUPLES_OK && PQresultStatus(result) != PGRES_COMMAND_OK)
        err_set(ERR_INTERNAL, "%s", PQerrorMessage(conn));
    must(PQresultStatus(result) == PGRES_TUPLES_OK || PQresultStatus(result) == PGRES_COMMAND_OK, sql);
    if (PQntuples(result) > 0)
        value = strtoll(PQgetvalue(result, 0, 0), NULL, 10);
    PQclear(result);
    return value;
}

/* ---- CPU ---- */

static int64_t read_number(const char *text)
{
    return text == NULL ? 0 : strtoll(text, NULL, 10);
}

static void read_line(const char *path, char line[LINE])
{
    FILE *file = fopen(path, "re");

    line[0] = '\0';
    if (file == NULL)
        return;
    if (fgets(line, LINE, file) == NULL)
        line[0] = '\0';
    fclose(file);
}

/* Behind the name: state, parent …; fields 12 to 15 are the ticks of the process and of the children it
 * waited for. */
static int64_t ticks_of(const char *pid, int64_t postmaster)
{
    enum { PARENT = 1, USER = 11, CHILD_SYSTEM = 14 };
    char path[PATH], line[LINE];
    int64_t ticks = 0;
    int64_t parent = 0;
    char *rest;

    snprintf(path, sizeof(path), "/proc/%s/stat", pid);
    read_line(path, line);
    rest = strrchr(line, ')');
    if (rest == NULL)
        return 0;
    rest += 2;
    for (int field = 0; field <= CHILD_SYSTEM && rest != NULL; field++) {
        int64_t value = read_number(strsep(&rest, " "));

        if (field == PARENT)
            parent = value;
        if (field >= USER)
            ticks += value;
    }
    return read_number(pid) == postmaster || parent == postmaster ? ticks : 0;
}

static int64_t postmaster_pid(void)
{
    char path[PATH], line[LINE];

    snprintf(path, sizeof(path), "%s/postmaster.pid", getenv("PGDATA"));
    read_line(path, line);
    must(read_number(line) > 0, "run this below contrib/with-postgres");
    return read_number(line);
}

static int64_t postgres_cpu_us(void)
{
    int64_t postmaster = postmaster_pid();
    DIR *proc = opendir("/proc");
    int64_t ticks = 0;
    struct dirent *entry;

    while ((entry = readdir(proc)) != NULL)
        if (entry->d_name[0] >= '0' && entry->d_name[0] <= '9')
            ticks += ticks_of(entry->d_name, postmaster);
    closedir(proc);
    return ticks * US_PER_S / sysconf(_SC_CLK_TCK);
}

static int64_t own_cpu_us(void)
{
    struct rusage usage;

    getrusage(RUSAGE_SELF, &usage);
    return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * US_PER_S + usage.ru_utime.tv_usec +
           usage.ru_stime.tv_usec;
}

struct meter {
    int64_t own_us, postgres_us, wal, began_us;
};

static int64_t wal_bytes(void)
{
    return number("SELECT pg_current_wal_insert_lsn() - '0/0'");
}

static struct meter meter_start(void)
{
    return (struct meter){own_cpu_us(), postgres_cpu_us(), wal_bytes(), clock_mono_us()};
}

static void meter_print(const struct meter *start, const char *what, int64_t count)
{
    struct meter now = meter_start();
    double units = (double)count;

    printf("%-42s client %7.2f us   PostgreSQL %8.2f us   WAL %8.0f B   %9.0f per s\n", what,
           (double)(now.own_us - start->own_us) / units,
           (double)(now.postgres_us - start->postgres_us) / units, (double)(now.wal - start->wal) / units,
           units * US_PER_S / (double)(now.began_us - start->began_us));
}

/* ---- the load ---- */

struct bench {
    struct loop *loop;
    struct store *store;
    struct arena *arena;
    struct store_unit *units;
    struct store_inform *informs;
    struct store_values *values;
    size_t left;
    int64_t devices;
};

static void on_done(struct store_unit *unit, enum err outcome, void *ctx)
{
    struct bench *bench = ctx;

    (void)unit;
    must(outcome == ERR_OK, "a unit failed");
    if (--bench->left == 0)
        loop_stop(bench->loop);
}

static void submit_all(struct bench *bench, size_t count)
{
    bench->left = count;
    for (size_t i = 0; i < count; i++) {
        bench->units[i].arena = bench->arena;
        bench->units[i].done = on_done;
        bench->units[i].ctx = bench;
        store_submit(bench->store, &bench->units[i]);
    }
    loop_run(bench->loop);
    arena_reset(bench->arena);
}

/* Different devices, in no order that pages would know. */
static int64_t device_at(const struct bench *bench, int64_t turn)
{
    return turn * 7919 % bench->devices + 1;
}

static void inform_round(struct bench *bench, size_t batch, int64_t round)
{
    for (size_t i = 0; i < batch; i++) {
        int64_t turn = round * (int64_t)batch + (int64_t)i;

        bench->informs[i] = (struct store_inform){
            .at_us = clock_now_us(), .uptime_s = turn, .event_bits = 4, .periodic = true};
        bench->units[i] =
            (struct store_unit){.device_id = device_at(bench, turn), .inform = &bench->informs[i]};
    }
    submit_all(bench, batch);
}

static void bench_informs(struct bench *bench, size_t batch, int64_t rounds)
{
    struct meter start = meter_start();
    char what[64];

    for (int64_t round = 0; round < rounds; round++)
        inform_round(bench, batch, round);
    snprintf(what, sizeof(what), "Inform, batch of %zu", batch);
    meter_print(&start, what, rounds * (int64_t)batch);
}

/* Like a router's: 20 pages of 50, names and values of usual length. */
static struct cwmp_parameter_value *make_values(struct arena *arena, int seed)
{
    static const char *const leaves[] = {"BytesSent", "Enable", "SSIDReference", "MACAddress", "LastChange"};
    struct cwmp_parameter_value *values = ARENA_ARRAY(arena, struct cwmp_parameter_value, PARAMETERS);

    for (int i = 0; i < PARAMETERS; i++)
        values[i] = (struct cwmp_parameter_value){
            arena_printf(arena, "Device.WiFi.AccessPoint.%d.AssociatedDevice.%d.%s", i / PAGE + 1,
                         i % PAGE / 5 + 1, leaves[i % 5]),
            arena_printf(arena, "%d", seed * 7 + i * 31), i % 5 == 0 ? CWMP_UNSIGNED_LONG : CWMP_STRING};
    return values;
}

/* every: of so many parameters one differs from round to round; 0: none. The first two rounds make the pages.
 */
static void bench_refresh(struct bench *bench, const char *what, int every)
{
    struct arena *texts = arena_new(1 << 20);
    struct cwmp_parameter_value *variants[2] = {make_values(texts, 1), make_values(texts, 1)};
    struct cwmp_parameter_values lists[2] = {
        {variants[0], PARAMETERS},
        {variants[1], PARAMETERS}
    };
    int64_t session_no = number("SELECT session_no FROM device_hot WHERE device_id = 1");
    struct meter start = {0};

    for (int i = 0; every > 0 && i < PARAMETERS; i += every)
        variants[1][i].value = arena_printf(texts, "%d", i * 17);
    for (size_t round = 0; round < REFRESHES + 2; round++) {
        if (round == 2)
            start = meter_start();
        bench->values[0] = (struct store_values){.values = &lists[round % 2], .read_at_us = clock_now_us()};
        bench->units[0] =
            (struct store_unit){.device_id = 1, .session_no = session_no, .values = &bench->values[0]};
        submit_all(bench, 1);
    }
    meter_print(&start, what, REFRESHES);
    arena_free(texts);
}

static void on_ready_check(void *ctx)
{
    struct bench *bench = ctx;
    static struct loop_timer timer;

    if (store_is_ready(bench->store))
        loop_stop(bench->loop);
    else
        loop_timer_set(bench->loop, &timer, clock_mono_us() + US_PER_MS, on_ready_check, bench);
}

int main(int argc, char **argv)
{
    struct bench bench = {.loop = loop_new(), .arena = arena_new(1 << 20)};
    int64_t rounds = argc > 2 ? strtoll(argv[2], NULL, 10) : 400;
    static const size_t batches[] = {1, 8, 32, 128, 512};
    char sql[LINE];

    bench.devices = argc > 1 ? strtoll(argv[1], NULL, 10) : 100000;
    must(migrate_run("", NULL) == ERR_OK, "migrate");
    conn = PQconnectdb("");
    number("TRUNCATE device_hot, device_page, device_read");
    snprintf(sql, sizeof(sql), "INSERT INTO device_hot (device_id) SELECT generate_series(1, %" PRId64 ")",
             bench.devices);
    number(sql);
    number("VACUUM ANALYZE device_hot");
    bench.units = heap_alloc(512 * sizeof(*bench.units));
    bench.informs = heap_alloc(512 * sizeof(*bench.informs));
    bench.values = heap_alloc(512 * sizeof(*bench.values));
    bench.store = store_new(bench.loop, &(struct store_config){"", 0, 512});
    on_ready_check(&bench);
    loop_run(bench.loop);
    for (size_t i = 0; i < sizeof(batches) / sizeof(*batches); i++)
        bench_informs(&bench, batches[i], batches[i] < 100 ? 10 * rounds : rounds);
    bench_refresh(&bench, "refresh of 1,000, nothing new", 0);
    bench_refresh(&bench, "refresh of 1,000, 10 new", 100);
    bench_refresh(&bench, "refresh of 1,000, all new", 1);
    printf(
        "heap-only updates of device_hot: %" PRId64 " %%\n",
        number(
            "SELECT 100 * n_tup_hot_upd / n_tup_upd FROM pg_stat_user_tables WHERE relname = 'device_hot'"));
    store_free(bench.store);
    loop_free(bench.loop);
    arena_free(bench.arena);
    PQfinish(conn);
    return 0;
}
