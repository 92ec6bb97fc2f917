#include "db/migrate.h"

#include <string.h>

#include "db/conn.h"
#include "db/query.h"

/* ERR_CONFLICT unless what was applied is the beginning of what this program knows. */
static enum err check_applied(const struct rows *applied)
{
    for (size_t i = 0; i < applied->count; i++) {
        int64_t number = rows_i64(applied, i, "number");
        const char *name = rows_text(applied, i, "name");

        if (i >= SQL_MIGRATION_COUNT)
            return err_set(ERR_CONFLICT,
                           "the database is newer than this program: it has migration %d %s. "
                           "Install the version that made it, or a newer one",
                           (int)number, name);
        if (number != sql_migrations[i].number)
            return err_set(ERR_CONFLICT, "migration %d is missing in the database, though %d %s was applied",
                           sql_migrations[i].number, (int)number, name);
        if (strcmp(rows_text(applied, i, "sha256"), sql_migrations[i].sha256) != 0)
            return err_set(ERR_CONFLICT,
                           "migration %d was applied to the database as %s with another text than this "
                           "program has. Install the version that made it",
                           (int)number, name);
    }
    return ERR_OK;
}

/* A script of many statements cannot be prepared; its text is a constant of the program. */
static enum err run_script(struct db *db, const char *text)
{
    AUTO_RESULT result = NULL;

    if (PQsendQuery(db->conn, text) == 0)
        return conn_error(db->conn, NULL);
    return db_await(db, &result);
}

static enum err apply_in_transaction(struct db *db, const struct sql_migration *migration,
                                     struct arena *arena)
{
    struct rows rows;

    TRY(run_script(db, migration->text));
    return query_run(db, SQL_MIGRATION_ADD,
                     BINDS(bind_i64("number", migration->number), bind_text("name", migration->name),
                           bind_text("sha256", migration->sha256)),
                     arena, &rows);
}

static enum err apply(struct db *db, const struct sql_migration *migration, struct arena *arena)
{
    enum err err;

    TRY(db_begin(db));
    err = err_while(apply_in_transaction(db, migration, arena), "migration %d %s", migration->number,
                    migration->name);
    if (err == ERR_OK)
        return db_commit(db);
    /* The connection is closed next, which rolls back and leaves the message as it is. */
    return err;
}

static enum err migrate(struct db *db, unsigned *ret_applied)
{
    AUTO_ARENA arena = arena_new(0);
    struct rows rows;

    TRY(query_run(db, SQL_MIGRATION_LOCK, NO_BINDS, arena, &rows));
    TRY(query_run(db, SQL_MIGRATION_TABLE_CREATE, NO_BINDS, arena, &rows));
    TRY(query_run(db, SQL_MIGRATION_LIST, NO_BINDS, arena, &rows));
    TRY(check_applied(&rows));
    for (size_t i = rows.count; i < SQL_MIGRATION_COUNT; i++)
        TRY(apply(db, &sql_migrations[i], arena));
    if (ret_applied != NULL)
        *ret_applied = (unsigned)(SQL_MIGRATION_COUNT - rows.count);
    return ERR_OK;
}

enum err migrate_run(const char *url, unsigned *ret_applied)
{
    struct db db = {0};
    enum err err;

    TRY(err_while(db_open(&db, url, &conn_use_migrate), "cannot connect"));
    err = migrate(&db, ret_applied);
    db_close(&db);
    return err;
}
