#include "db/query.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "acs/base/crypto.h"
#include "db/conn.h"
#include "db/filter.h"

enum { ANSWER_AS_TEXT = 0, PG_TIME_MAX = 40, PG_DATE_LEN = 10 };

/* One value of an answer as PostgreSQL wrote it. */
struct rows_cell {
    const char *text; /* NULL: NULL */
    size_t len;
};

/* ---- asking ---- */

static enum err prepare(struct db *db, enum sql statement)
{
    const struct sql_statement *sql = &sql_statements[statement];
    AUTO_RESULT result = NULL;

    if (db->prepared[statement])
        return ERR_OK;
    if (PQsendPrepare(db->conn, sql->name, sql->text, 0, NULL) == 0)
        return conn_error(db->conn, NULL);
    TRY(db_await(db, &result));
    db->prepared[statement] = true;
    return ERR_OK;
}

enum err query_send(struct db *db, enum sql statement, const struct parameters *parameters, int format)
{
    const struct sql_statement *sql = &sql_statements[statement];

    if (db_is_lost(db))
        return err_set(ERR_UNAVAILABLE, "the connection to the database was lost");
    TRY(prepare(db, statement));
    if (PQsendQueryPrepared(db->conn, sql->name, (int)sql->parameter_count, parameters->values,
                            parameters->lengths, parameters->formats, format) == 0)
        return conn_error(db->conn, NULL);
    return ERR_OK;
}

static enum err ask(struct db *db, enum sql statement, const struct parameters *parameters, PGresult **ret)
{
    TRY(query_send(db, statement, parameters, ANSWER_AS_TEXT));
    return db_await(db, ret);
}

/* ---- the answer ---- */

static enum err check_shape(const struct sql_statement *sql, const PGresult *result)
{
    bool has_rows = PQresultStatus(result) == PGRES_TUPLES_OK;

    if (has_rows != (sql->shape != SQL_EXEC))
        return err_set(ERR_INTERNAL, "rows where none belong, or none where some do");
    if (sql->shape == SQL_ONE && PQntuples(result) == 0)
        return err_set(ERR_NOT_FOUND, "there is none");
    if (sql->shape == SQL_ONE && PQntuples(result) > 1)
        return err_set(ERR_INTERNAL, "%d rows where one belongs", PQntuples(result));
    return ERR_OK;
}

static struct rows_cell copy_cell(const PGresult *result, int row, int column, struct arena *arena)
{
    size_t len = (size_t)PQgetlength(result, row, column);

    if (PQgetisnull(result, row, column))
        return (struct rows_cell){0};
    return (struct rows_cell){arena_memdup(arena, PQgetvalue(result, row, column), len), len};
}

static struct rows copy_rows(PGresult *result, struct arena *arena)
{
    int rows = PQntuples(result);
    int columns = PQnfields(result);
    const char **names = ARENA_ARRAY(arena, const char *, (size_t)columns);
    struct rows_cell *cells = ARENA_ARRAY(arena, struct rows_cell, (size_t)rows * (size_t)columns);

    for (int column = 0; column < columns; column++)
        names[column] = arena_strdup(arena, PQfname(result, column));
    for (int row = 0; row < rows; row++)
        for (int column = 0; column < columns; column++)
            cells[row * columns + column] = copy_cell(result, row, column, arena);
    return (struct rows){
        .count = (size_t)rows,
        .affected = strtoll(PQcmdTuples(result), NULL, 10),
        .columns = (unsigned)columns,
        .names = names,
        .cells = cells,
    };
}

enum err query_run(struct db *db, enum sql statement, struct binds binds, struct arena *arena,
                   struct rows *ret)
{
    const struct sql_statement *sql = &sql_statements[statement];
    struct parameters parameters;
    AUTO_RESULT result = NULL;

    TRY(parameters_fill(sql, binds, arena, &parameters));
    TRY(err_while(ask(db, statement, &parameters, &result), "%s", sql->name));
    TRY(err_while(check_shape(sql, result), "%s", sql->name));
    *ret = copy_rows(result, arena);
    return ERR_OK;
}

/* ---- with a filter ---- */

struct filtered {
    const char *text;
    const char *values[SQL_PARAMETERS_MAX + FILTER_SQL_VALUES_MAX];
    int lengths[SQL_PARAMETERS_MAX + FILTER_SQL_VALUES_MAX];
    int formats[SQL_PARAMETERS_MAX + FILTER_SQL_VALUES_MAX];
    int count;
};

/* "$3::boolean" of the statement. */
static const char *find_slot(const struct sql_statement *sql, struct arena *arena, const char **ret_mark)
{
    for (unsigned i = 0; i < sql->parameter_count; i++) {
        if (strcmp(sql->parameters[i], "filter") == 0) {
            *ret_mark = arena_printf(arena, "$%u::boolean", i + 1);
            return strstr(sql->text, *ret_mark);
        }
    }
    return NULL;
}

static enum err put_filter(const struct sql_statement *sql, const struct filter *filter, struct arena *arena,
                           struct filtered *to)
{
    struct filter_sql where = filter_sql(filter, sql->parameter_count + 1, arena);
    const char *mark, *slot = find_slot(sql, arena, &mark);

