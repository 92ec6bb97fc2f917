#include "acs/imports/columns.h"

#include <string.h>

#include "tests/base/check.h"

enum { MOST = 16 };

struct cells {
    const char *items[MOST];
    size_t count;
};

/* "Nome|CPF" */
static struct cells cut(const char *text, struct arena *arena)
{
    char *rest = arena_strdup(arena, text), *cell;
    struct cells cells = {0};

    while ((cell = strsep(&rest, "|")) != NULL && cells.count < MOST)
        cells.items[cells.count++] = cell;
    return cells;
}

static const char *body_of(const char *header, const char *said, const char *row, struct arena *arena)
{
    struct cells names = cut(header, arena), cells = cut(row, arena);
    struct text out = TEXT_IN(arena);
    struct json_writer json = JSON_WRITER(&out);
    struct columns columns;

    if (columns_read(names.items, names.count, said, LANGUAGE_EN, arena, &columns) != ERR_OK ||
        columns_body(&columns, cells.items, cells.count, &json) != ERR_OK)
        return arena_strdup(arena, err_message());
    return text_string(&out);
}

#define REST "\"address\":{},\"contract\":{},\"attributes\":{}}"

static const struct {
    const char *header, *said, *row, *body;
} bodies[] = {
    {"name|external_id",                                      NULL,                            "Maria|C1",                                    "{\"external_id\":\"C1\",\"name\":\"Maria\"," REST       },
    {"Nome Completo|Código|CPF/CNPJ",                        NULL,                            " Maria |C1|529.982.247-25",
     "{\"external_id\":\"C1\",\"name\":\"Maria\",\"document\":\"529.982.247-25\"," REST                                                                                                                },
    {"nome|Telefone 1|Telefone 2|Celular",                    NULL,                            "M|(11) 3456-7890||11987654321 / 11912345678",
     "{\"name\":\"M\",\"phones\":[\"(11) 3456-7890\",\"11987654321 \",\"11912345678\"]," REST                                                                                                          },
    {"nome|UF|CEP|Município|endereço|número",              NULL,                            "M|sp|01310-100|São Paulo|Av. Paulista|1000",
     "{\"name\":\"M\",\"address\":{\"street\":\"Av. Paulista\",\"number\":\"1000\",\"city\":\"São Paulo\","
     "\"state\":\"SP\",\"postal_code\":\"01310-100\"},\"contract\":{},\"attributes\":{}}"                                                                                                              },
    {"nome|Situação|Plano|Velocidade|Upload",               NULL,                            "M|ATIVO|Fibra 500|500 Mega|250,5",
     "{\"name\":\"M\",\"address\":{},\"contract\":{\"plan\":\"Fibra "
     "500\",\"down_mbps\":500.0,\"up_mbps\":250.5,"
     "\"status\":\"active\"},\"attributes\":{}}"                                                                                                                                                       },
    {"nome|velocidade",                                       NULL,                            "M|1 Gbps",
     "{\"name\":\"M\",\"address\":{},\"contract\":{\"down_mbps\":1000.0},\"attributes\":{}}"                                                                                                           },
    {"nome|velocidade|status",                                NULL,                            "M|rápido|talvez",
     "{\"name\":\"M\",\"address\":{},\"contract\":{\"down_mbps\":\"rápido\",\"status\":\"talvez\"},"
     "\"attributes\":{}}"                                                                                                                                                                              },
    {"nome|olt|Porta PON|CTO|Tecnologia|attributes.splitter", NULL,                            "M|OLT-1|1/2|CTO-17|GPON|8",
     "{\"name\":\"M\",\"address\":{},\"contract\":{},\"attributes\":{\"olt\":\"OLT-1\",\"pon\":\"1/2\","
     "\"cto\":\"CTO-17\",\"technology\":\"gpon\",\"splitter\":\"8\"}}"                                                                                                                                 },
    {"nome|etiquetas",                                        NULL,                            "M|vip, condominio",                           "{\"name\":\"M\",\"tags\":[\"vip\",\"condominio\"]," REST},
 /* what is empty, or not known, says nothing */
    {"nome|cpf|Vendedor",                                     NULL,                            "M||Bruno",                                    "{\"name\":\"M\"," REST                                  },
    {"nome|cpf",                                              NULL,                            "M",                                           "{\"name\":\"M\"," REST                                  },
    {"nome",                                                  NULL,                            "M||",                                         "{\"name\":\"M\"," REST                                  },
 /* what the caller says comes first */
    {"A|B|nome",                                              "A=name,nome=-,B=contract.plan", "Maria|Fibra|x",
     "{\"name\":\"Maria\",\"address\":{},\"contract\":{\"plan\":\"Fibra\"},\"attributes\":{}}"                                                                                                         },
    {"nome|Vendedor",                                         "Vendedor=attributes.vendedor",  "M|Bruno",
     "{\"name\":\"M\",\"address\":{},\"contract\":{},\"attributes\":{\"vendedor\":\"Bruno\"}}"                                                                                                         },
 /* and what is wrong is said */
    {"nome|cpf",                                              NULL,                            "M||x",                                        "3"                                                      },
    {"nome|cliente",                                          NULL,                            "M|N",
     "these columns are the same, and only one can be taken: 'nome', 'cliente'; columns=cliente=-"                                                                                                     },
    {"nome",                                                  "idade=name",                    "M",                                           "columns: the file has no column 'idade'"                },
    {"nome",                                                  "nome=idade",                    "M",                                           "columns: a subscriber has no 'idade'"                   },
    {"nome",                                                  "nome",                          "M",                                           "columns: 'nome' is not HEADER=member"                   },
};

