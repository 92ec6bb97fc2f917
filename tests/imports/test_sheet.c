#include "acs/imports/sheet.h"

#include <string.h>

#include "acs/base/text.h"
#include "tests/base/check.h"

struct source {
    const char *bytes;
    size_t len, at, piece;
    unsigned fail_at; /* the piece at which reading fails; 0: none */
    unsigned count;
};

static enum err read_piece(void *ctx, const char **ret_bytes, size_t *ret_len)
{
    struct source *source = ctx;
    size_t left = source->len - source->at;

    if (++source->count == source->fail_at)
        return err_set(ERR_UNAVAILABLE, "away");
    *ret_bytes = source->bytes + source->at;
    *ret_len = left < source->piece ? left : source->piece;
    source->at += *ret_len;
    return ERR_OK;
}

static const char *wrong_name(enum sheet_wrong wrong)
{
    static const char *const names[] = {[SHEET_TOO_LONG] = "too long",
                                        [SHEET_OPEN_QUOTE] = "open quote",
                                        [SHEET_NOT_UTF8] = "not UTF-8",
                                        [SHEET_TOO_MANY_FIELDS] = "too many fields"};

    return names[wrong];
}

/* "1:[a][b] 2:[c] 3!not UTF-8", whatever the size of the pieces. */
static const char *records_of(const struct sheet_config *config, struct source source, struct arena *arena)
{
    struct sheet_config own = *config;
    struct text out = TEXT_IN(arena);
    struct sheet_record record;
    struct sheet *sheet;
    bool end = false;

    own.read = read_piece;
    own.ctx = &source;
    sheet = sheet_new(&own);
    while (sheet_next(sheet, arena, &record, &end) == ERR_OK && !end) {
        text_printf(&out, "%s%llu%s%s", out.len > 0 ? " " : "", (unsigned long long)record.line,
                    record.wrong == SHEET_FINE ? ":" : "!",
                    record.wrong == SHEET_FINE ? "" : wrong_name(record.wrong));
        for (size_t i = 0; i < record.count; i++)
            text_printf(&out, "[%s]", record.fields[i]);
    }
    sheet_free(sheet);
    return text_string(&out);
}

static void check(const struct sheet_config *config, const char *bytes, size_t len, const char *expected)
{
    static const size_t pieces[] = {1, 2, 3, 7, 4096};

    for (size_t i = 0; i < sizeof(pieces) / sizeof(*pieces); i++) {
        AUTO_ARENA arena = arena_new(4096);
        const struct source source = {.bytes = bytes, .len = len, .piece = pieces[i]};

        assert_string_equal(records_of(config, source, arena), expected);
    }
}

static const struct {
    const char *bytes, *records;
} sheets[] = {
    {"",                                  ""                                   },
    {"\n\r\n  \n",                        ""                                   },
    {"a,b\n1,2\n",                        "1:[a][b] 2:[1][2]"                  },
    {"a,b\r\n1,2",                        "1:[a][b] 2:[1][2]"                  },
    {"a;b\n1,5;2\n",                      "1:[a][b] 2:[1,5][2]"                }, /* as Brazil writes it */
    {"a\tb\n1;2\t3,4\n",                  "1:[a][b] 2:[1;2][3,4]"              },
    {"a\nb\n",                            "1:[a] 2:[b]"                        },
    {"\xEF\xBB\xBF"
     "a,b\n",                        "1:[a][b]"                           },
    {"a,b\n,\n1,\n,2\n",                  "1:[a][b] 2:[][] 3:[1][] 4:[][2]"    },
    {"a,b\n\"x,y\",\"say \"\"hi\"\"\"\n", "1:[a][b] 2:[x,y][say \"hi\"]"       },
    {"a,b\n\"two\nlines\",2\n3,4\n",      "1:[a][b] 2:[two\nlines][2] 4:[3][4]"},
    {"a,b\n5\" pipe,2\n3,4\n",            "1:[a][b] 2:[5\" pipe][2] 3:[3][4]"  }, /* only at its beginning it quotes */
    {"a,b\n\"never closed,2\n3,4\n",      "1:[a][b] 2!open quote 3:[3][4]"     },
    {"a,b\n\"x\"y,2\n",                   "1:[a][b] 2:[xy][2]"                 },
    {"\"a;x\";b\n1;2\n",                  "1:[a;x][b] 2:[1][2]"                },
    {"a,b\nJo\xE3o,2\n3,4\n",             "1:[a][b] 2!not UTF-8 3:[3][4]"      },
    {"a,b\n\n\n1,2\n",                    "1:[a][b] 4:[1][2]"                  },
};

static void records_are_what_spreadsheets_write(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(sheets) / sizeof(*sheets); i++)
        check(&(struct sheet_config){.format = SHEET_CSV}, sheets[i].bytes, strlen(sheets[i].bytes),
              sheets[i].records);
}

