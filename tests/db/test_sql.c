#include "db/sql.h"

#include <string.h>

#include <libpq-fe.h>

#include "tests/support/check.h"
#include "tests/support/database.h"

static void every_statement_prepares_on_the_migrated_schema(void **state)
{
    PGconn *conn = PQconnectdb(database_url());

    (void)state;
    assert_int_equal(PQstatus(conn), CONNECTION_OK);
    for (size_t i = 0; i < SQL_COUNT; i++) {
        const struct sql_statement *sql = &sql_statements[i];
        PGresult *result = PQprepare(conn, sql->name, sql->text, 0, NULL);

        if (PQresultStatus(result) != PGRES_COMMAND_OK)
            fail_msg("%s: %s", sql->name, PQerrorMessage(conn));
        PQclear(result);
    }
    PQfinish(conn);
}

static void every_statement_has_as_many_parameters_as_names(void **state)
{
    PGconn *conn = PQconnectdb(database_url());

    (void)state;
    for (size_t i = 0; i < SQL_COUNT; i++) {
        const struct sql_statement *sql = &sql_statements[i];
        PGresult *prepared = PQprepare(conn, sql->name, sql->text, 0, NULL);
        PGresult *described = PQdescribePrepared(conn, sql->name);

        if ((unsigned)PQnparams(described) != sql->parameter_count)
            fail_msg("%s has %d parameters and %u names", sql->name, PQnparams(described),
                     sql->parameter_count);
        if ((PQnfields(described) > 0) != (sql->shape != SQL_EXEC))
            fail_msg("%s answers %d columns: its shape says otherwise", sql->name, PQnfields(described));
        PQclear(prepared);
        PQclear(described);
    }
    PQfinish(conn);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_statement_prepares_on_the_migrated_schema),
        cmocka_unit_test(every_statement_has_as_many_parameters_as_names),
    };

    return cmocka_run_group_tests(tests, database_create_migrated, database_drop);
}
