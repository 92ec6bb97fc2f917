/* A file of any bytes ends; what it holds is the same in whatever pieces it comes; every field is text. */
#include <string.h>

#include "acs/imports/columns.h"
#include "acs/imports/sheet.h"
#include "tests/fuzz/fuzz.h"

struct source {
    const char *bytes;
    size_t len, at, piece;
};

static enum err read_piece(void *ctx, const char **ret_bytes, size_t *ret_len)
{
    struct source *source = ctx;
    size_t left = source->len - source->at;

    *ret_bytes = source->bytes + source->at;
    *ret_len = left < source->piece ? left : source->piece;
    source->at += *ret_len;
    return ERR_OK;
}

static void use_columns(const struct sheet_record *header, const struct sheet_record *record,
                        struct arena *arena)
{
    struct text out = TEXT_IN(arena);
    struct json_writer json = JSON_WRITER(&out);
    struct columns columns;
    struct json *body;

    if (columns_read(header->fields, header->count, NULL, LANGUAGE_EN, arena, &columns) != ERR_OK ||
        columns_body(&columns, record->fields, record->count, &json) != ERR_OK)
        return;
    if (json_read(text_string(&out), out.len, &body) == ERR_OK)
        json_free(body);
}

static void write_record(const struct sheet_record *record, struct text *out)
{
    text_printf(out, "%llu %d", (unsigned long long)record->line, (int)record->wrong);
    FUZZ_CHECK(record->wrong == SHEET_FINE ? record->count > 0 : record->count == 0);
    for (size_t i = 0; i < record->count; i++) {
        FUZZ_CHECK(text_is_utf8(record->fields[i], strlen(record->fields[i])));
        text_printf(out, "[%s]", record->fields[i]);
    }
}

static const char *read_all(const struct sheet_config *config, struct arena *arena)
{
    struct sheet *sheet = sheet_new(config);
    struct text out = TEXT_IN(arena);
    struct sheet_record record, header = {0};
    bool end = false;

    while (sheet_next(sheet, arena, &record, &end) == ERR_OK && !end) {
        write_record(&record, &out);
        if (header.count == 0)
            header = record;
        else if (record.count > 0 && config->format == SHEET_CSV)
            use_columns(&header, &record, arena);
    }
    sheet_free(sheet);
    return text_string(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_ARENA arena = arena_new(4096);
    struct source source = {.piece = 3};
    struct sheet_config config = {.read = read_piece, .ctx = &source};
    const char *in_small, *at_once;

    if (size == 0)
        return 0;
    config.format = (data[0] & 1) != 0 ? SHEET_CSV : SHEET_NDJSON;
    config.windows_1252 = (data[0] & 2) != 0;
    source.bytes = (const char *)data + 1;
    source.len = size - 1;
    in_small = read_all(&config, arena);
    source.at = 0;
    source.piece = size;
    at_once = read_all(&config, arena);
    FUZZ_CHECK(strcmp(in_small, at_once) == 0);
    return 0;
}