static void a_record_is_a_body(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(bodies) / sizeof(*bodies); i++) {
        AUTO_ARENA arena = arena_new(4096);

        assert_string_equal(body_of(bodies[i].header, bodies[i].said, bodies[i].row, arena), bodies[i].body);
    }
}

/* Each name leads to one row, and comes as plain_name() writes it. */
static void no_name_is_listed_twice(void **state)
{
    static const char *const lists[] = {
#define COLUMN(object, member, kind, names) names,
#include "acs/imports/column.def"
#undef COLUMN
    };
    AUTO_ARENA arena = arena_new(4096);
    struct text all = TEXT_IN(arena);

    (void)state;
    for (size_t i = 0; i < sizeof(lists) / sizeof(*lists); i++) {
        char *rest = arena_strdup(arena, lists[i]), *name;

        while ((name = strsep(&rest, " ")) != NULL) {
            if (*name == '\0')
                continue;
            assert_int_equal(strspn(name, "abcdefghijklmnopqrstuvwxyz_"), strlen(name));
            assert_null(strstr(text_string(&all), arena_printf(arena, " %s ", name)));
            text_printf(&all, " %s ", name);
        }
    }
}

static void what_was_made_of_the_columns_is_shown(void **state)
{
    AUTO_ARENA arena = arena_new(4096);
    struct cells names = cut("Nome|Vendedor|plano|attributes.x", arena);
    struct text out = TEXT_IN(arena);
    struct json_writer json = JSON_WRITER(&out);
    struct columns columns;

    (void)state;
    assert_int_equal(columns_read(names.items, names.count, NULL, LANGUAGE_EN, arena, &columns), ERR_OK);
    columns_write(&columns, &json);
    assert_string_equal(text_string(&out), "[{\"header\":\"Nome\",\"member\":\"name\"},"
                                           "{\"header\":\"Vendedor\",\"member\":null},"
                                           "{\"header\":\"plano\",\"member\":\"contract.plan\"},"
                                           "{\"header\":\"attributes.x\",\"member\":\"attributes.x\"}]");
    assert_true(columns_have(&columns, "name"));
    assert_true(columns_have(&columns, "contract.plan"));
    assert_false(columns_have(&columns, "login"));
}

static void a_complaint_finds_its_cell(void **state)
{
    AUTO_ARENA arena = arena_new(4096);
    struct cells names = cut("nome|cpf|plano|fone", arena), cells = cut("Maria|123|X|9", arena);
    struct columns columns;

    (void)state;
    assert_int_equal(columns_read(names.items, names.count, NULL, LANGUAGE_EN, arena, &columns), ERR_OK);
    assert_string_equal(columns_cell(&columns, cells.items, cells.count, "/document", arena), "123");
    assert_string_equal(columns_cell(&columns, cells.items, cells.count, "/contract/plan", arena), "X");
    assert_string_equal(columns_cell(&columns, cells.items, cells.count, "/phones/0", arena), "9");
    assert_null(columns_cell(&columns, cells.items, cells.count, "/contract/number", arena));
    assert_null(columns_cell(&columns, cells.items, cells.count, "/contract", arena));
    assert_null(columns_cell(&columns, cells.items, cells.count, "", arena));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_record_is_a_body),
        cmocka_unit_test(no_name_is_listed_twice),
        cmocka_unit_test(what_was_made_of_the_columns_is_shown),
        cmocka_unit_test(a_complaint_finds_its_cell),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