    if (slot == NULL)
        return err_set(ERR_INTERNAL, "the statement has no place for a filter");
    to->text = arena_printf(arena, "%.*s(%s AND %s)%s", (int)(slot - sql->text), sql->text, mark, where.text,
                            slot + strlen(mark));
    for (size_t i = 0; i < where.count; i++)
        to->values[to->count++] = where.values[i];
    return ERR_OK;
}

enum err query_run_where(struct db *db, enum sql statement, struct binds binds, const struct filter *filter,
                         struct arena *arena, struct rows *ret)
{
    const struct sql_statement *sql = &sql_statements[statement];
    struct filtered filtered = {.text = sql->text, .count = (int)sql->parameter_count};
    struct parameters parameters = {0}; /* those of the filter are texts */
    AUTO_RESULT result = NULL;

    TRY(parameters_fill(sql, binds, arena, &parameters));
    memcpy(filtered.values, parameters.values, sizeof(parameters.values));
    memcpy(filtered.lengths, parameters.lengths, sizeof(parameters.lengths));
    memcpy(filtered.formats, parameters.formats, sizeof(parameters.formats));
    if (filter != NULL)
        TRY(put_filter(sql, filter, arena, &filtered));
    if (db_is_lost(db))
        return err_set(ERR_UNAVAILABLE, "the connection to the database was lost");
    if (PQsendQueryParams(db->conn, filtered.text, filtered.count, NULL, filtered.values, filtered.lengths,
                          filtered.formats, ANSWER_AS_TEXT) == 0)
        return conn_error(db->conn, NULL);
    TRY(err_while(db_await(db, &result), "%s", sql->name));
    TRY(err_while(check_shape(sql, result), "%s", sql->name));
    *ret = copy_rows(result, arena);
    return ERR_OK;
}

enum err query_run_inside(struct db *db, enum sql statement, struct binds binds, const struct filter *scope,
                          struct arena *arena, struct rows *ret)
{
    if (scope == NULL)
        return query_run(db, statement, binds, arena, ret);
    return query_run_where(db, statement, binds, scope, arena, ret);
}

/* ---- reading ---- */

/* Asking for what the statement does not answer is our bug. */
static void expect(bool right)
{
    assert(right);
    (void)right;
}

static const struct rows_cell *cell_at(const struct rows *rows, size_t row, const char *column)
{
    static const struct rows_cell none;

    expect(row < rows->count);
    for (unsigned i = 0; i < rows->columns; i++)
        if (strcmp(rows->names[i], column) == 0)
            return &rows->cells[row * rows->columns + i];
    expect(false);
    return &none;
}

bool rows_is_null(const struct rows *rows, size_t row, const char *column)
{
    return rows_text(rows, row, column) == NULL;
}

const char *rows_text(const struct rows *rows, size_t row, const char *column)
{
    return cell_at(rows, row, column)->text;
}

int64_t rows_i64(const struct rows *rows, size_t row, const char *column)
{
    const char *text = rows_text(rows, row, column);
    int64_t number = 0;

    if (text == NULL)
        return 0;
    expect(text_read_i64(text, &number) == ERR_OK);
    return number;
}

double rows_real(const struct rows *rows, size_t row, const char *column)
{
    const char *text = rows_text(rows, row, column);
    char *end = NULL;
    double number = text != NULL ? strtod(text, &end) : 0;

    expect(text == NULL || (end != text && *end == '\0'));
    return number;
}

bool rows_bool(const struct rows *rows, size_t row, const char *column)
{
    const char *text = rows_text(rows, row, column);

    expect(text == NULL || strcmp(text, "t") == 0 || strcmp(text, "f") == 0);
    return text != NULL && *text == 't';
}

/* "2026-11-22 19:40:01.123456+00": every connection speaks ISO and UTC. */
int64_t rows_time_us(const struct rows *rows, size_t row, const char *column)
{
    const struct rows_cell *cell = cell_at(rows, row, column);
    char text[PG_TIME_MAX];
    int64_t us = 0;

    if (cell->text == NULL)
        return 0;
    expect(cell->len > PG_DATE_LEN && cell->len < sizeof(text));
    memcpy(text, cell->text, cell->len + 1);
    text[PG_DATE_LEN] = 'T';
    text[strcspn(text, "+")] = '\0';
    expect(text_read_time(text, &us) == ERR_OK);
    return us;
}

/* "\x00ff": two digits per byte behind a mark of two. */
const void *rows_bytes(const struct rows *rows, size_t row, const char *column, struct arena *arena,
                       size_t *ret_len)
{
    const struct rows_cell *cell = cell_at(rows, row, column);
    size_t len;
    void *bytes;

    if (cell->text == NULL)
        return NULL;
    expect(text_starts_with(cell->text, "\\x"));
    len = cell->len / 2 - 1;
    bytes = arena_alloc(arena, len);
    expect(crypto_unhex(cell->text + 2, bytes, len));
    *ret_len = len;
    return bytes;
}

struct shown_rows rows_shown(const struct rows *rows, struct arena *arena)
{
    struct shown_rows ret = {ARENA_ARRAY(arena, struct shown_row, rows->count), rows->count};

    for (size_t i = 0; i < rows->count; i++)
        ret.items[i] = (struct shown_row){rows_i64(rows, i, "id"), rows_text(rows, i, "shown")};
    return ret;
}