static void lines_of_json_are_not_looked_into(void **state)
{
    static const char bytes[] = "{\"a\":\"1,2;3\"}\n\n{\"b\":\"\\\"\"}\r\n\"x\n";

    (void)state;
    check(&(struct sheet_config){.format = SHEET_NDJSON}, bytes, strlen(bytes),
          "1:[{\"a\":\"1,2;3\"}] 3:[{\"b\":\"\\\"\"}] 4:[\"x]");
}

static void old_spreadsheets_write_windows_1252(void **state)
{
    static const char bytes[] = "nome;plano\nJo\xE3o da Concei\xE7\xE3o;\x80 5\n\x81;1\n";

    (void)state;
    check(&(struct sheet_config){.format = SHEET_CSV, .windows_1252 = true}, bytes, strlen(bytes),
          "1:[nome][plano] 2:[João da Conceição][€ 5] 3!not UTF-8");
}

static void a_nul_is_no_text(void **state)
{
    static const char bytes[] = "a,b\n1\0,2\n3,4\n";

    (void)state;
    check(&(struct sheet_config){.format = SHEET_CSV}, bytes, sizeof(bytes) - 1,
          "1:[a][b] 2!not UTF-8 3:[3][4]");
}

static const char *long_sheet(struct arena *arena, const char *before, char fill, size_t count)
{
    struct text out = TEXT_IN(arena);

    text_puts(&out, before);
    for (size_t i = 0; i < count; i++)
        text_putc(&out, fill);
    text_puts(&out, "\n3,4\n");
    return text_string(&out);
}

static void what_is_too_long_is_passed_over(void **state)
{
    AUTO_ARENA arena = arena_new(4096);
    const char *one_line = long_sheet(arena, "a,b\n", 'x', 300000);
    const char *quoted = long_sheet(arena, "a,b\n\"", 'x', 300000);
    const char *many = long_sheet(arena, "a,b\n", ',', SHEET_FIELDS_MAX);
    const struct sheet_config config = {.format = SHEET_CSV};

    (void)state;
    assert_string_equal(
        records_of(&config, (struct source){one_line, strlen(one_line), 0, 4096, 0, 0}, arena),
        "1:[a][b] 2!too long 3:[3][4]");
    assert_string_equal(records_of(&config, (struct source){quoted, strlen(quoted), 0, 4096, 0, 0}, arena),
                        "1:[a][b] 2!too long 3:[3][4]");
    assert_string_equal(records_of(&config, (struct source){many, strlen(many), 0, 4096, 0, 0}, arena),
                        "1:[a][b] 2!too many fields 3:[3][4]");
}

/* A quote that nobody closes costs its own line, not the 64 KiB behind it. */
static void a_stray_quote_swallows_nothing(void **state)
{
    AUTO_ARENA arena = arena_new(4096);
    struct text out = TEXT_IN(arena);
    struct sheet_record record;
    struct source source;
    struct sheet *sheet;
    unsigned fine = 0, wrong = 0;
    bool end = false;

    (void)state;
    text_puts(&out, "a,b\n\"stray,1\n");
    for (unsigned i = 0; i < 20000; i++)
        text_printf(&out, "%u,x\n", i);
    source = (struct source){out.data, out.len, 0, 4096, 0, 0};
    sheet = sheet_new(&(struct sheet_config){.format = SHEET_CSV, .read = read_piece, .ctx = &source});
    while (sheet_next(sheet, arena, &record, &end) == ERR_OK && !end)
        *(record.wrong == SHEET_FINE ? &fine : &wrong) += 1;
    sheet_free(sheet);
    assert_int_equal(wrong, 1);
    assert_int_equal(fine, 20001);
}

static void what_cannot_be_read_is_told(void **state)
{
    AUTO_ARENA arena = arena_new(4096);
    struct source source = {"a,b\n1,2\n3,4\n", 12, 0, 4, 3, 0};
    struct sheet *sheet =
        sheet_new(&(struct sheet_config){.format = SHEET_CSV, .read = read_piece, .ctx = &source});
    struct sheet_record record;
    bool end;

    (void)state;
    assert_int_equal(sheet_next(sheet, arena, &record, &end), ERR_OK);
    assert_int_equal(sheet_next(sheet, arena, &record, &end), ERR_OK);
    assert_int_equal(sheet_next(sheet, arena, &record, &end), ERR_UNAVAILABLE);
    sheet_free(sheet);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(records_are_what_spreadsheets_write),
        cmocka_unit_test(lines_of_json_are_not_looked_into),
        cmocka_unit_test(old_spreadsheets_write_windows_1252),
        cmocka_unit_test(a_nul_is_no_text),
        cmocka_unit_test(what_is_too_long_is_passed_over),
        cmocka_unit_test(a_stray_quote_swallows_nothing),
        cmocka_unit_test(what_cannot_be_read_is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
